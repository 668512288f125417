package banyan.platform.limits;

import java.time.Duration;

/**
 * Until when the answer to the request that this thread works for is worth having, and how urgent
 * it is. Work that no request waits for has none, and is background.
 *
 * @param nanos of {@link System#nanoTime}
 */
public record Deadline(Urgency urgency, long nanos) {
  private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

  public static Deadline after(Urgency urgency, Duration left) {
    return new Deadline(urgency, System.nanoTime() + left.toNanos());
  }

  /**
   * Runs the work under this deadline; threads that it starts have none.
   *
   * @throws X what the work throws
   */
  public <T, X extends Throwable> T bound(ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  /** The same work for another thread, as urgent as that of this one and worth having as long. */
  public static Runnable carried(Runnable work) {
    if (!CURRENT.isBound()) {
      return work;
    }
    Deadline mine = CURRENT.get();
    return () -> ScopedValue.where(CURRENT, mine).run(work);
  }

  /** How urgent the work of this thread is. */
  public static Urgency urgencyNow() {
    return CURRENT.isBound() ? CURRENT.get().urgency : Urgency.BACKGROUND;
  }

  /** What is left to this thread, zero or less when it is too late; {@code most} without one. */
  public static Duration left(Duration most) {
    if (!CURRENT.isBound()) {
      return most;
    }
    Duration left = Duration.ofNanos(CURRENT.get().nanos - System.nanoTime());
    return left.compareTo(most) < 0 ? left : most;
  }

  /** Whether nobody waits any more for what this thread does. */
  public static boolean passed() {
    return CURRENT.isBound() && CURRENT.get().nanos - System.nanoTime() <= 0;
  }
}
