package banyan.platform.nodes;

import banyan.platform.data.Away;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import banyan.platform.nodes.Sign.State;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Says once a second that this node lives, and hears of the others. What it knows is kept here, so
 * looking costs no round trip; who was silent for how long is measured by the database's clock
 * alone. While the database is away nobody is heard of, and none of the others is said to be gone.
 */
public final class Nodes implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Nodes.class);

  /** All rows lie together: every statement runs where this key's rows would be. */
  private static final long HOME = 0;

  private static final int COUNT_MAX = 1_000;
  private static final Duration KEPT = Duration.ofDays(1);
  private static final Duration TIDIED_EVERY = Duration.ofHours(1);

  /** A word that comes later than this is not worth waiting for; the next one says it again. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private record Row(
      int number,
      String state,
      String stage,
      String version,
      String address,
      Instant startedAt,
      double requestsPerSecond,
      double processor,
      double memory,
      double silentSeconds) {}

  /**
   * @param nanos when the rows were read, of {@link System#nanoTime}
   */
  private record Heard(List<Row> rows, long nanos) {}

  private final NodesSettings settings;
  private final Supplier<Sign> self;
  private final Database database;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("nodes").factory());
  private volatile Heard heard = new Heard(List.of(), System.nanoTime());
  private volatile boolean running;
  private boolean alone;
  private long tidied;

  /**
   * @param self what this node would say of itself now; asked in every beat
   */
  public Nodes(NodesSettings settings, Databases databases, Supplier<Sign> self) {
    this.settings = settings;
    this.self = self;
    this.database = databases.module("nodes");
    this.tidied = System.nanoTime() - TIDIED_EVERY.toNanos();
  }

  /**
   * The other nodes, by number: those that live, for a while those that are gone, and all that were
   * known as {@link State#UNKNOWN} when the database has not answered for longer than a node may be
   * silent.
   */
  public List<Sign> others() {
    Heard now = heard;
    boolean deaf = System.nanoTime() - now.nanos() > settings.silent().toNanos();
    return now.rows().stream().map(row -> sign(row, deaf)).toList();
  }

  private Sign sign(Row row, boolean deaf) {
    State state = State.valueOf(row.state().toUpperCase(Locale.ROOT));
    if (row.silentSeconds() * 1e3 > settings.silent().toMillis()) {
      state = State.GONE;
    }
    return new Sign(
        row.number(),
        deaf ? State.UNKNOWN : state,
        row.stage(),
        row.version(),
        row.address(),
        row.startedAt(),
        row.requestsPerSecond(),
        row.processor(),
        row.memory());
  }

  private void beat() {
    try {
      heard = new Heard(inTime(self.get()), System.nanoTime());
      if (alone) {
        log.atInfo().log("nodes are heard of again");
      }
      alone = false;
    } catch (RuntimeException | Error fault) {
      // thrown on, the scheduler would never say anything again
      if (!alone) {
        Away.told(log.atWarn(), fault).log("nodes do not hear of each other");
      }
      alone = true;
    }
  }

  /** As urgent as money: a node that waits behind a crowd of lookers would look dead to others. */
  private List<Row> inTime(Sign sign) {
    return Deadline.after(Urgency.PAY, PATIENCE)
        .bound(() -> database.write(HOME, jdbc -> say(jdbc, sign)));
  }

  private List<Row> say(JdbcClient jdbc, Sign sign) {
    jdbc.sql(
            """
            INSERT INTO node
                   (number, state, stage, version, address, started_at, requests_per_second, processor, memory)
            VALUES (:number, :state, :stage, :version, :address, :startedAt, :requests, :processor, :memory)
            ON CONFLICT (number) DO UPDATE
               SET state = excluded.state, stage = excluded.stage, version = excluded.version,
                   address = excluded.address, started_at = excluded.started_at,
                   requests_per_second = excluded.requests_per_second,
                   processor = excluded.processor, memory = excluded.memory, seen_at = now()
            """)
        .param("number", sign.number())
        .param("state", sign.state().name().toLowerCase(Locale.ROOT))
        .param("stage", sign.stage())
        .param("version", sign.version())
        .param("address", sign.address())
        .param("startedAt", sign.startedAt().atOffset(ZoneOffset.UTC))
        .param("requests", sign.requestsPerSecond())
        .param("processor", sign.processor())
        .param("memory", sign.memory())
        .update();
    tidy(jdbc);
    return others(jdbc, sign.number());
  }

  /** Nodes that were taken away for good leave no rows for ever. */
  private void tidy(JdbcClient jdbc) {
    if (System.nanoTime() - tidied < TIDIED_EVERY.toNanos()) {
      return;
    }
    jdbc.sql("DELETE FROM node WHERE seen_at < now() - :kept * interval '1 second'")
        .param("kept", KEPT.toSeconds())
        .update();
    tidied = System.nanoTime();
  }

  private List<Row> others(JdbcClient jdbc, int number) {
    return jdbc.sql(
            """
            SELECT number, state, stage, version, address, started_at, requests_per_second, processor, memory,
                   extract(epoch FROM now() - seen_at)::float8 AS silent_seconds
              FROM node
             WHERE number <> :number AND seen_at > now() - :shown * interval '1 second'
             ORDER BY number
             LIMIT :limit
            """)
        .param("number", number)
        .param("shown", settings.silent().plus(settings.shown()).toSeconds())
        .param("limit", COUNT_MAX)
        .query(Row.class)
        .list();
  }

  @Override
  public void start() {
    running = true;
    clock.scheduleWithFixedDelay(this::beat, 0, settings.beat().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The last word of a node that stops: the others need not wait until it was silent for long. */
  @Override
  public void stop() {
    running = false;
    clock.shutdown();
    try {
      if (clock.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        inTime(self.get().as(State.GONE));
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException away) {
      log.atInfo().setCause(away).log("the other nodes were not told that this one stops");
    } finally {
      clock.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** It is told as long as requests are answered: the web server stops before. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8192;
  }
}
