package banyan.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows whether a marketplace runs on the data, where to call it and what it takes. */
@Command(
    name = "status",
    description = "Shows whether a marketplace runs, where, and how much memory it takes.",
    footer = {
      "",
      "Exit codes: 0 it runs and is ready, 4 it does not.",
      "",
      "Examples:",
      "  banyan status",
      "  banyan status --data /var/lib/shop --json"
    })
final class Status implements Callable<Integer> {
  @Mixin private Invocation invocation = new Invocation();

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder();
    Optional<DataFolder.Running> found = folder.running();
    if (found.isEmpty()) {
      boolean left = folder.database().isPresent();
      invocation.answer(
          Map.of("state", "stopped", "data", folder.path().toString(), "databaseLeftBehind", left),
          List.of(
              "stopped   no marketplace runs on " + folder.path(),
              left
                  ? "          a killed one left its PostgreSQL behind; ./banyan up takes it over,"
                      + " ./banyan down stops it"
                  : "          start it with ./banyan up"));
      return Exit.UNREACHABLE;
    }
    DataFolder.Running running = found.get();
    String state = running.ready() ? health(running) : running.state();
    long memory = Processes.residentMiB(running.pid());
    long up = Duration.between(running.since(), Instant.now()).toSeconds();
    Map<String, Object> object = new LinkedHashMap<>(Report.of(folder, running));
    object.put("state", state);
    object.put("since", running.since().toString());
    object.put("memoryMiB", memory);
    List<String> lines = new ArrayList<>();
    lines.add("%-10sprocess %d, up %d s, %d MiB".formatted(state, running.pid(), up, memory));
    lines.addAll(Report.lines(folder, running));
    invocation.answer(object, lines);
    return state.equals("ready") ? Exit.OK : Exit.UNREACHABLE;
  }

  private static String health(DataFolder.Running running) {
    try {
      int status =
          Management.get(running.management() + "/health/readiness", Duration.ofSeconds(5))
              .status();
      return status == 200 ? "ready" : "not-ready";
    } catch (Refusal silent) {
      return "silent";
    }
  }
}
