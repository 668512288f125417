package banyan.platform.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The door of the house. As many requests are inside as can be answered in good time ({@link
 * AdaptiveLimit}); the less urgent a class, the smaller the part of the limit up to which it may
 * fill the house, so there is always room for what is more urgent.
 *
 * <p>Who finds no room waits in line, the most urgent first. A line is good for a burst: it empties
 * by itself. A line that stays is of no use to anybody, because everybody in it waits as long as
 * the line is and no more get served. So once somebody has waited for half a second without a
 * break, only so many may wait as get their turn within a few milliseconds, and the rest are told
 * at once to come back: being told quickly is what keeps the house able to serve the others.
 * Whoever is more urgent takes the place of the least urgent who came last.
 */
public final class Admission {
  private static final long STANDING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long after the last one was turned away the house still counts as overloaded. */
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** In an overload this part of the limit may wait: it is served in that part of the target. */
  private static final double LINE_SHARE = 0.25;

  private static final Duration OVERLOAD_PATIENCE = Duration.ofMillis(20);

  /** Seconds that those turned away are asked to stay away: spread, so they do not come as one. */
  private static final int PAUSE_MAX = 3;

  /** What came of the wish to enter. */
  public sealed interface Entry permits Ticket, TurnedAway {}

  /**
   * Nothing was done; the same request may come again.
   *
   * @param pause after which it is worth trying
   */
  public record TurnedAway(Duration pause) implements Entry {}

  /** A place inside, until it is closed; closing it again does nothing. */
  public final class Ticket implements Entry, AutoCloseable {
    private final Urgency urgency;
    private final long begun;
    private boolean closed;

    private Ticket(Urgency urgency, long begun) {
      this.urgency = urgency;
      this.begun = begun;
    }

    @Override
    public void close() {
      leave(this);
    }
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final Urgency urgency;
    final long came;
    volatile @Nullable Entry entry;

    Waiter(Urgency urgency, long came) {
      this.urgency = urgency;
      this.came = came;
    }
  }

  private static final class Line {
    final Deque<Waiter> waiters = new ArrayDeque<>();
    int inside;
  }

  private final AdmissionSettings settings;
  private final LongSupplier clock;
  private final AdaptiveLimit limit;
  private final BrownOut brownOut;
  private final Map<Urgency, Line> lines = new EnumMap<>(Urgency.class);
  private final Map<Urgency, Counter> turnedAway = new EnumMap<>(Urgency.class);
  private final Map<Urgency, Timer> waited = new EnumMap<>(Urgency.class);
  private int inside;
  private int waiting;
  private long standingSince;
  private long overloadedUntil;

  public Admission(AdmissionSettings settings, MeterRegistry meters) {
    this(settings, meters, System::nanoTime);
  }

  Admission(AdmissionSettings settings, MeterRegistry meters, LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
    long now = clock.getAsLong();
    this.limit = new AdaptiveLimit(settings, now);
    this.brownOut = new BrownOut(settings, now);
    this.overloadedUntil = now;
    for (Urgency urgency : Urgency.values()) {
      lines.put(urgency, new Line());
      register(urgency, meters);
    }
    register(meters);
  }

  /**
   * Waits for a place, for a moment.
   *
   * @param most how long the caller could wait at all
   */
  public Entry enter(Urgency urgency, Duration most) {
    long now = clock.getAsLong();
    Waiter waiter;
    long patience;
    synchronized (this) {
      if (line(urgency).waiters.isEmpty() && mayBegin(urgency)) {
        timer(urgency).record(0, TimeUnit.NANOSECONDS);
        return begin(urgency, now);
      }
      boolean overloaded = overloaded(now);
      if (most.toNanos() <= 0
          || waiting >= (overloaded ? LINE_SHARE * limit.limit() : settings.waitingMax())
              && !displace(urgency, now)) {
        return turnAway(urgency, now);
      }
      waiter = new Waiter(urgency, now);
      line(urgency).waiters.addLast(waiter);
      if (waiting++ == 0) {
        standingSince = now;
      }
      patience = (overloaded ? OVERLOAD_PATIENCE : patience(urgency)).toNanos();
    }
    return await(waiter, Math.min(patience, most.toNanos()));
  }

