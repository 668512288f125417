package banyan.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a running marketplace can be called; the same words in {@code up} and {@code status}. */
final class Report {
  private Report() {}

  static Map<String, Object> of(DataFolder folder, DataFolder.Running running) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("state", running.state());
    object.put("pid", running.pid());
    object.put("port", running.port());
    object.put("shop", running.shop());
    object.put("api", running.shop() + "/api");
    object.put("documentation", running.shop() + "/v3/api-docs");
    object.put("management", running.management());
    object.put("data", folder.path().toString());
    object.put("log", folder.log().toString());
    @Nullable String version = running.version();
    object.put("version", version == null ? "unbuilt" : version);
    return object;
  }

  static List<String> lines(DataFolder folder, DataFolder.Running running) {
    return List.of(
        "shop      " + running.shop() + "/",
        "shop API  " + running.shop() + "/api/products",
        "API docs  " + running.shop() + "/v3/api-docs",
        "manage    " + running.management(),
        "data      " + shown(folder.path()),
        "log       " + shown(folder.log()));
  }

  private static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
  }
}
