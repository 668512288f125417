package banyan.platform.web;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Times every request by method, handler and status: {@code http.server.requests}, with the tags
 * that Spring gives it. Spring's own filter makes an observation of each request, which took five
 * of a hundred samples of the server at work; nothing here listens to observations.
 */
final class RequestTimer implements Filter {
  private static final String NAME = "http.server.requests";
  private static final String NONE = "none";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  private record Kind(String method, String uri, int status, String exception) {}

  private final MeterRegistry meters;
  private final LongTaskTimer active;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  RequestTimer(MeterRegistry meters) {
    this.meters = meters;
    this.active =
        LongTaskTimer.builder(NAME + ".active")
            .description("requests that are being answered")
            .register(meters);
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    if (!(in instanceof HttpServletRequest request)
        || !(out instanceof HttpServletResponse response)) {
      throw new ServletException("not HTTP");
    }
    long start = System.nanoTime();
    LongTaskTimer.Sample sample = active.start();
    Throwable fault = null;
    try {
      chain.doFilter(request, response);
    } catch (IOException | ServletException | RuntimeException | Error thrown) {
      fault = thrown;
      throw thrown;
    } finally {
      if (fault == null && request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new Later(request, response, start, sample));
      } else {
        record(request, response, start, sample, fault);
      }
    }
  }

  private void record(
      HttpServletRequest request,
      HttpServletResponse response,
      long start,
      LongTaskTimer.Sample sample,
      @Nullable Throwable thrown) {
    sample.stop();
    Throwable fault =
        thrown instanceof ServletException e && e.getCause() != null ? e.getCause() : thrown;
    if (fault == null
        && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable noted) {
      fault = noted;
    }
    int status = thrown == null ? response.getStatus() : HttpStatus.INTERNAL_SERVER_ERROR.value();
    String method = request.getMethod();
    Kind kind =
        new Kind(
            METHODS.contains(method) ? method : "UNKNOWN",
            uriOf(request, status),
            status,
            fault == null ? NONE : fault.getClass().getSimpleName());
    timers
        .computeIfAbsent(kind, this::timer)
        .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
  }

  /** The pattern of the handler; paths as they are asked for would be a timer each. */
  private static String uriOf(HttpServletRequest request, int status) {
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    if (pattern != null) {
      String text = pattern.toString();
      return text.isEmpty() ? "root" : text;
    }
    HttpStatus known = HttpStatus.resolve(status);
    if (known != null && known.is3xxRedirection()) {
      return "REDIRECTION";
    }
    return known == HttpStatus.NOT_FOUND ? "NOT_FOUND" : "UNKNOWN";
  }

  private Timer timer(Kind kind) {
    HttpStatus.Series series = HttpStatus.Series.resolve(kind.status);
    String outcome =
        switch (series) {
          case INFORMATIONAL -> "INFORMATIONAL";
          case SUCCESSFUL -> "SUCCESS";
          case REDIRECTION -> "REDIRECTION";
          case CLIENT_ERROR -> "CLIENT_ERROR";
          case SERVER_ERROR -> "SERVER_ERROR";
          case null -> "UNKNOWN";
        };
    return Timer.builder(NAME)
        .description("request in to answer out, by handler")
        .tags("method", kind.method, "uri", kind.uri, "status", Integer.toString(kind.status))
        .tags("outcome", outcome, "exception", kind.exception, "error", kind.exception)
        .register(meters);
  }

  /** An answer that goes on after its handler has returned is timed to its end. */
  private final class Later implements AsyncListener {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final long start;
    private final LongTaskTimer.Sample sample;

    Later(
        HttpServletRequest request,
        HttpServletResponse response,
        long start,
        LongTaskTimer.Sample sample) {
      this.request = request;
      this.response = response;
      this.start = start;
      this.sample = sample;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      record(request, response, start, sample, event.getThrowable());
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
