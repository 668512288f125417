package banyan.platform.limits;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets so many in at a time, in the order they came; the others wait outside, where they hold no
 * connection, and those who would wait too long are sent away. Virtual threads need it: nothing
 * else stops thousands of them from queueing for a few connections.
 */
public final class Gate {
  private final Semaphore places;
  private final Duration patience;

  /**
   * @param places how many are inside at once, 1 or more
   * @param patience how long one waits outside
   */
  public Gate(int places, Duration patience) {
    this.places = new Semaphore(places, true);
    this.patience = patience;
  }

  /**
   * Does the work inside.
   *
   * @throws Busy when there was no place in time; nothing has been done
   */
  public <T> T pass(Supplier<T> work) {
    try {
      if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Busy("no place within " + patience, patience);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Busy("stopped while waiting", patience);
    }
    try {
      return work.get();
    } finally {
      places.release();
    }
  }
}
