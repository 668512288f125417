package banyan.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the end of a log. */
@Command(
    name = "logs",
    description = "Shows the end of the log of the marketplace or of its database.",
    footer = {
      "",
      "Examples:",
      "  banyan logs -n 200",
      "  banyan logs --follow",
      "  banyan logs --database"
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

  @Override
  public Integer call() throws IOException {
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
}
