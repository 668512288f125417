package banyan.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, which travel in a jar, unpacked once on this machine.
 *
 * @param folder with {@code bin}, {@code lib} and {@code share}
 */
public record PostgresBinaries(Path folder) {
  /** Part of the folder's name, so that a build with newer programs does not run the older ones. */
  static final String VERSION = "18.6.0";

  private static final Map<String, String> ARCHIVES =
      Map.of(
          "amd64", "/postgres-linux-x86_64.txz",
          "aarch64", "/postgres-linux-arm_64.txz");

  /**
   * Unpacks them below the first of the folders that can be written to, unless they lie there
   * already. Several processes may do so at the same time: the one that is first wins.
   */
  public static PostgresBinaries unpacked(List<Path> candidates) {
    IOException refused = null;
    for (Path candidate : candidates) {
      Path folder = candidate.toAbsolutePath().resolve("postgres-" + VERSION);
      if (Files.isExecutable(folder.resolve("bin/postgres"))) {
        return new PostgresBinaries(folder);
      }
      try {
        Files.createDirectories(folder.getParent());
        unpack(folder);
        return new PostgresBinaries(folder);
      } catch (IOException e) {
        refused = e;
      }
    }
    throw new IllegalStateException(
        "PostgreSQL's programs cannot be unpacked to " + candidates, refused);
  }

  public Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  boolean hasLibrary(String name) {
    return Files.exists(folder.resolve("lib/postgresql").resolve(name + ".so"))
        || Files.exists(folder.resolve("lib").resolve(name + ".so"));
  }

  private static void unpack(Path folder) throws IOException {
    Path making = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try {
      try (InputStream archive = archive()) {
        unpack(archive, making);
      }
      Files.setPosixFilePermissions(making, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      if (!Files.isExecutable(folder.resolve("bin/postgres"))) {
        throw e;
      }
    } finally {
      remove(making);
    }
  }

  private static InputStream archive() throws IOException {
    String machine = System.getProperty("os.arch");
    @Nullable String name = ARCHIVES.get(machine);
    if (name == null || !System.getProperty("os.name").equals("Linux")) {
      throw new IllegalStateException(
          "no PostgreSQL for %s on %s comes with this build; start one yourself and set banyan.data.url"
              .formatted(System.getProperty("os.name"), machine));
    }
    InputStream archive = PostgresBinaries.class.getResourceAsStream(name);
    if (archive == null) {
      throw new IOException("not on the class path: " + name);
    }
    return new XZInputStream(new BufferedInputStream(archive));
  }

  private static void unpack(InputStream archive, Path folder) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(archive);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path target = folder.resolve(entry.getName()).normalize();
      if (!target.startsWith(folder)) {
        throw new IOException("leaves its folder: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
        continue;
      }
      Files.createDirectories(target.getParent());
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      } else if (entry.isLink()) {
        Files.copy(folder.resolve(entry.getLinkName()), target);
      } else {
        Files.copy(tar, target);
        boolean runs = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  /** Removes a folder with all that is in it; nothing when it does not exist. */
  static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