  private Entry await(Waiter waiter, long nanos) {
    long end = System.nanoTime() + nanos;
    boolean stopped = false;
    while (waiter.entry == null) {
      long left = end - System.nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        stopped = left > 0;
        break;
      }
      LockSupport.parkNanos(this, left);
    }
    synchronized (this) {
      Entry entry = waiter.entry;
      long now = clock.getAsLong();
      if (entry == null) {
        line(waiter.urgency).waiters.remove(waiter);
        waiting--;
        entry = stopped ? new TurnedAway(pause()) : turnAway(waiter.urgency, now);
      } else if (entry instanceof Ticket) {
        timer(waiter.urgency).record(now - waiter.came, TimeUnit.NANOSECONDS);
      }
      return entry;
    }
  }

  /** How long one waits in a burst: the more urgent, the longer it is worth it. */
  private static Duration patience(Urgency urgency) {
    return Duration.ofMillis(
        switch (urgency) {
          case PAY -> 5_000;
          case CHECKOUT -> 2_000;
          case BROWSE -> 500;
          case BACKGROUND -> 250;
        });
  }

  private boolean mayBegin(Urgency urgency) {
    return line(urgency).inside < urgency.floor() || inside < limit.limit() * urgency.share();
  }

  private Ticket begin(Urgency urgency, long now) {
    line(urgency).inside++;
    inside++;
    return new Ticket(urgency, now);
  }

  private TurnedAway turnAway(Urgency urgency, long now) {
    overloadedUntil = now + CALM_NANOS;
    Counter counter = turnedAway.get(urgency);
    if (counter != null) {
      counter.increment();
    }
    return new TurnedAway(pause());
  }

  private static Duration pause() {
    return Duration.ofSeconds(ThreadLocalRandom.current().nextInt(1, PAUSE_MAX + 1));
  }

  /** Makes room in the line at the cost of the least urgent who came last. */
  private boolean displace(Urgency urgency, long now) {
    Urgency[] all = Urgency.values();
    for (int i = all.length - 1; i > urgency.ordinal(); i--) {
      Waiter last = line(all[i]).waiters.pollLast();
      if (last != null) {
        waiting--;
        last.entry = turnAway(all[i], now);
        LockSupport.unpark(last.thread);
        return true;
      }
    }
    return false;
  }

  private synchronized void leave(Ticket ticket) {
    if (ticket.closed) {
      return;
    }
    ticket.closed = true;
    long now = clock.getAsLong();
    limit.answered(ticket.urgency, now - ticket.begun, inside, now);
    line(ticket.urgency).inside--;
    inside--;
    for (Urgency urgency : Urgency.values()) {
      Line line = line(urgency);
      while (!line.waiters.isEmpty() && mayBegin(urgency)) {
        Waiter next = line.waiters.removeFirst();
        waiting--;
        next.entry = begin(urgency, now);
        LockSupport.unpark(next.thread);
      }
    }
  }

  private boolean overloaded(long now) {
    if (waiting > 0 && now - standingSince >= STANDING_NANOS) {
      overloadedUntil = now + CALM_NANOS;
    }
    return now - overloadedUntil < 0;
  }

  /** Whether it has been so busy for so long that optional things are better left out. */
  public synchronized boolean brownedOut() {
    long now = clock.getAsLong();
    return brownOut.look(overloaded(now), now);
  }

  private Line line(Urgency urgency) {
    Line line = lines.get(urgency);
    if (line == null) {
      throw new IllegalStateException("no line for " + urgency);
    }
    return line;
  }

  private Timer timer(Urgency urgency) {
    Timer timer = waited.get(urgency);
    if (timer == null) {
      throw new IllegalStateException("no timer for " + urgency);
    }
    return timer;
  }

  private synchronized double measure(java.util.function.ToDoubleFunction<Admission> what) {
    return what.applyAsDouble(this);
  }

  private void register(Urgency urgency, MeterRegistry meters) {
    String word = urgency.word();
    waited.put(
        urgency,
        Timer.builder("admission.waited")
            .description("requests that were let in, and how long they waited for it")
            .tag("class", word)
            .register(meters));
    turnedAway.put(
        urgency,
        Counter.builder("admission.rejected")
            .description("requests that were turned away at the door")
            .tag("class", word)
            .register(meters));
    Gauge.builder("admission.inflight", this, door -> door.measure(d -> d.line(urgency).inside))
        .description("requests that are inside")
        .tag("class", word)
        .register(meters);
    Gauge.builder(
            "admission.waiting", this, door -> door.measure(d -> d.line(urgency).waiters.size()))
        .description("requests that wait for a place inside")
        .tag("class", word)
        .register(meters);
  }

  /** The whole door also looks like any other gate, to whoever draws gates. */
  private void register(MeterRegistry meters) {
    Gauge.builder("admission.limit", this, door -> door.measure(d -> d.limit.limit()))
        .description("how many may be inside, as it was found")
        .register(meters);
    Gauge.builder("admission.brownout", this, door -> door.brownedOut() ? 1 : 0)
        .description("1 while optional things are off by themselves")
        .register(meters);
    Gauge.builder("gate.places", this, door -> door.measure(d -> d.limit.limit()))
        .tag("gate", "admission")
        .register(meters);
    Gauge.builder("gate.inside", this, door -> door.measure(d -> d.inside))
        .tag("gate", "admission")
        .register(meters);
    Gauge.builder("gate.waiting", this, door -> door.measure(d -> d.waiting))
        .tag("gate", "admission")
        .register(meters);
    FunctionCounter.builder(
            "gate.refused",
            this,
            door -> door.turnedAway.values().stream().mapToDouble(Counter::count).sum())
        .tag("gate", "admission")
        .register(meters);
  }
}
