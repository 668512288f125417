package banyan.business.intake;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A few hands that work side by side; the first that fails stops the work. */
class Crew implements AutoCloseable {
  /** A few more than there are cores: hands wait for commits most of the time. */
  private static final int HANDS = 8;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore free = new Semaphore(HANDS);
  private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();

  /** Hands over a piece of work, waiting for a free hand. */
  void send(Runnable work) {
    free.acquireUninterruptibly();
    threads.execute(() -> {
      try {
        if (fault.get() == null) {
          work.run();
        }
      } catch (RuntimeException e) {
        fault.compareAndSet(null, e);
      } finally {
        free.release();
      }
    });
  }

  /**
   * Waits until all work is done.
   *
   * @throws RuntimeException the first fault
   */
  void await() {
    free.acquireUninterruptibly(HANDS);
    free.release(HANDS);
    RuntimeException first = fault.get();
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
