package banyan.platform.data;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a module's work on its tables takes, from the wish for a connection to the answer: the
 * one place that sees all of it, whatever database stands behind.
 */
final class Work {
  private final Timer committed;
  private final Timer rolledBack;
  private final Timer reads;
  private final Timer sweeps;
  private final Counter broken;

  Work(String module, MeterRegistry meters) {
    committed = timer(module, "committed", meters);
    rolledBack = timer(module, "rolled back", meters);
    reads = timer(module, "read", meters);
    sweeps = timer(module, "sweep", meters);
    broken =
        Counter.builder("database.batches.broken")
            .description("shared batches that broke, so that each of their items was tried alone")
            .tags("module", module)
            .register(meters);
  }

  private static Timer timer(String module, String kind, MeterRegistry meters) {
    return Timer.builder("database.work")
        .description("work on a module's tables, with the wait for a connection")
        .tags("module", module, "kind", kind)
        .register(meters);
  }

  /** A transaction, by how it ended. */
  <T extends @Nullable Object> T transaction(Supplier<T> work) {
    long start = System.nanoTime();
    Timer end = rolledBack;
    try {
      T result = work.get();
      end = committed;
      return result;
    } finally {
      end.record(System.nanoTime() - start, java.util.concurrent.TimeUnit.NANOSECONDS);
    }
  }

  <T extends @Nullable Object> T read(Supplier<T> work) {
    return timed(reads, work);
  }

  /** One look at every database of the module. */
  <T extends @Nullable Object> T sweep(Supplier<T> work) {
    return timed(sweeps, work);
  }

  /** A batch of items had to be done one by one: right all the same, and as slow as without. */
  void brokeApart() {
    broken.increment();
  }

  private static <T extends @Nullable Object> T timed(Timer timer, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      timer.record(System.nanoTime() - start, java.util.concurrent.TimeUnit.NANOSECONDS);
    }
  }
}
