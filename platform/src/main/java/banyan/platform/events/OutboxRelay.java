package banyan.platform.events;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Lease;
import banyan.platform.ids.Ids;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries events from the outbox tables to the consumers of this process.
 *
 * <p>One worker per module reads the oldest rows, gives each consumer the list it has subscribed
 * to, and deletes the rows when all consumers are done. A crash at any point only means that the
 * rows are read again: a consumer with an inbox skips what it has done, a driver is idempotent.
 * Order holds per key because a key's later rows are left alone while an earlier one waits for its
 * next attempt. Two processes may carry the same rows at the same time; that costs work and changes
 * nothing, so a lease keeps it rare.
 */
public final class OutboxRelay implements Events, SmartLifecycle {
  /** Rows one pass takes: 500 rows of 1 KiB stay under Kafka's default request of 1 MiB. */
  static final int BATCH_MAX = 500;

  /** Tries before an event is parked for a human. */
  static final int ATTEMPTS_MAX = 5;

  /**
   * How long a worker sleeps when nobody tells it of a commit: another process may have written the
   * row.
   */
  private static final long IDLE_MILLIS = 500;

  private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

  private record Row(
      long position, long key, long eventId, String type, String payload, int attempts) {}

  private record Subscription(
      String consumer, Class<? extends Event> type, Consumer<List<Delivery>> deliver) {}

  private record Delivery(long eventId, Event event) {}

  private final Databases databases;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final String holder;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Map<String, Semaphore> signals = new ConcurrentHashMap<>();
  private final Map<String, Long> leases = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean running;

  public OutboxRelay(Databases databases, JsonMapper json, MeterRegistry meters, String holder) {
    this.databases = databases;
    this.json = json;
    this.meters = meters;
    this.holder = holder;
  }

  @Override
  public <E extends Event> void hear(
      String consumer, Database database, Class<E> type, BiConsumer<JdbcClient, List<E>> listener) {
    subscriptions.add(
        new Subscription(
            consumer,
            type,
            deliveries -> {
              Map<Integer, List<Delivery>> byShard = new LinkedHashMap<>();
              for (Delivery delivery : deliveries) {
                byShard
                    .computeIfAbsent(
                        database.nodeNumber(delivery.event().key()), n -> new ArrayList<>())
                    .add(delivery);
              }
              byShard.values().forEach(part -> hearOnce(consumer, database, type, listener, part));
            }));
  }

  private static <E extends Event> void hearOnce(
      String consumer,
      Database database,
      Class<E> type,
      BiConsumer<JdbcClient, List<E>> listener,
      List<Delivery> deliveries) {
    database.change(
        deliveries.getFirst().event().key(),
        jdbc -> {
          Set<Long> unheard =
              new HashSet<>(
                  jdbc.sql(
                          """
                          INSERT INTO %s_inbox (shard, consumer, event_id)
                          SELECT event_id & %d, :consumer, event_id FROM unnest(:eventIds) AS event_id
                          ON CONFLICT DO NOTHING
                          RETURNING event_id
                          """
                              .formatted(database.module(), Ids.SHARDS - 1))
                      .param("consumer", consumer)
                      .param(
                          "eventIds",
                          deliveries.stream().map(Delivery::eventId).toArray(Long[]::new))
                      .query(Long.class)
                      .list());
          List<E> events =
              deliveries.stream()
                  .filter(delivery -> unheard.contains(delivery.eventId()))
                  .map(delivery -> type.cast(delivery.event()))
                  .toList();
          if (!events.isEmpty()) {
            listener.accept(jdbc, events);
          }
        });
  }

  @Override
  public <E extends Event> void drive(String consumer, Class<E> type, Consumer<List<E>> listener) {
    subscriptions.add(
        new Subscription(
            consumer,
            type,
            deliveries ->
                listener.accept(
                    deliveries.stream().map(delivery -> type.cast(delivery.event())).toList())));
  }

  @Override
  public void start() {
    running = true;
    for (Database database : databases.all()) {
      Semaphore signal = new Semaphore(0);
      signals.put(database.module(), signal);
      database.onPublished(signal::release);
      workers.submit(() -> work(database, signal));
    }
  }

