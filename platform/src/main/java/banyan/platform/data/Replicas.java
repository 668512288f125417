package banyan.platform.data;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.HostSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of one database, and which of them may be read now by whom.
 *
 * <p><b>How far behind.</b> A copy's own clock says nothing while the primary is idle, so positions
 * in the log are compared: the primary's are kept for a while, and a copy is as old as the last of
 * them that it has replayed. While the primary gives no answer, nothing newer is known than its
 * last one, and a copy that had kept up serves on: a shop whose primary is away still shows what it
 * has.
 *
 * <p><b>Own writes.</b> After a change the caller is told the position in the log ({@link
 * FreshToken}), and a copy that has not replayed it is not for him. After a promotion the position
 * is of an older timeline and still a bound from above: with a synchronous copy nothing that was
 * acknowledged lies behind the fork, so a copy of the new timeline that has come to that position
 * holds it. A copy that stays on an old timeline receives nothing, and is left out.
 *
 * <p><b>Promotion.</b> Whoever says that he is the primary and has a higher timeline than anybody
 * before is it. The connections to all others are cut at once, also those on which somebody waits;
 * new ones are only taken from a primary of that timeline, so that an old one that was frozen and
 * thaws is not written to.
 */
final class Replicas implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replicas.class);

  /** Between two questions to who does not answer: each dials, and is a process there. */
  private static final Duration SILENCE = Duration.ofMillis(500);

  /** Why a read that may lag went where it went. */
  enum Why {
    /** To a copy. */
    GOOD,
    /** Something is decided or changed, or no request waits for it. */
    DECIDES,
    /** The reader is known and has not told what he has seen. */
    UNTOLD,
    /** No good copy has replayed what the reader has seen. */
    BEHIND,
    /** No copy answers and keeps up. */
    NONE,
    /** The copy failed, and the query was run again. */
    FAILED
  }

  /**
   * Where a request's reads go.
   *
   * @param copy its number, or -1 for the primary
   */
  record Choice(int copy, Why why) {}

  private static final Choice DECIDES = new Choice(-1, Why.DECIDES);
  private static final Choice UNTOLD = new Choice(-1, Why.UNTOLD);
  private static final Choice BEHIND = new Choice(-1, Why.BEHIND);
  private static final Choice NONE = new Choice(-1, Why.NONE);
  private static final Choice FAILED = new Choice(-1, Why.FAILED);

  private final String name;
  private final Primary primary;
  private final List<Replica> copies;
  private final Duration lagMax;
  private final Duration probe;
  private final Map<Why, Counter> onPrimary = new EnumMap<>(Why.class);
  private final List<Counter> onCopy = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  final Door door;

  private volatile long systemId;
  private volatile int timeline;
  private volatile long floor;
  private volatile Consumer<HostSpec> moved = host -> {};
  private volatile boolean closed;
  private volatile @Nullable Thread primaryProbe;

  /**
   * @param name of the database's pool
   */
  Replicas(
      String name,
      DataSettings settings,
      Primary primary,
      List<Replica> copies,
      MeterRegistry meters) {
    this.name = name;
    this.primary = primary;
    this.copies = List.copyOf(copies);
    this.lagMax = settings.replicaLagMax();
    this.probe = settings.replicaProbe();
    this.door = new Door(primary, () -> timeline);
    measure(meters);
  }

  private void measure(MeterRegistry meters) {
    for (Why why : Why.values()) {
      if (why != Why.GOOD) {
        onPrimary.put(why, counter("primary", why, meters));
      }
    }
    for (Replica copy : copies) {
      onCopy.add(counter(copy.name(), Why.GOOD, meters));
      gauge("lag", "seconds behind the primary", copy, this::lagSeconds, meters);
      gauge("lag.bytes", "bytes of log behind the primary", copy, this::lagBytes, meters);
      gauge("good", "1 while it may be read", copy, one -> isGood(one) ? 1 : 0, meters);
    }
  }

  private Counter counter(String target, Why why, MeterRegistry meters) {
    return Counter.builder("database.shown")
        .description("reads that may lag, by where they went and why")
        .tags("pool", name, "target", target, "why", why.name().toLowerCase(java.util.Locale.ROOT))
        .register(meters);
  }

  private void gauge(
      String what,
      String text,
      Replica copy,
      ToDoubleFunction<Replica> value,
      MeterRegistry meters) {
    Gauge.builder("database.replica." + what, copy, value)
        .description(text)
        .tags("pool", name, "replica", copy.name())
        .register(meters);
  }

  /**
   * Begins to ask the nodes where they are.
   *
   * @param moved told the host of a new primary, when one is seen
   */
  void start(Consumer<HostSpec> moved) {
    this.moved = moved;
    primaryProbe = forever("primary-probe", this::askPrimary);
    for (Replica copy : copies) {
      forever("replica-probe", () -> ask(copy));
    }
  }

  /** Asks, until all is closed; the question says whether it was answered. */
  private Thread forever(String what, BooleanSupplier question) {
    long silence = Math.max(probe.toNanos(), SILENCE.toNanos());
    return Thread.ofVirtual()
        .name(what)
        .start(() -> {
          while (!closed) {
            boolean well = false;
            try {
              well = question.getAsBoolean();
            } catch (RuntimeException fault) {
              log.atError().setCause(fault).log("a probe failed");
            }
            LockSupport.parkNanos(well ? probe.toNanos() : silence);
          }
        });
  }

  private boolean askPrimary() {
    boolean before = primary.isSilent(lagMax);
    try {
      Position position = primary.now(timeline);
      systemId = position.systemId();
      learn(position, primary.line().host());
      if (before) {
        log.atInfo().addKeyValue("pool", name).log("the primary answers");
      }
      door.open();
      return true;
    } catch (SQLException away) {
      if (!before) {
        log.atWarn()
            .addKeyValue("pool", name)
            .addKeyValue("cause", away.toString())
            .log("the primary gives no answer");
      }
      return false;
    }
  }

  private boolean ask(Replica copy) {
    boolean before = copy.last() != null;
    try {
      Position position = copy.line().ask();
      copy.answered(position, primary.momentOf(position.reached()));
      if (position.systemId() == systemId && Primary.isPrimary(position, timeline)) {
        learn(position, copy.line().host());
      }
      if (!before) {
        log.atInfo().addKeyValue("replica", copy.name()).log("a replica answers");
      }
      return true;
    } catch (SQLException away) {
      copy.silent();
      if (before) {
        log.atWarn()
            .addKeyValue("replica", copy.name())
            .addKeyValue("cause", away.toString())
            .log("a replica gives no answer");
      }
      return false;
    }
  }

  /** Somebody says that he is the primary. */
  private void learn(Position position, @Nullable HostSpec host) {
    Integer told = position.timeline();
    if (told == null || told <= timeline || !isLater(told)) {
      return;
    }
    primary.forget();
    copies.forEach(Replica::forget);
    primary.line().redial();
    if (host != null) {
      log.atWarn()
          .addKeyValue("pool", name)
          .addKeyValue("host", host.toString())
          .addKeyValue("timeline", told)
          .log("there is a new primary");
      moved.accept(host);
    }
    LockSupport.unpark(primaryProbe);
  }

  /** False for the first one that is seen at all, and when another thread was faster. */
  private synchronized boolean isLater(int told) {
    boolean first = timeline == 0;
    boolean higher = told > timeline;
    timeline = Math.max(timeline, told);
    return higher && !first;
  }

  /** Where the reads of this thread's request go that may lag. */
  Choice choose() {
    Viewer viewer = Viewer.now();
    if (viewer == null || viewer.isFresh()) {
      return DECIDES;
    }
    Choice chosen = viewer.chosenOf(this);
    if (chosen == null) {
      chosen = choose(viewer);
      viewer.choose(this, chosen);
    }
    return chosen;
  }

  private Choice choose(Viewer viewer) {
    Position known = primary.newest();
    if (known == null) {
      return NONE;
    }
    Long seen = viewer.atLeast(known.systemId());
    if (seen == null) {
      return UNTOLD;
    }
    long needed = Math.max(seen, floor);
    Choice best = NONE;
    int first = turn.getAndIncrement();
    for (int i = 0; i < copies.size(); i++) {
      int number = Math.floorMod(first + i, copies.size());
      Replica copy = copies.get(number);
      Position position = copy.last();
      if (position == null || !isGood(copy)) {
        continue;
      }
      if (position.reached() < needed) {
        best = best.copy() < 0 ? BEHIND : best;
      } else if (best.copy() < 0 || copy.readers() < copies.get(best.copy()).readers()) {
        best = new Choice(number, Why.GOOD);
      }
    }
    return best;
  }

  void count(Choice choice) {
    if (choice.copy() >= 0) {
      onCopy.get(choice.copy()).increment();
    } else if (onPrimary.get(choice.why()) instanceof Counter counter) {
      counter.increment();
    }
  }

  /** The copy failed this request, which goes on with the primary. */
  void failed(Replica copy) {
    copy.leaveOut();
    count(FAILED);
    if (Viewer.now() instanceof Viewer viewer) {
      viewer.choose(this, FAILED);
    }
  }

  boolean isGood(Replica copy) {
    Position position = copy.last();
    Position newest = primary.newest();
    Long caughtUp = copy.caughtUp();
    if (position == null
        || newest == null
        || caughtUp == null
        || copy.isOut()
        || !position.recovering()
        || position.systemId() != newest.systemId()
        || older(position.nanos())) {
      return false;
    }
    boolean follows =
        !older(copy.received()) && (position.timeline() == null || position.timeline() >= timeline);
    boolean silent = primary.isSilent(lagMax);
    // by now it may be older than when the primary was asked last
    long until = silent ? newest.nanos() : System.nanoTime();
    return (follows || silent) && until - caughtUp <= lagMax.toNanos();
  }

  private boolean older(long nanos) {
    return System.nanoTime() - nanos > lagMax.toNanos();
  }

  private double lagSeconds(Replica copy) {
    Position newest = primary.newest();
    Long caughtUp = copy.caughtUp();
    return newest == null || caughtUp == null
        ? Double.NaN
        : Math.max(0, newest.nanos() - caughtUp) / 1e9;
  }

  private double lagBytes(Replica copy) {
    Position newest = primary.newest();
    Position position = copy.last();
    return newest == null || position == null || !position.recovering()
        ? Double.NaN
        : Math.max(0, newest.reached() - position.reached());
  }

  Replica copy(int number) {
    return copies.get(number);
  }

  int count() {
    return copies.size();
  }

  List<Standing> standings() {
    return copies.stream()
        .map(copy -> {
          Position last = copy.last();
          return new Standing(
              copy.pool().getPoolName(),
              copy.name(),
              last != null,
              last != null && !last.recovering(),
              isGood(copy),
              lagSeconds(copy),
              lagMax.toMillis() / 1e3,
              lagBytes(copy));
        })
        .toList();
  }

  /** Copies that have not come to where the primary is now are for nobody: their tables are old. */
  void raiseFloor() {
    try {
      floor = primary.now(timeline).reached();
    } catch (SQLException away) {
      throw new IllegalStateException("the primary does not say where it is", away);
    }
  }

  /** What a reader has seen who was just answered. */
  Map<Long, Long> seenNow() throws SQLException {
    Position position = primary.now(timeline);
    Map<Long, Long> seen = new HashMap<>();
    seen.put(position.systemId(), position.written());
    return seen;
  }

  @Override
  public void close() {
    closed = true;
    door.close();
    primary.close();
    copies.forEach(Replica::close);
  }
}
