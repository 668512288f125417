package banyan.app.console;

import banyan.app.console.Reading.Connections;
import banyan.app.console.Reading.Copies;
import banyan.app.console.Reading.Machine;
import banyan.app.console.Reading.Places;
import banyan.app.console.Reading.Timed;
import banyan.app.console.Reading.Waiting;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads the registry that Prometheus reads: one walk over the meters, no question to anybody. */
final class Meters {
  private final MeterRegistry registry;
  private final Clock clock;

  Meters(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  Reading read() {
    Shelf all = new Shelf(registry);
    return new Reading(
        clock.instant(),
        all.timers(Traffic.TIMER, id -> tag(id, Traffic.CLASS)),
        all.values(Traffic.REFUSALS, id -> tag(id, Traffic.CODE) + " " + tag(id, "status")),
        caches(all),
        pools(all),
        all.timers("database.work", id -> tag(id, "module") + " " + tag(id, "kind")),
        all.values("database.shown", id -> tag(id, "target")),
        events(all),
        all.sum("events.carried"),
        gates(all),
        all.values("throttle.refused", id -> tag(id, "throttle")),
        all.values("checkout.outcomes", id -> tag(id, "outcome")),
        machine(all));
  }

  private static String tag(Meter.Id id, String name) {
    return Objects.requireNonNullElse(id.getTag(name), "");
  }

  private static Map<String, Copies> caches(Shelf all) {
    Function<Meter.Id, String> name = id -> tag(id, "cache");
    Map<String, Double> hits =
        all.values("cache.gets", id -> tag(id, "result").equals("hit"), name);
    Map<String, Double> misses =
        all.values("cache.gets", id -> tag(id, "result").equals("miss"), name);
    Map<String, Double> sizes = all.values("cache.size", name);
    Map<String, Copies> caches = new TreeMap<>();
    hits.forEach((cache, hit) ->
        caches.put(
            cache,
            new Copies(hit, misses.getOrDefault(cache, 0.0), sizes.getOrDefault(cache, 0.0))));
    return caches;
  }

  private static Map<String, Connections> pools(Shelf all) {
    Function<Meter.Id, String> name = id -> tag(id, "pool");
    Map<String, Double> active = all.values("hikaricp.connections.active", name);
    Map<String, Double> idle = all.values("hikaricp.connections.idle", name);
    Map<String, Double> pending = all.values("hikaricp.connections.pending", name);
    Map<String, Connections> pools = new TreeMap<>();
    all.values("hikaricp.connections.max", name)
        .forEach((pool, max) ->
            pools.put(
                pool,
                new Connections(
                    active.getOrDefault(pool, 0.0),
                    idle.getOrDefault(pool, 0.0),
                    pending.getOrDefault(pool, 0.0),
                    max)));
    return pools;
  }

  private static Map<String, Waiting> events(Shelf all) {
    Map<String, Double> ages = all.values("outbox.age", id -> tag(id, "module"));
    Map<String, Waiting> events = new TreeMap<>();
    all.values("outbox.backlog", id -> tag(id, "module"))
        .forEach((module, waiting) ->
            events.put(module, new Waiting(waiting, ages.getOrDefault(module, 0.0))));
    return events;
  }

  private static Map<String, Places> gates(Shelf all) {
    Function<Meter.Id, String> name = id -> tag(id, "gate");
    Map<String, Double> inside = all.values("gate.inside", name);
    Map<String, Double> waiting = all.values("gate.waiting", name);
    Map<String, Double> refused = all.values("gate.refused", name);
    Map<String, Places> gates = new TreeMap<>();
    all.values("gate.places", name)
        .forEach((gate, places) ->
            gates.put(
                gate,
                new Places(
                    inside.getOrDefault(gate, 0.0),
                    waiting.getOrDefault(gate, 0.0),
                    places,
                    refused.getOrDefault(gate, 0.0))));
    return gates;
  }

  private static Machine machine(Shelf all) {
    Predicate<Meter.Id> heap = id -> tag(id, "area").equals("heap");
    double lasting = all.sum("jvm.gc.max.data.size");
    return new Machine(
        all.sum("process.cpu.usage"),
        all.sum("system.cpu.usage"),
        all.sum("system.cpu.count"),
        all.sum("system.load.average.1m"),
        all.sum("jvm.memory.used", heap),
        all.sum("jvm.memory.max", heap),
        all.sum("jvm.memory.usage.after.gc") * lasting,
        lasting,
        all.sum("jvm.gc.overhead"),
        all.sum("jvm.threads.live"),
        all.sum("disk.total") - all.sum("disk.free"),
        all.sum("disk.total"),
        all.sum(Doors.CONNECTIONS),
        all.sum(Doors.CONNECTIONS_MAX));
  }

  /** The meters by their name. */
  private static final class Shelf {
    private final Map<String, List<Meter>> meters = new HashMap<>();

    Shelf(MeterRegistry registry) {
      registry.forEachMeter(meter ->
          meters.computeIfAbsent(meter.getId().getName(), n -> new ArrayList<>()).add(meter));
    }

    Map<String, Double> values(String name, Function<Meter.Id, String> key) {
      return values(name, id -> true, key);
    }

    /** Sums of the meters of this name, by what the key makes of their tags. */
    Map<String, Double> values(
        String name, Predicate<Meter.Id> which, Function<Meter.Id, String> key) {
      Map<String, Double> values = new TreeMap<>();
      for (Meter meter : meters.getOrDefault(name, List.of())) {
        if (which.test(meter.getId())) {
          values.merge(key.apply(meter.getId()), value(meter), Double::sum);
        }
      }
      return values;
    }

    double sum(String name) {
      return sum(name, id -> true);
    }

    double sum(String name, Predicate<Meter.Id> which) {
      return values(name, which, id -> "").getOrDefault("", 0.0);
    }

    private static double value(Meter meter) {
      for (Measurement measurement : meter.measure()) {
        double value = measurement.getValue();
        return Double.isFinite(value) ? Math.max(0, value) : 0;
      }
      return 0;
    }

    Map<String, Timed> timers(String name, Function<Meter.Id, String> key) {
      Map<String, Timed> timers = new TreeMap<>();
      for (Meter meter : meters.getOrDefault(name, List.of())) {
        if (meter instanceof Timer timer) {
          timers.merge(key.apply(meter.getId()), timed(timer), Timed::and);
        }
      }
      return timers;
    }

    private static Timed timed(Timer timer) {
      CountAtBucket[] counts = timer.takeSnapshot().histogramCounts();
      double[] buckets = new double[Math.min(counts.length, Traffic.BUCKETS.length)];
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = counts[i].count();
      }
      return new Timed(timer.count(), timer.totalTime(TimeUnit.SECONDS), buckets);
    }
  }
}
