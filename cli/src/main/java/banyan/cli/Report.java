package banyan.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a running marketplace can be called; the same words in {@code up} and {@code status}. */
final class Report {
  private Report() {}

  static Map<String, Object> of(DataFolder folder, Marketplace running) {
    Map<String, Object> object = new LinkedHashMap<>();
    switch (running) {
      case DataFolder.Running process -> {
        object.put("state", process.state());
        object.put("pid", process.pid());
        object.put("log", folder.log().toString());
      }
      case Fleet fleet -> {
        object.put("state", fleet.ready() ? "ready" : "starting");
        object.put("stage", fleet.stage());
      }
    }
    object.put("port", running.port());
    object.put("shop", running.shop());
    object.put("api", running.shop() + "/api");
    object.put("documentation", running.shop() + "/v3/api-docs");
    object.put("management", running.management());
    object.put("data", folder.path().toString());
    @Nullable String version = running.version();
    object.put("version", version == null ? "unbuilt" : version);
    return object;
  }

  static List<String> lines(DataFolder folder, Marketplace running) {
    return List.of(
        "shop      " + running.shop() + "/",
        "shop API  " + running.shop() + "/api/products",
        "API docs  " + running.shop() + "/v3/api-docs",
        "manage    " + running.management(),
        "data      " + shown(folder.path()),
        "log       " + (running instanceof Fleet ? "./banyan logs NODE" : shown(folder.log())));
  }

  private static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
  }
}
