package banyan.checks.structure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this checkout. */
final class Repository {
  static final Path ROOT = root();

  private static final List<String> SOURCE_FOLDERS =
      List.of("platform", "business", "engines", "app", "cli", "web", "checks", "bench");

  private Repository() {}

  private static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("platform/src")) && Files.exists(at.resolve("pom.xml"))) {
        return at;
      }
    }
    throw new IllegalStateException("not inside a checkout");
  }

  private static final List<JavaSource> SOURCES =
      files(".java").stream().map(path -> JavaSource.parse(name(path), text(path))).toList();

  /** All Java files, tests too. */
  static List<JavaSource> sources() {
    return SOURCES;
  }

  /** Java files that are part of the product. */
  static List<JavaSource> productSources() {
    return sources().stream().filter(source -> source.path().contains("/src/main/")).toList();
  }

  /** Files of our source folders whose name ends so, without what a build has made. */
  static List<Path> files(String ending) {
    return SOURCE_FOLDERS.stream()
        .map(ROOT::resolve)
        .filter(Files::isDirectory)
        .flatMap(folder -> walk(folder).stream())
        .filter(path -> path.toString().endsWith(ending))
        .sorted()
        .toList();
  }

  /** What is committed; without a repository, everything but what a build has made. */
  static List<Path> tracked() {
    if (!Files.exists(ROOT.resolve(".git"))) {
      return walk(ROOT);
    }
    try {
      Process git = new ProcessBuilder("git", "ls-files", "-z").directory(ROOT.toFile()).start();
      String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(names.split("\0"))
          .filter(name -> !name.isEmpty())
          .map(ROOT::resolve)
          .filter(Files::isRegularFile)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> walk(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(path ->
              !("/" + ROOT.relativize(path))
                  .matches(".*/(target|\\.banyan|\\.git|node_modules)/.*"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path from the root, with slashes. */
  static String name(Path path) {
    return ROOT.relativize(path).toString().replace('\\', '/');
  }

  /** The text of a file; bytes that are no UTF-8 come as replacement characters. */
  static String text(Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
