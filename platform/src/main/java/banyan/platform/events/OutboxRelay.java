package banyan.platform.events;

import banyan.platform.data.Away;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Lease;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
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

  /** How long events of a busy module gather before the next pass. */
  private static final long GATHER_MILLIS = 20;

  private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

  private record Row(
      long position, long key, long eventId, String type, String payload, int attempts) {}

  private record Subscription(
      String consumer, Class<? extends Event> type, Consumer<List<Delivery>> deliver) {}

  record Delivery(long eventId, Event event) {}

  /**
   * Why a row was not delivered.
   *
   * @param counts whether the try counts: not when a database was away, which is nobody's fault
   */
  private record Failure(String reason, boolean counts) {}

  /** What a pass came to; rows that are in neither are done. */
  private record Undelivered(Map<Long, Failure> failed, Set<Long> behindOne) {
    static Undelivered none() {
      return new Undelivered(new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet());
    }

    boolean has(Row row) {
      return failed.containsKey(row.position()) || behindOne.contains(row.position());
    }
  }

  private final Databases databases;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final String holder;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Map<String, Semaphore> signals = new ConcurrentHashMap<>();
  private final Map<JdbcClient, Long> leases = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService couriers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean running;

  public OutboxRelay(Databases databases, JsonMapper json, MeterRegistry meters, String holder) {
    this.databases = databases;
    this.json = json;
    this.meters = meters;
    this.holder = holder;
  }

  @Override
  public <E extends Event> void hear(
      String consumer,
      Database database,
      Class<E> type,
      ToLongFunction<? super E> shardKey,
      BiConsumer<JdbcClient, List<E>> listener) {
    Inbox<E> inbox = new Inbox<>(consumer, database, type, shardKey, listener);
    subscriptions.add(new Subscription(consumer, type, inbox::hear));
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
    Backlog backlog = new Backlog(database, meters);
    while (running) {
      try {
        backlog.measure();
        signal.drainPermits();
        int carried = pass(database);
        if (carried > 0 && carried < BATCH_MAX) {
          // a busy shop's events are carried together; nobody waits for the first of them
          TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
        }
        if (carried < BATCH_MAX) {
          boolean told = signal.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
          log.atTrace().addKeyValue("told", told).log("relay wakes");
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException fault) {
        if (!running) {
          return;
        }
        Away.told(log.atWarn().addKeyValue("module", database.module()), fault)
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
    // no pause is as long as a minute: a later time is that of a clock that was wrong
    List<Row> rows =
        jdbc.sql(
                """
                -- every shard: one relay carries all of a database
                SELECT position, key, event_id, type, payload::text AS payload, attempts
                  FROM %1$s_outbox o
                 WHERE NOT parked
                   AND NOT EXISTS (SELECT 1 FROM %1$s_outbox e
                                    WHERE e.key = o.key AND e.position <= o.position
                                      AND e.next_attempt_at > now() AND NOT e.parked
                                      AND e.next_attempt_at < now() + interval '1 minute')
                 ORDER BY position
                 LIMIT %2$d
                """
                    .formatted(database.module(), BATCH_MAX))
            .query(Row.class)
            .list();
    if (rows.isEmpty()) {
      return 0;
    }
    Undelivered undelivered = deliver(rows);
    jdbc.sql(
            """
            -- every shard: positions of one database
            DELETE FROM %s_outbox WHERE position = ANY(:positions)
            """
                .formatted(database.module()))
        .param(
            "positions",
            rows.stream()
                .filter(row -> !undelivered.has(row))
                .map(Row::position)
                .toArray(Long[]::new))
        .update();
    meters
        .counter("events.carried", "module", database.module())
        .increment(rows.size() - undelivered.failed().size() - undelivered.behindOne().size());
    for (Row row : rows) {
      Failure failure = undelivered.failed().get(row.position());
      if (failure != null) {
        postpone(database, jdbc, row, failure);
      }
    }
    return rows.size();
  }

  /**
   * Asks the database at most every few seconds: the lease lasts longer, and two holders do no
   * harm.
   */
  private boolean holdsLease(Database database, JdbcClient jdbc) {
    long now = System.nanoTime();
    Long renewed = leases.get(jdbc);
    if (renewed != null && now - renewed < LEASE_NANOS) {
      return true;
    }
    boolean held = Lease.hold(jdbc, database.module(), "relay", holder);
    if (held) {
      leases.put(jdbc, now);
    } else {
      leases.remove(jdbc);
    }
    return held;
  }

  /** Gives every consumer its events, consumers side by side. */
  private Undelivered deliver(List<Row> rows) {
    Undelivered undelivered = Undelivered.none();
    List<Future<?>> deliveries = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      List<Row> mine =
          rows.stream().filter(row -> row.type().equals(subscription.type().getName())).toList();
      if (!mine.isEmpty()) {
        deliveries.add(couriers.submit(() -> deliver(subscription, mine, undelivered)));
      }
    }
    for (Future<?> delivery : deliveries) {
      try {
        delivery.get();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while delivering", stopped);
      } catch (ExecutionException fault) {
        throw new IllegalStateException(fault.getCause());
      }
    }
    return undelivered;
  }

  private void deliver(Subscription subscription, List<Row> rows, Undelivered undelivered) {
    Failure together = tryToDeliver(subscription, rows);
    if (together == null) {
      return;
    }
    Set<Long> heldKeys = new HashSet<>();
    for (Row row : rows) {
      if (heldKeys.contains(row.key())) {
        undelivered.behindOne().add(row.position());
        continue;
      }
      Failure failure = rows.size() == 1 ? together : tryToDeliver(subscription, List.of(row));
      if (failure != null) {
        heldKeys.add(row.key());
        undelivered.failed().merge(row.position(), failure, (a, b) -> a.counts() ? a : b);
        Counter.builder("events.failed")
            .description("deliveries a consumer refused")
            .tag("consumer", subscription.consumer())
            .register(meters)
            .increment();
      }
    }
  }

  /** Also an Error is the consumer's: it must not stop the events of everybody else. */
  private @Nullable Failure tryToDeliver(Subscription subscription, List<Row> rows) {
    try {
      subscription.deliver().accept(rows.stream().map(row -> read(subscription, row)).toList());
      return null;
    } catch (RuntimeException | Error fault) {
      boolean away =
          fault instanceof TransientDataAccessException
              || fault instanceof DataAccessResourceFailureException
              || fault instanceof TransactionException;
      return new Failure(subscription.consumer() + ": " + fault, !away);
    }
  }

  private Delivery read(Subscription subscription, Row row) {
    return new Delivery(row.eventId(), json.readValue(row.payload(), subscription.type()));
  }

  private void postpone(Database database, JdbcClient jdbc, Row row, Failure failure) {
    int attempts = failure.counts() ? row.attempts() + 1 : row.attempts();
    boolean park = attempts >= ATTEMPTS_MAX;
    jdbc.sql(
            """
            -- every shard: a position of one database
            UPDATE %s_outbox
               SET attempts = :attempts, parked = :park, failure = left(:failure, 1000),
                   next_attempt_at = now() + make_interval(secs => :seconds)
             WHERE position = :position
            """
                .formatted(database.module()))
        .param("attempts", attempts)
        .param("park", park)
        .param("failure", failure.reason().replace('\0', ' '))
        .param("seconds", 0.2 * (1 << attempts))
        .param("position", row.position())
        .update();
    if (park) {
      log.atError()
          .addKeyValue("module", database.module())
          .addKeyValue("event", row.type())
          .addKeyValue("eventId", row.eventId())
          .addKeyValue("failure", failure.reason())
          .log("event parked after " + ATTEMPTS_MAX + " attempts");
    }
  }

  /**
   * Events that were given up and wait for a human, and those that nobody has carried in a minute.
   */
  public List<String> undelivered(int limit) {
    return databases.all().stream()
        .flatMap(database -> Backlog.undelivered(database, limit).stream())
        .limit(limit)
        .toList();
  }

  @Override
  public void stop() {
    running = false;
    signals.values().forEach(Semaphore::release);
    workers.shutdown();
    try {
      // what is being delivered may end: an interrupt would break its connection
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        workers.shutdownNow();
        couriers.shutdownNow();
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
