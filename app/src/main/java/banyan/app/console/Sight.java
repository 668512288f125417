package banyan.app.console;

import banyan.app.console.Binding.Resource;
import banyan.app.console.Probe.Pulse;
import banyan.app.console.Reading.Timed;
import banyan.app.console.Snapshot.CacheUse;
import banyan.app.console.Snapshot.Events;
import banyan.app.console.Snapshot.Limit;
import banyan.app.console.Snapshot.Operation;
import banyan.app.console.Snapshot.Outcome;
import banyan.app.console.Snapshot.Point;
import banyan.app.console.Snapshot.PoolUse;
import banyan.app.console.Snapshot.Refusal;
import banyan.app.console.Snapshot.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What some readings in a row say: counts become rates, levels become averages.
 *
 * @param readings one or more, the oldest first
 */
record Sight(List<Reading> readings, List<Pulse> pulses) {
  private static final int STATEMENTS_MAX = 10;
  private static final double MINUTE = 60;
  private static final String ALL = "all";

  Sight {
    readings = List.copyOf(readings);
    if (readings.isEmpty()) {
      throw new IllegalArgumentException("nothing was read");
    }
  }

  Reading last() {
    return readings.getLast();
  }

  private Reading first() {
    return readings.getFirst();
  }

  private double seconds() {
    return Math.max(0.001, Duration.between(first().at(), last().at()).toMillis() / 1e3);
  }

  /** The average of a level over the readings. */
  double level(ToDoubleFunction<Reading> level) {
    return readings.stream().mapToDouble(level).average().orElse(0);
  }

  private double perSecond(double now, double before) {
    return readings.size() < 2 ? 0 : Math.max(0, now - before) / seconds();
  }

  private Timed since(Map<String, Timed> now, Map<String, Timed> before, String name) {
    Timed last = now.getOrDefault(name, Timed.NONE);
    return readings.size() < 2
        ? last.since(last)
        : last.since(before.getOrDefault(name, Timed.NONE));
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    last()
        .operations()
        .forEach((name, total) -> {
          Timed some = since(last().operations(), first().operations(), name);
          operations.add(
              new Operation(
                  name,
                  some.count() / seconds(),
                  some.millis(0.5),
                  some.millis(0.95),
                  some.millis(0.99),
                  total.count()));
        });
    return operations;
  }

  double requestsPerSecond() {
    return operations().stream().mapToDouble(Operation::perSecond).sum();
  }

  List<Refusal> refusals() {
    return last().refusals().entrySet().stream()
        .map(refusal -> {
          String[] code = refusal.getKey().split(" ");
          double before = first().refusals().getOrDefault(refusal.getKey(), 0.0);
          return new Refusal(
              code[0],
              Integer.parseInt(code[1]),
              perSecond(refusal.getValue(), before) * MINUTE,
              refusal.getValue());
        })
        .sorted(Comparator.comparingDouble(Refusal::total).reversed())
        .toList();
  }

  List<CacheUse> caches() {
    List<CacheUse> caches = new ArrayList<>();
    last()
        .caches()
        .forEach((name, now) -> {
          Reading.Copies before = first().caches().getOrDefault(name, new Reading.Copies(0, 0, 0));
          double hits = perSecond(now.hits(), before.hits());
          double gets = hits + perSecond(now.misses(), before.misses());
          double share = gets > 0 ? hits / gets : share(now.hits(), now.hits() + now.misses());
          caches.add(new CacheUse(name, now.entries(), gets, share));
        });
    return caches;
  }

