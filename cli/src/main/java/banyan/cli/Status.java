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
    Optional<Fleet> fleet = Fleet.of(folder);
    if (fleet.isPresent()) {
      return fleet(folder, fleet.get());
    }
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

  /** One line a node, with what it takes of its machine. */
  private int fleet(DataFolder folder, Fleet fleet) {
    List<Compose.Node> nodes = fleet.compose().nodes();
    boolean well = nodes.stream().allMatch(Compose.Node::well);
    long up = Duration.between(fleet.since(), Instant.now()).toSeconds();
    Map<String, Object> object = new LinkedHashMap<>(Report.of(folder, fleet));
    object.put("state", well ? "ready" : "not-ready");
    object.put("stage", fleet.stage());
    object.put("since", fleet.since().toString());
    object.put("nodes", nodes);
    List<String> lines = new ArrayList<>();
    lines.add("%-10s%s, up %d s".formatted(well ? "ready" : "not-ready", fleet.what(), up));
    Map<String, ProcessHandle> heads = fleet.tiers(folder);
    for (Compose.Node node : nodes) {
      ProcessHandle head = heads.get(node.name());
      lines.add(
          "%s %-9s %-10s %-9s %s"
              .formatted(
                  node.well() ? "●" : "✗",
                  node.name(),
                  node.state(),
                  node.health(),
                  head == null ? "" : Processes.residentMiB(head.pid()) + " MiB"));
    }
    lines.addAll(Report.lines(folder, fleet));
    invocation.answer(object, lines);
    return well ? Exit.OK : Exit.UNREACHABLE;
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