  private void work(Database database, Semaphore signal) {
    while (running) {
      try {
        signal.drainPermits();
        int carried = pass(database);
        if (carried < BATCH_MAX) {
          boolean told = signal.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
          log.atTrace().addKeyValue("told", told).log("relay wakes");
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException fault) {
        log.atWarn()
            .addKeyValue("module", database.module())
            .setCause(fault)
            .log("events wait: outbox not readable");
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Carries one batch of every database of the module; returns how many rows the fullest one had.
   */
  private int pass(Database database) {
    return database.each(jdbc -> pass(database, jdbc)).stream().max(Integer::compare).orElse(0);
  }

  private int pass(Database database, JdbcClient jdbc) {
    if (!holdsLease(database, jdbc)) {
      return 0;
    }
    List<Row> rows =
        jdbc.sql(
                """
                SELECT position, key, event_id, type, payload::text AS payload, attempts
                  FROM %1$s_outbox o
                 WHERE NOT parked
                   AND NOT EXISTS (SELECT 1 FROM %1$s_outbox e
                                    WHERE e.key = o.key AND e.position <= o.position
                                      AND e.next_attempt_at > now() AND NOT e.parked)
                 ORDER BY position
                 LIMIT %2$d
                """
                    .formatted(database.module(), BATCH_MAX))
            .query(Row.class)
            .list();
    if (rows.isEmpty()) {
      return 0;
    }
    Map<Long, String> failures = deliver(rows);
    List<Row> done = rows.stream().filter(row -> !failures.containsKey(row.position())).toList();
    jdbc.sql("DELETE FROM %s_outbox WHERE position = ANY(:positions)".formatted(database.module()))
        .param("positions", done.stream().map(Row::position).toArray(Long[]::new))
        .update();
    rows.stream()
        .filter(row -> failures.containsKey(row.position()))
        .forEach(row -> postpone(database, jdbc, row, failures.getOrDefault(row.position(), "")));
    return rows.size();
  }

  /**
   * Asks the database at most every few seconds: the lease lasts longer, and two holders do no
   * harm.
   */
  private boolean holdsLease(Database database, JdbcClient jdbc) {
    long now = System.nanoTime();
    Long renewed = leases.get(database.module());
    if (renewed != null && now - renewed < LEASE_NANOS) {
      return true;
    }
    boolean held = Lease.hold(jdbc, database.module(), "relay", holder);
    if (held) {
      leases.put(database.module(), now);
    } else {
      leases.remove(database.module());
    }
    return held;
  }

  /**
   * Gives every consumer its events, consumers side by side; returns position and reason of each
   * that failed.
   */
  private Map<Long, String> deliver(List<Row> rows) {
    Map<Long, String> failures = new ConcurrentHashMap<>();
    List<Future<?>> deliveries = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      List<Row> mine =
          rows.stream().filter(row -> row.type().equals(subscription.type().getName())).toList();
      if (!mine.isEmpty()) {
        deliveries.add(workers.submit(() -> deliver(subscription, mine, failures)));
      }
    }
    for (Future<?> delivery : deliveries) {
      try {
        delivery.get();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while delivering", stopped);
      } catch (java.util.concurrent.ExecutionException fault) {
        throw new IllegalStateException(fault.getCause());
      }
    }
    return failures;
  }

  private void deliver(Subscription subscription, List<Row> rows, Map<Long, String> failures) {
    try {
      subscription.deliver().accept(rows.stream().map(row -> read(subscription, row)).toList());
    } catch (RuntimeException oneOfThem) {
      Set<Long> heldKeys = new HashSet<>();
      for (Row row : rows) {
        if (heldKeys.contains(row.key())) {
          failures.put(row.position(), "an earlier event of its key waits");
          continue;
        }
        try {
          subscription.deliver().accept(List.of(read(subscription, row)));
        } catch (RuntimeException fault) {
          heldKeys.add(row.key());
          failures.put(row.position(), subscription.consumer() + ": " + fault);
          Counter.builder("events.failed")
              .description("deliveries a consumer refused")
              .tag("consumer", subscription.consumer())
              .register(meters)
              .increment();
        }
      }
    }
  }

  private Delivery read(Subscription subscription, Row row) {
    return new Delivery(row.eventId(), json.readValue(row.payload(), subscription.type()));
  }

  private void postpone(Database database, JdbcClient jdbc, Row row, String failure) {
    int attempts = row.attempts() + 1;
    boolean park = attempts >= ATTEMPTS_MAX;
    jdbc.sql(
            """
            UPDATE %s_outbox
               SET attempts = :attempts, parked = :park, failure = left(:failure, 1000),
                   next_attempt_at = now() + make_interval(secs => :seconds)
             WHERE position = :position
            """
                .formatted(database.module()))
        .param("attempts", attempts)
        .param("park", park)
        .param("failure", failure)
        .param("seconds", 0.2 * (1 << attempts))
        .param("position", row.position())
        .update();
    if (park) {
      log.atError()
          .addKeyValue("module", database.module())
          .addKeyValue("event", row.type())
          .addKeyValue("eventId", row.eventId())
          .addKeyValue("failure", failure)
          .log("event parked after " + ATTEMPTS_MAX + " attempts");
    }
  }

  @Override
  public void stop() {
    running = false;
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("a consumer did not stop within 10 s; its events come again after the next start");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Starts before the web server and stops after it has answered its last request. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8192;
  }
}
