package banyan.app.console;

import banyan.platform.web.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Times every request from outside by its class, and counts refusals by their code. The server's
 * own timer has an entry for each path; percentiles for all of those would be thousands of buckets,
 * so they are kept for the classes. What a page asks of the API inside the process is not counted
 * again.
 */
final class Traffic extends OncePerRequestFilter {
  static final String TIMER = "http.operations";
  static final String REFUSALS = "http.refusals";
  static final String CLASS = "class";
  static final String CODE = "code";

  /** Bounds of the buckets, each some 1.6 times the one before (Renard's series, R5). */
  static final Duration[] BUCKETS =
      LongStream.of(
              1_000,
              1_600,
              2_500,
              4_000,
              6_300,
              10_000,
              16_000,
              25_000,
              40_000,
              63_000,
              100_000,
              160_000,
              250_000,
              400_000,
              630_000,
              1_000_000,
              1_600_000,
              2_500_000,
              4_000_000,
              6_300_000,
              10_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  private static final int REFUSED = 400;

  private final MeterRegistry meters;
  private final Map<OperationClass, Timer> timers = new EnumMap<>(OperationClass.class);

  Traffic(MeterRegistry meters) {
    this.meters = meters;
    for (OperationClass type : OperationClass.values()) {
      timers.put(
          type,
          Timer.builder(TIMER)
              .description("request in to answer out, by class of operation")
              .tag(CLASS, type.word())
              .serviceLevelObjectives(BUCKETS)
              .register(meters));
    }
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    // a watcher's request lasts as long as he watches, which says nothing about us
    return request.getRequestURI().equals(ConsoleApi.STREAM);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long start = System.nanoTime();
    int status = HttpStatus.INTERNAL_SERVER_ERROR.value();
    try {
      chain.doFilter(request, response);
      status = response.getStatus();
    } finally {
      Timer timer = timers.get(OperationClass.of(request.getRequestURI()));
      if (timer != null) {
        timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      }
      if (status >= REFUSED) {
        count(request, status);
      }
    }
  }

  private void count(HttpServletRequest request, int status) {
    HttpStatus known = HttpStatus.resolve(status);
    String code = known == null ? "error" : known.name().toLowerCase(Locale.ROOT);
    if (request.getAttribute(Problem.CODE) instanceof String said) {
      code = said;
    }
    meters.counter(REFUSALS, CODE, code, "status", Integer.toString(status)).increment();
  }
}
