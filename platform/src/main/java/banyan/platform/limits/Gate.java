package banyan.platform.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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
  private final Counter refused;

  /**
   * @param name a noun, unique, used in metrics
   * @param places how many are inside at once, 1 or more
   * @param patience how long one waits outside
   */
  public Gate(String name, int places, Duration patience, MeterRegistry meters) {
    this.places = new Semaphore(places, true);
    this.patience = patience;
    this.refused =
        Counter.builder("gate.refused")
            .description("who would have waited too long")
            .tag("gate", name)
            .register(meters);
    Gauge.builder("gate.places", () -> places)
        .description("how many may be inside at once")
        .tag("gate", name)
        .register(meters);
    Gauge.builder("gate.inside", this.places, all -> places - all.availablePermits())
        .description("how many are inside")
        .tag("gate", name)
        .register(meters);
    Gauge.builder("gate.waiting", this.places, Semaphore::getQueueLength)
        .description("how many wait outside")
        .tag("gate", name)
        .register(meters);
  }

  /**
   * Does the work inside.
   *
   * @throws Busy when there was no place in time; nothing has been done
   */
  public <T> T pass(Supplier<T> work) {
    try {
      if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        refused.increment();
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
