package banyan.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What every command takes: where the data lies, how to answer. */
final class Invocation {
  static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder; .banyan beside the command unless told.")
  private @Nullable Path data;

  @Option(names = "--json", description = "Answer with one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  DataFolder folder() {
    Path path = data != null ? data : Installation.here().root().resolve(".banyan");
    return new DataFolder(path.toAbsolutePath().normalize());
  }

  boolean json() {
    return json;
  }

  PrintWriter out() {
    return spec == null ? new PrintWriter(System.out, true) : spec.commandLine().getOut();
  }

  /** Prints the object in one line when {@code --json} was given; else the lines. */
  void answer(Map<String, ?> object, Iterable<String> lines) {
    if (json) {
      out().println(JSON.writeValueAsString(object));
    } else {
      lines.forEach(out()::println);
    }
    out().flush();
  }

  /** A line about work that goes on; only a person at a terminal sees it. */
  void progress(String line) {
    if (!json && System.console() != null && System.console().isTerminal()) {
      System.err.println("… " + line);
    }
  }

  /** One line that is written over again and again; an empty one wipes it. */
  void progressBar(String line) {
    if (!json && System.console() != null && System.console().isTerminal()) {
      System.err.print("\r\u001b[K" + line);
      System.err.flush();
    }
  }
}
