package banyan.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder that keeps everything of one process: the database, files, the secret. One process at
 * a time holds it: the lock is the kernel's, so it never outlives its process.
 */
final class DataFolder implements AutoCloseable {
  /** Raised when an older build could not live with what a newer one has written. */
  static final int FORMAT = 1;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path path;
  private final FileChannel channel;
  private final Instant since = Instant.now();

  /**
   * What {@code running.json} says; the command reads it. Bounds of a process's life are the
   * kernel's.
   */
  record Running(
      long pid,
      long startTicks,
      String bootId,
      String state,
      int port,
      int managementPort,
      @Nullable String version,
      Instant since) {}

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes the folder, made when it is missing.
   *
   * @throws IllegalStateException when another process holds it, it cannot be written, or a newer
   *     build has written it
   */
  static DataFolder open(Path home) {
    Path path = home.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new IllegalStateException(
            "another marketplace runs on the data in %s: stop it first, or name another folder with banyan.home"
                .formatted(path));
      }
      DataFolder folder = new DataFolder(path, channel);
      folder.checkFormat();
      folder.announce("starting", 0, 0);
      return folder;
    } catch (AccessDeniedException e) {
      throw new IllegalStateException(
          "no permission to write in %s: give it to this user, or name another folder with banyan.home"
              .formatted(path),
          e);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the data folder %s cannot be used: %s".formatted(path, e), e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  private void checkFormat() throws IOException {
    Path file = path.resolve("format");
    if (!Files.exists(file)) {
      Files.writeString(file, FORMAT + "\n");
      return;
    }
    String written = Files.readString(file).strip();
    if (!written.matches("\\d{1,6}") || Integer.parseInt(written) > FORMAT) {
      throw new IllegalStateException(
          "the data in %s was written by a newer build (format %s, this one knows %d): use that build"
              .formatted(path, written, FORMAT));
    }
  }

  Path path() {
    return path;
  }

  /** Tells the command on this machine who runs here and where to call. */
  void announce(String state, int port, int managementPort) {
    List<String> stat;
    try {
      String line = Files.readString(Path.of("/proc/self/stat"));
      // The program's name stands in parentheses and may hold anything; the 22nd field is the
      // start.
      stat = List.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
      Running running =
          new Running(
              ProcessHandle.current().pid(),
              Long.parseLong(stat.get(19)),
              Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
              state,
              port,
              managementPort,
              DataFolder.class.getPackage().getImplementationVersion(),
              since);
      Path making = path.resolve("running.json.new");
      Files.writeString(making, JSON.writeValueAsString(running));
      Files.move(
          making,
          path.resolve("running.json"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException("running.json cannot be written in " + path, e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path.resolve("running.json"));
    channel.close();
  }
}
