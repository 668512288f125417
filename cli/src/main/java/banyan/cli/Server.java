package banyan.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts a marketplace that outlives this command.
 *
 * @param folder what it serves
 * @param process the one started
 */
record Server(DataFolder folder, Process process) {
  /** A log beyond this is set aside at the next start; one old log is kept. */
  private static final long LOG_BYTES_MAX = 64L << 20;

  /**
   * Starts it with the settings of a stage.
   *
   * @param more options of the JVM
   * @param arguments settings that win over the stage's
   */
  static Server start(
      Installation installation,
      Path stage,
      DataFolder folder,
      List<String> more,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      // A session of its own: closing the terminal does not stop the shop.
      command.add("/usr/bin/setsid");
    }
    command.add(installation.java().toString());
    Path options = stage.resolve("jvm.options");
    if (Files.exists(options)) {
      command.add("@" + options);
    }
    command.addAll(more);
    command.add("-jar");
    command.add(installation.server().toString());
    command.add("--spring.config.additional-location=file:" + stage + "/");
    command.add("--banyan.home=" + folder.path());
    command.addAll(arguments);
    try {
      setAside(folder.log());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(folder.path().toFile());
      builder.redirectInput(new File("/dev/null"));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
      return new Server(folder, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void setAside(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
      Files.move(log, log.resolveSibling("banyan.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Waits until it takes requests.
   *
   * @param progress hears what it waits for, once for each
   * @throws Refusal when it ends or does not get there in time
   */
  DataFolder.Running awaitReady(Duration patience, Consumer<String> progress) {
    long giveUp = System.nanoTime() + patience.toNanos();
    String before = "";
    while (true) {
      Optional<DataFolder.Running> running = folder.running();
      if (running.isPresent() && running.get().ready() && running.get().pid() == process.pid()) {
        return running.get();
      }
      if (!process.isAlive()) {
        throw Refusal.failed(lastWords());
      }
      if (System.nanoTime() > giveUp) {
        throw Refusal.failed(
            "it is not ready after %d s; it goes on, see %s"
                .formatted(patience.toSeconds(), folder.log()));
      }
      String now = waitingFor(folder);
      if (!now.equals(before)) {
        progress.accept(now);
        before = now;
      }
      Processes.pause();
    }
  }

  static String waitingFor(DataFolder folder) {
    Path postgres = folder.path().resolve("postgres");
    if (!Files.exists(postgres)) {
      return "starting the marketplace";
    }
    if (!Files.exists(postgres.resolve("data"))) {
      return "making the database (once)";
    }
    return databaseReady(postgres.resolve("data/postmaster.pid"))
        ? "setting up the modules and opening the doors"
        : "starting PostgreSQL";
  }

  private static boolean databaseReady(Path pidFile) {
    try {
      List<String> lines = Files.readAllLines(pidFile);
      return lines.size() >= 8 && lines.get(7).strip().equals("ready");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The server's own last line says why it did not start. */
  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(folder.log(), StandardCharsets.UTF_8);
      for (int i = lines.size() - 1; i >= Math.max(0, lines.size() - 20); i--) {
        if (lines.get(i).startsWith("banyan: ")) {
          return lines.get(i).substring("banyan: ".length()) + " (log: " + folder.log() + ")";
        }
      }
    } catch (IOException unreadable) {
      return "it did not start, and its log cannot be read: " + folder.log();
    }
    return "it did not start; see " + folder.log();
  }
}
