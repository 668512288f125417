package banyan.app;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The first step of a stop: the node says that it is not ready, and goes on serving until whoever
 * shares out requests has noticed. Only then its doors close, and no request finds them closed.
 */
final class Drain implements SmartLifecycle {
  private final ApplicationContext context;
  private final Duration notice;
  private volatile boolean running;

  /**
   * @param notice how long a balancer needs to notice; zero where there is none
   */
  Drain(ApplicationContext context, Duration notice) {
    this.context = context;
    this.notice = notice;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    try {
      TimeUnit.NANOSECONDS.sleep(notice.toNanos());
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** What stops first has the highest phase. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
