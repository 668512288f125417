package banyan.platform.limits;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between us and somebody else's service. It waits so long for an answer and no longer, and
 * when half of the last twenty calls have failed or hung it asks nobody for a while; after that a
 * few calls find out whether the service is back.
 */
public final class Breaker {
  private static final int WINDOW = 20;
  private static final int CALLS_MIN = 10;

  /** Calls that find out whether the service is back. */
  private static final int TRIALS = 5;

  private static final Logger log = LoggerFactory.getLogger(Breaker.class);

  /** The service was not asked: too many calls before this one have failed. */
  public static final class Open extends RuntimeException {
    private final Duration pause;

    Open(String name, Duration pause) {
      super(name + " is not asked for a while");
      this.pause = pause;
    }

    /** When to come back. */
    public Duration pause() {
      return pause;
    }
  }

  /** The service was asked; what it has done is not known. */
  public static final class Unanswered extends RuntimeException {
    Unanswered(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private final String name;
  private final Duration patience;
  private final Duration rest;
  private final CircuitBreaker state;
  private final AtomicInteger trials = new AtomicInteger();
  private final Counter refused;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param name of the service, a noun, unique, used in metrics
   * @param patience how long one call may take
   * @param rest for how long nobody is asked after too many have failed
   */
  public Breaker(String name, Duration patience, Duration rest, MeterRegistry meters) {
    this.name = name;
    this.patience = patience;
    this.rest = rest;
    this.state =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(CALLS_MIN)
                .failureRateThreshold(50)
                .permittedNumberOfCallsInHalfOpenState(TRIALS)
                .waitDurationInOpenState(rest)
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                // who was let in for a trial may never get as far as the call
                .maxWaitDurationInHalfOpenState(rest.plus(patience))
                .build());
    this.refused =
        Counter.builder("breaker.refused")
            .description("calls that were not made")
            .tag("service", name)
            .register(meters);
    Gauge.builder("breaker.open", state, now -> now.getState() == State.CLOSED ? 0 : 1)
        .description("1 while the service is not asked, or only tried")
        .tag("service", name)
        .register(meters);
    state
        .getEventPublisher()
        .onStateTransition(change -> {
          State to = change.getStateTransition().getToState();
          trials.set(to == State.HALF_OPEN ? TRIALS : 0);
          log.atWarn().addKeyValue("service", name).addKeyValue("breaker", to).log("breaker moved");
        });
  }

  /**
   * Whether work that ends in a call is worth beginning: always while the service answers, for a
   * few while it is tried, for nobody in between. Each true in a trial counts as one of the few.
   */
  public boolean admits() {
    boolean admitted =
        switch (state.getState()) {
          case OPEN, FORCED_OPEN -> false;
          case HALF_OPEN -> trials.getAndDecrement() > 0;
          case CLOSED, DISABLED, METRICS_ONLY -> true;
        };
    if (!admitted) {
      refused.increment();
    }
    return admitted;
  }

  /** Whether everybody is let through. */
  public boolean isClosed() {
    return state.getState() == State.CLOSED;
  }

  /** Forgets all failures: for who knows otherwise that the service is not as it was. */
  public void reset() {
    if (!isClosed()) {
      state.reset();
    }
  }

  /** For how long nobody is asked. */
  public Duration rest() {
    return rest;
  }

  /**
   * Asks the service.
   *
   * @throws Open when it was not asked
   * @throws Unanswered when it failed or did not answer in time; it may have done the work
   */
  public <T> T call(Callable<T> service) {
    try {
      return state.executeCallable(() -> inTime(service));
    } catch (CallNotPermittedException open) {
      refused.increment();
      throw new Open(name, rest);
    } catch (Unanswered known) {
      throw known;
    } catch (Exception fault) {
      throw new Unanswered(name + " failed: " + fault, fault);
    }
  }

  private <T> T inTime(Callable<T> service) throws Exception {
    Future<T> call = calls.submit(service);
    try {
      return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException hangs) {
      // not interrupted: that would break a connection that others want; there are few of these
      throw new Unanswered(name + " did not answer within " + patience, null);
    } catch (ExecutionException fails) {
      throw fails.getCause() instanceof Exception cause ? cause : fails;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Unanswered("stopped while waiting for " + name, stopped);
    }
  }
}
