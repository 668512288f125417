package banyan.app.console;

import banyan.app.NodeSettings;
import banyan.app.console.Probe.Pulse;
import banyan.app.console.Snapshot.CacheUse;
import banyan.app.console.Snapshot.Link;
import banyan.app.console.Snapshot.Load;
import banyan.app.console.Snapshot.Node;
import banyan.platform.cache.CacheSettings;
import banyan.platform.data.Standing;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** The nodes that this process knows of and who asks whom: what the picture is drawn from. */
record Scene(NodeSettings node, CacheSettings cache, HealthIndicator cacheHealth, Fleet fleet) {
  /** An event that waits longer than a minute is a violation; half of it is worth a look. */
  private static final double EVENT_SECONDS_MAX = 30;

  /** What the relay carries at once: more than that waiting is a queue. */
  private static final double EVENTS_USUAL = 500;

  List<Node> nodes(Sight sight) {
    Reading.Machine machine = sight.last().machine();
    List<Node> nodes = new ArrayList<>();
    nodes.add(
        new Node(
            "clients",
            "client",
            "",
            true,
            List.of(Load.of("http-connections", machine.connections(), machine.connectionsMax()))));
    nodes.add(application(sight));
    nodes.addAll(fleet.others());
    double entries = sight.caches().stream().mapToDouble(CacheUse::entries).sum();
    nodes.add(
        new Node(
            "cache",
            "cache",
            cache.engine(),
            isUp(cacheHealth),
            List.of(
                Load.of("entries", entries, (double) cache.entriesMax() * sight.caches().size()))));
    for (Pulse pulse : sight.pulses()) {
      Reading.Connections use = sight.last().connections(pulse.pool());
      nodes.add(
          new Node(
              pulse.pool(),
              "database",
              pulse.address(),
              pulse.now().answers(),
              List.of(Load.of("connections", use.inUse(), use.max()))));
      pulse.copies().forEach(copy -> nodes.add(copyOf(copy, sight)));
    }
    double events =
        sight.last().events().values().stream().mapToDouble(Reading.Waiting::events).sum();
    boolean late =
        sight.last().events().values().stream()
            .anyMatch(waiting -> waiting.seconds() > EVENT_SECONDS_MAX);
    nodes.add(
        new Node("outbox", "queue", "", !late, List.of(Load.of("events", events, EVENTS_USUAL))));
    nodes.add(
        new Node(
            "files",
            "files",
            "",
            true,
            List.of(Load.of("disk", machine.diskUsed(), machine.diskSize()))));
    return nodes;
  }

  private static Node copyOf(Standing copy, Sight sight) {
    Reading.Connections use = sight.last().connections(copy.pool());
    List<Load> loads = new ArrayList<>();
    loads.add(Load.of("connections", use.inUse(), use.max()));
    if (!copy.primary() && Double.isFinite(copy.lagSeconds())) {
      loads.add(Load.of("lag", copy.lagSeconds(), copy.lagSecondsMax()));
    }
    return new Node(copy.pool(), "database", copy.name(), copy.good() || copy.primary(), loads);
  }

  private static boolean isUp(HealthIndicator part) {
    Health health = part.health();
    return health != null && health.getStatus().equals(Status.UP);
  }

  private Node application(Sight sight) {
    Reading.Machine machine = sight.last().machine();
    List<Load> loads = new ArrayList<>();
    loads.add(Load.of("cpu", sight.level(one -> one.machine().processCpu()), 1));
    loads.add(Load.of("heap", machine.heapKept(), machine.heapKeptMax()));
    sight
        .last()
        .gates()
        .forEach((name, gate) -> loads.add(Load.of(name + "-gate", gate.inside(), gate.places())));
    return new Node(applicationId(), "application", "node-" + node.node(), true, loads);
  }

  private String applicationId() {
    return Fleet.idOf(node.node());
  }

  List<Link> links(Sight sight) {
    List<Link> links = new ArrayList<>();
    links.add(new Link("clients", applicationId(), sight.requestsPerSecond()));
    double gets = sight.caches().stream().mapToDouble(CacheUse::perSecond).sum();
    links.add(new Link(applicationId(), "cache", gets));
    List<Pulse> pulses = sight.pulses();
    for (Pulse pulse : pulses) {
      // one database: our own count, which is of this moment; several: only they know their parts
      double work = pulses.size() == 1 ? sight.workPerSecond("") : pulse.commitsPerSecond();
      links.add(new Link(applicationId(), pulse.pool(), work));
      for (Standing copy : pulse.copies()) {
        links.add(new Link(applicationId(), copy.pool(), sight.shownPerSecond(copy.name())));
      }
    }
    links.add(new Link(applicationId(), "outbox", sight.eventsPerSecond()));
    double files =
        sight.operations().stream()
            .filter(operation -> operation.name().equals(OperationClass.FILE.word()))
            .mapToDouble(Snapshot.Operation::perSecond)
            .sum();
    links.add(new Link(applicationId(), "files", files));
    links.addAll(fleet.linksLike(links, "clients", applicationId()));
    return links;
  }
}
