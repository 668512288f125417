package banyan.cli.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts what came back, and how long after it was meant to be sent. Microseconds. */
final class Tally {
  /** What an answer means. */
  enum Kind {
    /** Done. */
    GOOD,
    /** Refused for a reason of the shop's trade: sold out, sale not running, coupon. */
    REFUSED,
    /** 429 or 503: told to come again. */
    SHED,
    /** An answer that should not be: any other 4xx, a 5xx, a broken connection. */
    FAILED,
    /** No answer in time: done or not, only the shop knows. */
    UNKNOWN
  }

  private static final long LONGEST_MICROS = Duration.ofMinutes(2).toNanos() / 1000;

  /** One second of the run. */
  static final class Second {
    final AtomicLong offered = new AtomicLong();
    final AtomicLong retried = new AtomicLong();
    final EnumMap<Kind, AtomicLong> kinds = new EnumMap<>(Kind.class);
    final ConcurrentHistogram latency = new ConcurrentHistogram(LONGEST_MICROS, 2);

    Second() {
      for (Kind kind : Kind.values()) {
        kinds.put(kind, new AtomicLong());
      }
    }

    long count(Kind kind) {
      AtomicLong count = kinds.get(kind);
      return count == null ? 0 : count.get();
    }
  }

  private final AtomicReferenceArray<@Nullable Second> seconds;
  private final Map<Mix.Act, ConcurrentHistogram> latencies = new EnumMap<>(Mix.Act.class);
  private final Map<Mix.Act, AtomicLong> counts = new EnumMap<>(Mix.Act.class);
  private final Map<String, Long> codes = new TreeMap<>();
  private final AtomicLong retried = new AtomicLong();
  private final ConcurrentHistogram shed = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final ConcurrentHistogram shedSinceSent = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final ConcurrentHistogram late = new ConcurrentHistogram(LONGEST_MICROS, 3);

  Tally(Duration duration) {
    seconds = new AtomicReferenceArray<>((int) Math.max(1, duration.toSeconds()) + 1);
    for (int i = 0; i < seconds.length(); i++) {
      seconds.set(i, new Second());
    }
    for (Mix.Act act : Mix.Act.values()) {
      latencies.put(act, new ConcurrentHistogram(LONGEST_MICROS, 3));
      counts.put(act, new AtomicLong());
    }
  }

  private Second at(long sinceStartNanos) {
    int second = (int) Math.clamp(sinceStartNanos / 1_000_000_000L, 0, seconds.length() - 1);
    Second found = seconds.get(second);
    if (found == null) {
      throw new IllegalStateException("no second " + second);
    }
    return found;
  }

  void offered(long sinceStartNanos) {
    at(sinceStartNanos).offered.incrementAndGet();
  }

  /** Somebody tries again. */
  void retried(long sinceStartNanos) {
    retried.incrementAndGet();
    at(sinceStartNanos).retried.incrementAndGet();
  }

  /**
   * How late the load itself was: a machine that cannot ask as often as it should says nothing
   * about the shop.
   *
   * @param lateNanos from when it was meant to be sent until it was
   * @param nanos from then until the answer
   */
  void sent(long lateNanos, long nanos, Kind kind) {
    late.recordValue(Math.clamp(lateNanos / 1000, 0, LONGEST_MICROS));
    if (kind == Kind.SHED) {
      shedSinceSent.recordValue(Math.min(LONGEST_MICROS, nanos / 1000));
    }
  }

  /**
   * @param sinceStartNanos when it was meant to be sent
   * @param code what to list it under when it is not good, for instance {@code 503 busy}
   */
  void answered(Mix.Act act, long sinceStartNanos, long nanos, Kind kind, String code) {
    Second second = at(sinceStartNanos);
    AtomicLong count = second.kinds.get(kind);
    if (count != null) {
      count.incrementAndGet();
    }
    long micros = Math.min(LONGEST_MICROS, nanos / 1000);
    // a shed answer is quick by design; it has no place among those that did the work
    if (kind == Kind.GOOD || kind == Kind.REFUSED) {
      second.latency.recordValue(micros);
      ConcurrentHistogram all = latencies.get(act);
      if (all != null) {
        all.recordValue(micros);
      }
    } else if (kind == Kind.SHED) {
      shed.recordValue(micros);
    }
    AtomicLong acts = counts.get(act);
    if (acts != null) {
      acts.incrementAndGet();
    }
    if (kind != Kind.GOOD) {
      synchronized (codes) {
        codes.merge(code, 1L, Long::sum);
      }
    }
  }

  List<Second> seconds() {
    List<Second> all = new ArrayList<>();
    for (int i = 0; i < seconds.length() - 1; i++) {
      Second second = seconds.get(i);
      if (second != null) {
        all.add(second);
      }
    }
    return all;
  }

  long count(Kind kind) {
    long sum = 0;
    for (int i = 0; i < seconds.length(); i++) {
      Second second = seconds.get(i);
      sum += second == null ? 0 : second.count(kind);
    }
    return sum;
  }

  long offered() {
    long sum = 0;
    for (int i = 0; i < seconds.length(); i++) {
      Second second = seconds.get(i);
      sum += second == null ? 0 : second.offered.get();
    }
    return sum;
  }

  /** Requests that were sent again. */
  long retried() {
    return retried.get();
  }

  /** How long it took to be told to come back. */
  Histogram shed() {
    return shed;
  }

  /** The same from when it was really sent. */
  Histogram shedSinceSent() {
    return shedSinceSent;
  }

  /** How late the load itself was. */
  Histogram late() {
    return late;
  }

  long count(Mix.Act act) {
    AtomicLong count = counts.get(act);
    return count == null ? 0 : count.get();
  }

  Histogram latency(Mix.Act act) {
    ConcurrentHistogram histogram = latencies.get(act);
    return histogram == null ? new Histogram(2) : histogram;
  }

  Histogram latency() {
    Histogram all = new Histogram(LONGEST_MICROS, 3);
    latencies.values().forEach(all::add);
    return all;
  }

  Map<String, Long> codes() {
    synchronized (codes) {
      return new TreeMap<>(codes);
    }
  }
}
