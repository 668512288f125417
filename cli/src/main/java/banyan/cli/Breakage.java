package banyan.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * Something that breaks under load, and how it is put right again. What undoes must work in another
 * process than the one that struck, and do no harm when there is nothing to undo.
 */
interface Breakage {
  /**
   * Where a drill happens.
   *
   * @param folder of the marketplace that breaks
   * @param port of its shop; 0 for any
   * @param journal where acknowledged orders are written, outside of what breaks
   */
  record Site(DataFolder folder, int port, Path journal) {
    /** Over a connection of its own, as the owner of the database. */
    Connection database() {
      try {
        Path postgres = folder.path().resolve("postgres");
        return DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:%s/postgres?connectTimeout=5&ApplicationName=drill"
                .formatted(Files.readString(postgres.resolve("port")).strip()),
            "postgres",
            Files.readString(postgres.resolve("password")).strip());
      } catch (IOException | SQLException e) {
        throw Refusal.failed("PostgreSQL of %s cannot be reached: %s".formatted(folder.path(), e));
      }
    }

    /** Runs a command on the folder, silently. */
    void banyan(String... words) {
      CommandLine command = new CommandLine(new Banyan());
      command.setOut(new PrintWriter(Writer.nullWriter()));
      List<String> all = new java.util.ArrayList<>(List.of(words));
      all.addAll(List.of("--json", "--data", folder.path().toString()));
      int status = command.execute(all.toArray(String[]::new));
      if (status != Exit.OK) {
        throw Refusal.failed("%s failed; see %s".formatted(words[0], folder.log()));
      }
    }

    void up() {
      banyan("up", "--empty", "--port", Integer.toString(port));
    }
  }

  /** Where it will happen: on the marketplace that runs, unless it brings one of its own. */
  default Site site(Site own) {
    return own;
  }

  /** What has to be there before the load begins. */
  default void prepare(Site site) {}

  /** Breaks it; may take its time when it breaks in steps. */
  void strike(Site site);

  /** Puts right what was broken. */
  void undo(Site site);

  /** Takes away what {@link #prepare} has brought, after the books were read. */
  default void clear(Site site) {}

  /** What it saw while it was broken. */
  default List<Figure> seen(Site site) {
    return List.of();
  }

  /** A drill's timetable, not a wait for anything. */
  static void hold(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  /** Runs a program of the machine and waits for it. */
  static void run(String... program) {
    try {
      Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
      String told = new String(process.getInputStream().readAllBytes()).strip();
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw Refusal.failed("%s: %s".formatted(String.join(" ", program), told));
      }
    } catch (IOException e) {
      throw Refusal.failed("%s cannot be run: %s".formatted(program[0], e.getMessage()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }
}
