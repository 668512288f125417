package banyan.platform.limits;

import java.time.Duration;

/**
 * How many requests may be under way at once, found from how long they take.
 *
 * <p>By Little's law so many requests under way at so many answers a second take their quotient
 * each. Below saturation one more request under way costs the others nothing; above it everybody
 * only takes longer. So the limit is steered to where a request takes the target on average: as
 * large as it can be while answers are still worth having. What others do (Vegas, Gradient2) is to
 * compare with the best time ever seen; that turns down a server that does more by doing it in
 * larger batches, which takes each request a little longer and all of them a lot less.
 *
 * <p>Not safe for threads: its owner holds a lock. Times are nanoseconds of any clock.
 */
final class AdaptiveLimit {
  private static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();
  private static final int SAMPLES_MIN = 10;

  /** A window with few answers is closed all the same when it gets this old. */
  private static final long WINDOW_MAX_NANOS = Duration.ofSeconds(1).toNanos();

  /** One that hangs shall not speak for all: longer times count as so many targets. */
  private static final int TARGETS_MAX = 10;

  /** A limit of which less than this part is used says nothing about a higher one. */
  private static final double USED = 0.8;

  private static final double SHRINK_MAX = 0.7;
  private static final double GROWTH = 1.05;

  private final AdmissionSettings settings;
  private final double[] nanos = new double[Urgency.values().length];
  private final int[] counts = new int[Urgency.values().length];
  private double limit;
  private long windowStart;
  private int peak;

  AdaptiveLimit(AdmissionSettings settings, long now) {
    this.settings = settings;
    this.limit = settings.limitInitial();
    this.windowStart = now;
  }

  double limit() {
    return limit;
  }

  /**
   * @param took from its beginning to its answer
   * @param inside how many were under way, this one included
   */
  void answered(Urgency urgency, long took, int inside, long now) {
    long longest = settings.target().toNanos() * TARGETS_MAX;
    nanos[urgency.ordinal()] += Math.min(took, longest);
    counts[urgency.ordinal()]++;
    peak = Math.max(peak, inside);
    long age = now - windowStart;
    int samples = 0;
    for (int count : counts) {
      samples += count;
    }
    if (age >= WINDOW_MAX_NANOS || age >= WINDOW_NANOS && samples >= SAMPLES_MIN) {
      steer();
      windowStart = now;
      peak = 0;
      java.util.Arrays.fill(nanos, 0);
      java.util.Arrays.fill(counts, 0);
    }
  }

  private void steer() {
    double ratio = slowest() / settings.target().toNanos();
    if (ratio > 1) {
      limit *= Math.max(SHRINK_MAX, (1 + 1 / ratio) / 2);
    } else if (peak >= USED * limit) {
      limit = limit * GROWTH + 1;
    } else if (limit < settings.limitInitial()) {
      limit++;
    }
    limit = Math.clamp(limit, settings.limitMin(), settings.limitMax());
  }

  /** The mean of the class that waits longest; how long background work takes is its own affair. */
  private double slowest() {
    double slowest = 0;
    for (Urgency urgency : Urgency.values()) {
      int count = counts[urgency.ordinal()];
      if (urgency != Urgency.BACKGROUND && count > 0) {
        slowest = Math.max(slowest, nanos[urgency.ordinal()] / count);
      }
    }
    return slowest;
  }
}
