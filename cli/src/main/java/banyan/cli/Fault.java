package banyan.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** Something that breaks, and how it is put right again. */
enum Fault {
  KILL_SERVER(
      "kill -9 of the server; it is started again", Duration.ZERO, "banyan up on the same data"),
  KILL_DATABASE(
      "kill -9 of PostgreSQL; the server starts it again by itself",
      Duration.ZERO,
      "nothing to undo: the server watches its PostgreSQL"),
  FREEZE_DATABASE(
      "PostgreSQL answers nothing for 10 seconds, then goes on",
      Duration.ofSeconds(10),
      "kill -CONT of every process of PostgreSQL"),
  FREEZE_SERVER(
      "the server stands still for 10 seconds, then goes on",
      Duration.ofSeconds(10),
      "kill -CONT of the server");

  private final String what;
  private final Duration lasts;
  private final String undo;

  Fault(String what, Duration lasts, String undo) {
    this.what = what;
    this.lasts = lasts;
    this.undo = undo;
  }

  static Optional<Fault> named(String name) {
    for (Fault fault : values()) {
      if (fault.toString().equals(name)) {
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  String what() {
    return what;
  }

  /** How long it is left broken. */
  Duration lasts() {
    return lasts;
  }

  /** What puts it right, in words: printed and kept before anything is broken. */
  String undoing() {
    return undo;
  }

  void strike(DataFolder folder, DataFolder.Running running) {
    switch (this) {
      case KILL_SERVER -> running.handle().destroyForcibly();
      case KILL_DATABASE -> database(folder).destroyForcibly();
      case FREEZE_DATABASE -> family(database(folder), "STOP");
      case FREEZE_SERVER -> signal(running.handle(), "STOP");
    }
  }

  void undo(DataFolder folder, DataFolder.Running running) {
    switch (this) {
      case KILL_SERVER -> {
        ProcessHandle.of(running.pid())
            .ifPresent(dead -> Processes.gone(dead, running.startTicks(), Duration.ofSeconds(10)));
        CommandLine up = new CommandLine(new Banyan());
        up.setOut(new PrintWriter(Writer.nullWriter()));
        int status =
            up.execute(
                "up",
                "--empty",
                "--json",
                "--port",
                Integer.toString(running.port()),
                "--data",
                folder.path().toString());
        if (status != Exit.OK) {
          throw Refusal.failed("the server did not start again; see " + folder.log());
        }
      }
      case KILL_DATABASE -> {}
      case FREEZE_DATABASE -> family(database(folder), "CONT");
      case FREEZE_SERVER -> signal(running.handle(), "CONT");
    }
  }

  private static ProcessHandle database(DataFolder folder) {
    return folder
        .database()
        .orElseThrow(() -> Refusal.failed("no PostgreSQL of this folder runs on this machine"));
  }

  private static void family(ProcessHandle head, String signal) {
    signal(head, signal);
    head.descendants().forEach(member -> signal(member, signal));
  }

  private static void signal(ProcessHandle process, String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      kill.waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw Refusal.failed("kill cannot be run: " + e.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
