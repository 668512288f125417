package banyan.platform.events;

import banyan.platform.broadcast.Broadcast;
import banyan.platform.data.Away;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Lease;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
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
 * nothing, so a lease keeps it rare: who does not hold it tells the holder of its commits.
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

  /** How often a lease is asked for that another process holds. */
  private static final long OTHERS_LEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);

  /** Rows of a pass over a database whose events another process carries. */
  private static final int NOT_MINE = -1;

  /** Its words are modules that have committed events. */
  private static final String TOPIC = "events";

  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

  /** One module's outbox; modules may share a database. */
  private record Outbox(String module, JdbcClient jdbc) {}

  /**
   * @param asked of {@link System#nanoTime}
   */
  private record Standing(boolean mine, long asked) {}

  /**
   * What wakes a module's worker.
   *
   * @param ours whether it was a commit of this process
   */
  private record Signal(Semaphore bell, AtomicBoolean ours) {
    void committedHere() {
      ours.set(true);
      bell.release();
    }
  }

  private final Databases databases;
  private final MeterRegistry meters;
  private final Broadcast broadcast;
  private final String holder;
  private final Consumers consumers;
  private final Map<String, Signal> signals = new ConcurrentHashMap<>();
  private final Map<Outbox, Standing> leases = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean running;

  /**
   * @param holder of leases: no other process has this name
   */
  public OutboxRelay(
      Databases databases,
      JsonMapper json,
      MeterRegistry meters,
      Broadcast broadcast,
      String holder) {
    this.databases = databases;
    this.meters = meters;
    this.broadcast = broadcast;
    this.holder = holder;
    this.consumers = new Consumers(json, meters);
  }

  @Override
  public <E extends Event> void hear(
      String consumer,
      Database database,
      Class<E> type,
      ToLongFunction<? super E> shardKey,
      BiConsumer<JdbcClient, List<E>> listener) {
    Inbox<E> inbox = new Inbox<>(consumer, database, type, shardKey, listener);
    consumers.add(consumer, type, inbox::hear);
  }

  @Override
  public <E extends Event> void drive(String consumer, Class<E> type, Consumer<List<E>> listener) {
    consumers.add(
        consumer,
        type,
        deliveries ->
            listener.accept(
                deliveries.stream().map(delivery -> type.cast(delivery.event())).toList()));
  }

  @Override
  public void start() {
    running = true;
    for (Database database : databases.all()) {
      Signal signal = new Signal(new Semaphore(0), new AtomicBoolean());
      signals.put(database.module(), signal);
      database.onPublished(signal::committedHere);
      workers.submit(() -> work(database, signal));
    }
    broadcast.listen(TOPIC, new Ear());
  }

  /** Another process has committed events, which this one may carry. */
  private final class Ear implements Broadcast.Listener {
    @Override
    public void heard(List<String> modules) {
      for (String module : modules) {
        Signal signal = signals.get(module);
        if (signal != null) {
          signal.bell().release();
        }
      }
    }

    @Override
    public void missed() {
      heard(List.copyOf(signals.keySet()));
    }
  }

  private void work(Database database, Signal signal) {
    Backlog backlog = new Backlog(database, meters);
    while (running) {
      try {
        backlog.measure();
        signal.bell().drainPermits();
        boolean ours = signal.ours().getAndSet(false);
        List<Integer> rows = database.each(jdbc -> pass(database, jdbc));
        int carried = rows.stream().max(Integer::compare).orElse(0);
        boolean telling = ours && rows.contains(NOT_MINE);
        if (telling) {
          broadcast.tell(TOPIC, List.of(database.module()));
        }
        if ((telling || carried > 0) && carried < BATCH_MAX) {
          // a busy shop's events are carried together; nobody waits for the first of them
          TimeUnit.MILLISECONDS.sleep(GATHER_MILLIS);
        }
        if (carried < BATCH_MAX) {
          boolean told = signal.bell().tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
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

  /** Carries one batch of one database of the module; returns how many rows it had. */
  private int pass(Database database, JdbcClient jdbc) {
    if (!holdsLease(new Outbox(database.module(), jdbc))) {
      return NOT_MINE;
    }
    // no pause is as long as a minute: a later time is that of a clock that was wrong
    List<Consumers.Row> rows =
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
            .query(Consumers.Row.class)
            .list();
    if (rows.isEmpty()) {
      return 0;
    }
    Consumers.Undelivered undelivered = consumers.deliver(rows);
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
                .map(Consumers.Row::position)
                .toArray(Long[]::new))
        .update();
    meters
        .counter("events.carried", "module", database.module())
        .increment(rows.size() - undelivered.failed().size() - undelivered.behindOne().size());
    for (Consumers.Row row : rows) {
      Consumers.Failure failure = undelivered.failed().get(row.position());
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
  private boolean holdsLease(Outbox outbox) {
    long now = System.nanoTime();
    Standing last = leases.get(outbox);
    if (last != null && now - last.asked() < (last.mine() ? LEASE_NANOS : OTHERS_LEASE_NANOS)) {
      return last.mine();
    }
    boolean mine = Lease.hold(outbox.jdbc(), outbox.module(), "relay", holder);
    leases.put(outbox, new Standing(mine, now));
    return mine;
  }

  private void postpone(
      Database database, JdbcClient jdbc, Consumers.Row row, Consumers.Failure failure) {
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
    signals.values().forEach(signal -> signal.bell().release());
    workers.shutdown();
    try {
      // what is being delivered may end: an interrupt would break its connection
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        workers.shutdownNow();
        consumers.stop();
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
