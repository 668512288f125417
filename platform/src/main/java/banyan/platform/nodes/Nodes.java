package banyan.platform.nodes;

import banyan.platform.data.Away;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import banyan.platform.nodes.Sign.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Says once a second that this node lives, and hears of the others. What it knows is kept here, so
 * looking costs no round trip; who was silent for how long is measured by the database's clock
 * alone. While the database is away nobody is heard of, and none of the others is said to be gone.
 *
 * <p>A number belongs to one process at a time, for it is part of every id. A node whose number
 * another one has does not start; one that was silent for so long that another took its number is
 * told so, and takes no more requests.
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

  /**
   * What tells this process from others of the same number: kept in a folder that one process has
   * at a time, so that whoever was killed and comes back is known as the same.
   */
  public record Identity(UUID id) {
    /**
     * The one that is kept there, or a new one.
     *
     * @throws UncheckedIOException when it can be neither read nor written
     */
    public static Identity in(Path folder) {
      Path file = folder.resolve("identity");
      try {
        if (Files.notExists(file) || Files.size(file) < 36) {
          // a start that was cut off may have left less than all of it
          Files.writeString(file, UUID.randomUUID() + "\n");
        }
        return new Identity(UUID.fromString(Files.readString(file).strip()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

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
  private final Runnable displaced;
  private final Database database;
  private final Identity identity;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("nodes").factory());
  private volatile Heard heard = new Heard(List.of(), System.nanoTime());
  private volatile boolean running;
  private boolean alone;
  private boolean taken;
  private long tidied;

  /**
   * @param self what this node would say of itself now; asked in every beat
   * @param displaced run when another process has taken this node's number
   */
  public Nodes(
      NodesSettings settings,
      Databases databases,
      Identity identity,
      Supplier<Sign> self,
      Runnable displaced) {
    this.settings = settings;
    this.identity = identity;
    this.self = self;
    this.displaced = displaced;
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

  private void beatOrLeave() {
    boolean before = taken;
    beat();
    if (taken && !before) {
      log.atError()
          .log(
              "another process has taken this node's number: it takes no more requests; restart it");
      displaced.run();
    }
  }

  /** As urgent as money: a node that waits behind a crowd of lookers would look dead to others. */
  private List<Row> inTime(Sign sign) {
    return Deadline.after(Urgency.PAY, PATIENCE)
        .bound(() -> database.write(HOME, jdbc -> say(jdbc, sign)));
  }

  private List<Row> say(JdbcClient jdbc, Sign sign) {
    int said =
        jdbc.sql(
                """
                INSERT INTO node
                       (number, state, stage, version, address, started_at, requests_per_second, processor, memory,
                        instance)
                VALUES (:number, :state, :stage, :version, :address, :startedAt, :requests, :processor, :memory,
                        :instance)
                ON CONFLICT (number) DO UPDATE
                   SET state = excluded.state, stage = excluded.stage, version = excluded.version,
                       address = excluded.address, started_at = excluded.started_at,
                       requests_per_second = excluded.requests_per_second,
                       processor = excluded.processor, memory = excluded.memory, seen_at = now(),
                       instance = excluded.instance
                 WHERE node.instance IS NULL OR node.instance = excluded.instance OR node.state = 'gone'
                    OR node.seen_at < now() - :silent * interval '1 second'
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
            .param("instance", identity.id())
            .param("silent", settings.silent().toMillis() / 1e3)
            .update();
    taken = said == 0;
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

  /**
   * Whoever had the number and was killed leaves it free when he has been silent for long enough.
   */
  private void awaitNumber() {
    long end = System.nanoTime() + settings.silent().plus(settings.beat()).toNanos();
    for (beat(); taken; beat()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "node number %d is that of another process, which lives: give every process a banyan.node of its own"
                .formatted(self.get().number()));
      }
      LockSupport.parkNanos(settings.beat().toNanos());
    }
  }

  @Override
  public void start() {
    awaitNumber();
    running = true;
    long beat = settings.beat().toMillis();
    clock.scheduleWithFixedDelay(this::beatOrLeave, beat, beat, TimeUnit.MILLISECONDS);
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