  private static double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }

  List<PoolUse> pools() {
    List<PoolUse> pools = new ArrayList<>();
    for (Pulse pulse : pulses) {
      Reading.Connections now = last().connections(pulse.pool());
      pools.add(
          new PoolUse(
              pulse.pool(),
              pulse.address(),
              pulse.now().answers(),
              now.inUse(),
              now.idle(),
              now.waiting(),
              now.max(),
              pulse.commitsPerSecond(),
              share(pulse.now().blocksHit(), pulse.now().blocksHit() + pulse.now().blocksRead())));
    }
    return pools;
  }

  boolean databaseKeepsStatements() {
    return pulses.stream().anyMatch(pulse -> !pulse.now().statements().isEmpty());
  }

  /** As the databases tell it; else by module, as we measured it. */
  List<Statement> statements() {
    record Cost(String text, double calls, double millis) {}
    List<Cost> costs = new ArrayList<>();
    if (databaseKeepsStatements()) {
      for (Pulse pulse : pulses) {
        pulse
            .now()
            .statements()
            .forEach(one -> costs.add(new Cost(one.text(), one.calls(), one.totalMillis())));
      }
    } else {
      last()
          .work()
          .forEach((name, work) -> costs.add(new Cost(name, work.count(), work.seconds() * 1e3)));
    }
    double all = costs.stream().mapToDouble(Cost::millis).sum();
    return costs.stream()
        .filter(cost -> cost.calls() > 0)
        .sorted(Comparator.comparingDouble(Cost::millis).reversed())
        .limit(STATEMENTS_MAX)
        .map(cost ->
            new Statement(
                cost.text(),
                cost.calls(),
                cost.millis(),
                cost.millis() / cost.calls(),
                share(cost.millis(), all)))
        .toList();
  }

  List<Events> events() {
    return last().events().entrySet().stream()
        .map(waiting ->
            new Events(waiting.getKey(), waiting.getValue().events(), waiting.getValue().seconds()))
        .toList();
  }

  /** Reads that a copy answered. */
  double shownPerSecond(String copy) {
    return perSecond(
        last().shown().getOrDefault(copy, 0.0), first().shown().getOrDefault(copy, 0.0));
  }

  double eventsPerSecond() {
    return perSecond(last().carried(), first().carried());
  }

  List<Limit> limits() {
    List<Limit> limits = new ArrayList<>();
    last()
        .gates()
        .forEach((name, gate) ->
            limits.add(
                new Limit(
                    name, "gate", gate.inside(), gate.places(), gate.waiting(), gate.refused())));
    last()
        .throttles()
        .forEach(
            (name, refused) -> limits.add(new Limit(name, "throttle", null, null, null, refused)));
    return limits;
  }

  List<Outcome> outcomes() {
    return last().outcomes().entrySet().stream()
        .map(outcome -> {
          double before = first().outcomes().getOrDefault(outcome.getKey(), 0.0);
          double rate = perSecond(outcome.getValue(), before);
          return new Outcome(outcome.getKey(), rate * MINUTE, outcome.getValue());
        })
        .sorted(Comparator.comparingDouble(Outcome::total).reversed())
        .toList();
  }

  /** Work on tables a second, of all kinds or of one. */
  double workPerSecond(String kind) {
    double sum = 0;
    for (Map.Entry<String, Timed> work : last().work().entrySet()) {
      if (work.getKey().endsWith(kind)) {
        sum += since(last().work(), first().work(), work.getKey()).count();
      }
    }
    return sum / seconds();
  }

  List<Resource> resources() {
    List<Resource> all = new ArrayList<>();
    double cores = last().machine().cores();
    double load = level(reading -> reading.machine().load());
    all.add(
        new Resource(
            "cpu",
            level(reading -> reading.machine().cpu()) * cores,
            cores,
            Math.max(0, share(load, cores) - 1),
            "cores"));
    last()
        .pools()
        .forEach((name, pool) -> {
          Reading.Connections none = new Reading.Connections(0, 0, 0, pool.max());
          all.add(
              new Resource(
                  "connections",
                  level(reading -> reading.pools().getOrDefault(name, none).inUse()),
                  pool.max(),
                  share(
                      level(reading -> reading.pools().getOrDefault(name, none).waiting()),
                      pool.max()),
                  "connections"));
        });
    for (Pulse pulse : pulses) {
      if (pulse.now().connectionsMax() > 0) {
        all.add(
            new Resource(
                "database-connections",
                // those that no pool of ours holds are what may run out unseen
                pulse.now().connections() - pooled(pulse.pool()),
                Math.max(1, pulse.now().connectionsMax() - max(pulse.pool())),
                0,
                "connections"));
      }
    }
    last()
        .gates()
        .forEach((name, gate) -> {
          Reading.Places none = new Reading.Places(0, 0, gate.places(), 0);
          all.add(
              new Resource(
                  name + "-gate",
                  level(reading -> reading.gates().getOrDefault(name, none).inside()),
                  gate.places(),
                  share(
                      level(reading -> reading.gates().getOrDefault(name, none).waiting()),
                      gate.places()),
                  "places"));
        });
    ofTheProcess(all);
    return all;
  }

  private double pooled(String pool) {
    Reading.Connections use = last().connections(pool);
    return use.inUse() + use.idle();
  }

  private double max(String pool) {
    return last().connections(pool).max();
  }

  private void ofTheProcess(List<Resource> all) {
    Reading.Machine machine = last().machine();
    double collecting = level(reading -> reading.machine().collecting());
    all.add(new Resource("heap", machine.heapKept(), machine.heapKeptMax(), collecting, "bytes"));
    all.add(new Resource("disk", machine.diskUsed(), machine.diskSize(), 0, "bytes"));
    all.add(
        new Resource(
            "http-connections",
            level(reading -> reading.machine().connections()),
            machine.connectionsMax(),
            0,
            "connections"));
  }

  /** What of all this goes into the charts. */
  Point point() {
    Map<String, double[]> classes = new TreeMap<>();
    Timed sum = Timed.NONE;
    for (String name : last().operations().keySet()) {
      Timed some = since(last().operations(), first().operations(), name);
      if (some.count() > 0) {
        classes.put(name, figures(some));
        sum = sum.and(some);
      }
    }
    classes.put(ALL, figures(sum));
    Map<String, Double> refusals = new HashMap<>();
    for (Refusal refusal : refusals()) {
      if (refusal.perMinute() > 0) {
        refusals.merge(refusal.code(), round(refusal.perMinute() / MINUTE), Double::sum);
      }
    }
    double gets = caches().stream().mapToDouble(CacheUse::perSecond).sum();
    double hits = caches().stream().mapToDouble(use -> use.perSecond() * use.hitShare()).sum();
    return new Point(
        last().at(),
        classes,
        refusals,
        gets > 0 ? (Double) round(hits / gets) : null,
        sum(reading ->
            reading.pools().values().stream().mapToDouble(Reading.Connections::inUse).sum()),
        sum(reading ->
            reading.pools().values().stream().mapToDouble(Reading.Connections::waiting).sum()),
        round(workPerSecond("committed")),
        last().events().values().stream().mapToDouble(Reading.Waiting::events).sum(),
        round(level(reading -> reading.machine().processCpu())),
        round(level(reading -> reading.machine().cpu())),
        round(share(last().machine().heapUsed(), last().machine().heapMax())));
  }

  private double sum(ToDoubleFunction<Reading> level) {
    return round(level(level));
  }

  private double[] figures(Timed some) {
    return new double[] {
      round(some.count() / seconds()),
      round(some.millis(0.5)),
      round(some.millis(0.95)),
      round(some.millis(0.99))
    };
  }

  private static double round(double value) {
    return Math.round(value * 1_000) / 1e3;
  }
}
