package banyan.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where this build of the marketplace lies.
 *
 * @param root the folder of the {@code banyan} script
 */
record Installation(Path root) {
  static Installation here() {
    return new Installation(
        Path.of(System.getProperty("banyan.root", ".")).toAbsolutePath().normalize());
  }

  /** The server; its libraries lie beside it. */
  Path server() {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(root.resolve("app/target"), "app-*.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException notBuilt) {
      throw Refusal.failed(
          "the server is not built: run ./banyan up from a checkout, or mvn package");
    }
    throw Refusal.failed(
        "the server is not built: run ./banyan up from a checkout, or mvn package");
  }

  /** What the JDK remembers of an earlier start, made after a build. */
  Path startUpCache() {
    return root.resolve("app/target/app.aot");
  }

  Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  static String version() {
    @Nullable String version = Installation.class.getPackage().getImplementationVersion();
    return version == null ? "unbuilt" : version;
  }

  /** Whether a stage consists of containers. */
  static boolean isFleet(Path stage) {
    return Files.exists(stage.resolve("compose.yaml"));
  }

  /** A stage by its number, its name, or both as the folder is called. */
  Path stage(String wanted) {
    List<Path> stages = stages();
    for (Path stage : stages) {
      String folder = stage.getFileName().toString();
      int dash = folder.indexOf('-');
      String number = folder.substring(0, dash);
      boolean sameNumber =
          wanted.matches("\\d{1,2}") && Integer.parseInt(wanted) == Integer.parseInt(number);
      if (sameNumber || wanted.equals(folder) || wanted.equals(folder.substring(dash + 1))) {
        return stage;
      }
    }
    throw Refusal.usage(
        "no stage %s in this build; there is: %s"
            .formatted(
                wanted,
                stages.stream()
                    .map(stage -> stage.getFileName().toString())
                    .collect(Collectors.joining(", "))));
  }

  private List<Path> stages() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(root.resolve("stages"), "[0-9][0-9]-*")) {
      folders.forEach(found::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(null);
    return found;
  }
}
