package banyan.app.console;

import banyan.platform.data.Databases;
import banyan.platform.data.Databases.Pool;
import banyan.platform.data.Standing;
import banyan.platform.data.Vitals;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** Asks the databases how they are, now and then, while somebody wants to know. */
final class Probe {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * What one database said.
   *
   * @param commitsPerSecond between its last two answers
   * @param copies how they stand now
   */
  record Pulse(
      String pool, String address, Vitals now, double commitsPerSecond, List<Standing> copies) {
    private Pulse with(List<Standing> now) {
      return new Pulse(pool, address, this.now, commitsPerSecond, now);
    }
  }

  private record Answer(Pulse pulse, long nanos) {}

  private final Databases databases;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final ReentrantLock asking = new ReentrantLock();

  Probe(Databases databases) {
    this.databases = databases;
  }

  /** What is known, without asking. */
  List<Pulse> known() {
    Map<String, List<Standing>> copies = databases.standings();
    return databases.pools().stream()
        .map(pool -> answers.get(pool.name()))
        .filter(java.util.Objects::nonNull)
        .map(Answer::pulse)
        .map(pulse -> pulse.with(copies.getOrDefault(pulse.pool(), List.of())))
        .toList();
  }

  /** Asks those whose answer is old; when somebody is asking already, that is enough. */
  void ask() {
    if (!asking.tryLock()) {
      return;
    }
    try {
      List<Pool> pools = databases.pools();
      answers.keySet().retainAll(pools.stream().map(Pool::name).collect(Collectors.toSet()));
      for (Pool pool : pools) {
        Answer before = answers.get(pool.name());
        if (before == null || System.nanoTime() - before.nanos() > FRESH_NANOS) {
          Vitals vitals = Vitals.of(pool);
          long nanos = System.nanoTime();
          double rate = 0;
          if (before != null && before.pulse().now().answers() && vitals.answers()) {
            double commits = vitals.commits() - before.pulse().now().commits();
            rate = Math.max(0, commits) * 1e9 / (nanos - before.nanos());
          }
          answers.put(
              pool.name(),
              new Answer(new Pulse(pool.name(), pool.address(), vitals, rate, List.of()), nanos));
        }
      }
    } finally {
      asking.unlock();
    }
  }
}
