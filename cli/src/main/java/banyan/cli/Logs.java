package banyan.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the end of a log. */
@Command(
    name = "logs",
    description = "Shows the end of the log of the marketplace or of its database.",
    footer = {
      "",
      "Examples:",
      "  banyan logs -n 200",
      "  banyan logs --follow",
      "  banyan logs --database",
      "  banyan logs app1 --follow      a node of a stage of containers"
    })
final class Logs implements Callable<Integer> {
  /** Bytes read backwards for the last lines. */
  private static final long TAIL_MAX = 4L << 20;

  @Mixin private Invocation invocation = new Invocation();

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many lines; ${DEFAULT-VALUE} unless told.")
  private int count;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until interrupted.")
  private boolean follow;

  @Option(names = "--database", description = "PostgreSQL's log.")
  private boolean database;

  @Parameters(
      arity = "0..1",
      paramLabel = "NODE",
      description =
          "Of a stage of containers: a node, as status names it; all of them unless told.")
  private @Nullable String node;

  @Override
  public Integer call() throws IOException {
    Optional<Fleet> fleet = Fleet.of(invocation.folder());
    if (fleet.isPresent()) {
      return of(fleet.get());
    }
    if (node != null) {
      throw Refusal.usage("no stage of containers runs here: leave %s out".formatted(node));
    }
    Path file = database ? invocation.folder().databaseLog() : invocation.folder().log();
    if (!Files.isReadable(file)) {
      throw Refusal.failed("no log at %s: nothing was started there yet".formatted(file));
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long length = log.length();
      log.seek(Math.max(0, length - TAIL_MAX));
      byte[] tail = new byte[(int) (length - log.getFilePointer())];
      log.readFully(tail);
      String[] lines = new String(tail, StandardCharsets.UTF_8).split("\n");
      for (int i = Math.max(0, lines.length - Math.max(0, count)); i < lines.length; i++) {
        invocation.out().println(lines[i]);
      }
      invocation.out().flush();
      while (follow) {
        byte[] more = new byte[(int) Math.clamp(log.length() - log.getFilePointer(), 0, 1 << 16)];
        log.readFully(more);
        invocation.out().print(new String(more, StandardCharsets.UTF_8));
        invocation.out().flush();
        Processes.pause();
      }
    }
    return Exit.OK;
  }

  private int of(Fleet fleet) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("logs", "--no-color", "--tail", Integer.toString(Math.max(0, count))));
    if (follow) {
      words.add("--follow");
    }
    if (database) {
      words.add(fleet.node("database"));
    } else if (node != null) {
      words.add(node);
    }
    Process logs = fleet.compose().begin(words.toArray(String[]::new));
    try (BufferedReader lines = logs.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        invocation.out().println(line);
        invocation.out().flush();
      }
    }
    Compose.ended(logs, Duration.ofSeconds(5).toMillis());
    return Exit.OK;
  }
}
