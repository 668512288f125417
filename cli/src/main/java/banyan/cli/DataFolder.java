package banyan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The folder that keeps everything of one marketplace, seen from outside.
 *
 * @param path absolute
 */
record DataFolder(Path path) {
  /** The newest format this build can live with; the server keeps the same number. */
  static final int FORMAT = 1;

  /**
   * The process that says it serves this folder. It counts only while the kernel knows a process
   * with the same number and the same start since the same boot.
   */
  record Running(
      long pid,
      long startTicks,
      String bootId,
      String state,
      int port,
      int managementPort,
      @Nullable String version,
      Instant since)
      implements Marketplace {
    @Override
    public boolean ready() {
      return state.equals("ready");
    }

    @Override
    public Map<String, ProcessHandle> tiers(DataFolder folder) {
      Map<String, ProcessHandle> tiers = new LinkedHashMap<>();
      tiers.put("server", handle());
      folder.database().ifPresent(database -> tiers.put("database", database));
      return tiers;
    }

    @Override
    public String what() {
      return "process " + pid;
    }

    ProcessHandle handle() {
      return ProcessHandle.of(pid).orElseThrow();
    }
  }

  Path log() {
    return path.resolve("banyan.log");
  }

  Path databaseLog() {
    return path.resolve("postgres/log");
  }

  Optional<Running> running() {
    try {
      Running told =
          Invocation.JSON.readValue(Files.readString(path.resolve("running.json")), Running.class);
      boolean lives =
          told.bootId().equals(Processes.bootId())
              && Processes.startTicks(told.pid()).filter(t -> t == told.startTicks()).isPresent();
      return lives ? Optional.of(told) : Optional.empty();
    } catch (IOException | JacksonException noneOrHalf) {
      return Optional.empty();
    }
  }

  /** What runs on this folder, a process or a fleet. */
  Optional<Marketplace> marketplace() {
    Optional<Running> process = running();
    return process.isPresent() ? Optional.of(process.get()) : Fleet.of(this).map(fleet -> fleet);
  }

  /** The running marketplace, ready to be called. */
  Marketplace reachable() {
    Marketplace running =
        marketplace()
            .orElseThrow(() ->
                Refusal.unreachable(
                    "no marketplace runs on the data in %s: start it with ./banyan up --data %s"
                        .formatted(path, path)));
    if (!running.ready()) {
      throw Refusal.unreachable(
          "the marketplace on %s is still starting: wait for it with ./banyan up --data %s"
              .formatted(path, path));
    }
    return running;
  }

  /** The running marketplace of one process. */
  Running process() {
    if (reachable() instanceof Running running) {
      return running;
    }
    throw Refusal.failed("a fleet of containers runs on %s, not a process".formatted(path));
  }

  /** The PostgreSQL of this folder, running or left behind; a stale pid file names none. */
  Optional<ProcessHandle> database() {
    try {
      Path data = path.resolve("postgres/data");
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
          .filter(process -> Processes.commandLine(process.pid()).contains(data.toString()));
    } catch (IOException | NumberFormatException none) {
      return Optional.empty();
    }
  }

  /** Refuses what a server could not live with, before one is started. */
  void checkUsable() {
    try {
      Files.createDirectories(path);
      Files.deleteIfExists(Files.createTempFile(path, "writable-", ".tmp"));
    } catch (IOException e) {
      throw Refusal.failed(
          "the data folder %s cannot be written: give it to this user, or name another one with --data"
              .formatted(path));
    }
    try {
      String written = Files.readString(path.resolve("format")).strip();
      if (!written.matches("\\d{1,6}") || Integer.parseInt(written) > FORMAT) {
        throw Refusal.failed(
            ("the data in %s was written by a newer build (format %s, this one knows %d):"
                    + " use that build, or another folder with --data")
                .formatted(path, written, FORMAT));
      }
    } catch (IOException fresh) {
      if (Files.exists(path.resolve("format"))) {
        throw Refusal.failed("%s cannot be read".formatted(path.resolve("format")));
      }
    }
  }
}
