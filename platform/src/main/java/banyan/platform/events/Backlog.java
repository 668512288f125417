package banyan.platform.events;

import banyan.platform.data.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits in the outboxes of a module: for metrics, and for a human. */
final class Backlog {
  /** Counting further would cost more than the figure is worth. */
  private static final int COUNTED_MAX = 10_000;

  private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

  private record Waiting(int events, @Nullable Instant oldest) {}

  private final Database database;
  private volatile Waiting waiting = new Waiting(0, null);
  private long measured = System.nanoTime() - PAUSE_NANOS;

  Backlog(Database database, MeterRegistry meters) {
    this.database = database;
    Gauge.builder("outbox.backlog", this, backlog -> backlog.waiting.events())
        .description("events that wait, counted up to " + COUNTED_MAX)
        .tag("module", database.module())
        .strongReference(true)
        .register(meters);
    Gauge.builder("outbox.age", this, Backlog::ageSeconds)
        .description("how long the oldest event waits")
        .baseUnit("seconds")
        .tag("module", database.module())
        .strongReference(true)
        .register(meters);
  }

  /** From the moment the event was told: it grows by itself while nobody measures. */
  private double ageSeconds() {
    Instant oldest = waiting.oldest();
    return oldest == null
        ? 0
        : Math.max(0, Duration.between(oldest, Instant.now()).toMillis() / 1e3);
  }

  /** Looks, unless it has done so a moment ago. */
  void measure() {
    if (System.nanoTime() - measured < PAUSE_NANOS) {
      return;
    }
    measured = System.nanoTime();
    record Found(int events, java.time.@Nullable OffsetDateTime oldest) {}
    Waiting sum = new Waiting(0, null);
    for (Found found :
        database.each(jdbc ->
            jdbc.sql(
                    """
                    -- every shard: a figure about one database
                    SELECT count(*)::int AS events, min(at) AS oldest
                      FROM (SELECT at FROM %s_outbox WHERE NOT parked ORDER BY position LIMIT :limit) o
                    """
                        .formatted(database.module()))
                .param("limit", COUNTED_MAX)
                .query(Found.class)
                .single())) {
      Instant oldest = found.oldest() == null ? null : found.oldest().toInstant();
      boolean older = oldest != null && (sum.oldest() == null || oldest.isBefore(sum.oldest()));
      sum = new Waiting(sum.events() + found.events(), older ? oldest : sum.oldest());
    }
    waiting = sum;
  }

  /** Events that were given up, and those that nobody has carried in a minute. */
  static List<String> undelivered(Database database, int limit) {
    return database
        .each(jdbc ->
            jdbc.sql(
                    """
                    -- every shard: a list for a human
                    SELECT concat_ws(' ', :module, event_id, type, 'of', at, failure)
                      FROM %s_outbox
                     WHERE parked OR at < now() - interval '1 minute'
                     ORDER BY position
                     LIMIT :limit
                    """
                        .formatted(database.module()))
                .param("module", database.module())
                .param("limit", limit)
                .query(String.class)
                .list())
        .stream()
        .flatMap(List::stream)
        .limit(limit)
        .toList();
  }
}
