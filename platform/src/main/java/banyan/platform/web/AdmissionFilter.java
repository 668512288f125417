package banyan.platform.web;

import banyan.platform.limits.Admission;
import banyan.platform.limits.Admission.Ticket;
import banyan.platform.limits.Admission.TurnedAway;
import banyan.platform.limits.AdmissionSettings;
import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * Asks {@link Admission} before anything else is done for a request: before its body is read and
 * before anybody looks who calls. Who is turned away gets an answer that was made before: 503 with
 * {@code Retry-After}, and the connection stays.
 */
final class AdmissionFilter implements Filter {
  /**
   * Milliseconds that the caller waits for the answer, when that is less than the class of the
   * request has anyway. What is no such number is as good as nothing.
   */
  static final String TIMEOUT = "Request-Timeout-Ms";

  private static final int TIMEOUT_DIGITS_MAX = 9;

  private static final String BODY =
      """
      {"type":"/problems/busy","title":"Busy","status":503,"code":"busy","retryable":true,\
      "detail":"The shop is very busy; nothing was done, send the request again.","requestId":"%s"}\
      """;

  private final Admission admission;
  private final AdmissionSettings settings;
  private final Routes routes;
  private final @Nullable BusyPage page;

  AdmissionFilter(
      Admission admission, AdmissionSettings settings, Routes routes, @Nullable BusyPage page) {
    this.admission = admission;
    this.settings = settings;
    this.routes = routes;
    this.page = page;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    if (!(in instanceof HttpServletRequest request)
        || !(out instanceof HttpServletResponse response)) {
      throw new ServletException("not HTTP");
    }
    Urgency urgency = routes.urgency(request.getMethod(), request.getServletPath());
    if (urgency == null) {
      chain.doFilter(request, response);
      return;
    }
    Duration time = time(request, settings.deadline(urgency));
    Deadline deadline = Deadline.after(urgency, time);
    switch (admission.enter(urgency, time)) {
      case Ticket ticket -> serve(ticket, deadline, request, response, chain);
      case TurnedAway(Duration pause) -> refuse(pause, request, response);
    }
  }

  private static Duration time(HttpServletRequest request, Duration most) {
    String asked = request.getHeader(TIMEOUT);
    if (asked == null
        || asked.isEmpty()
        || asked.length() > TIMEOUT_DIGITS_MAX
        || !asked.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return most;
    }
    Duration time = Duration.ofMillis(Long.parseLong(asked));
    return time.compareTo(most) < 0 ? time : most;
  }

  private static void serve(
      Ticket ticket,
      Deadline deadline,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    try {
      deadline.bound(() -> {
        chain.doFilter(request, response);
        return deadline;
      });
    } catch (IOException | ServletException | RuntimeException known) {
      throw known;
    } catch (Exception other) {
      throw new ServletException(other);
    } finally {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new Leaving(ticket));
      } else {
        ticket.close();
      }
    }
  }

  /** An answer that goes on after its handler has returned keeps its place until it ends. */
  private record Leaving(Ticket ticket) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      ticket.close();
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

  private void refuse(Duration pause, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] id = new byte[8];
    ThreadLocalRandom.current().nextBytes(id);
    String requestId = HexFormat.of().formatHex(id);
    byte[] html = page == null ? null : page.html(request);
    byte[] body =
        html == null ? BODY.formatted(requestId).getBytes(StandardCharsets.US_ASCII) : html;
    response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(pause.toSeconds()));
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader(CallerFilter.REQUEST_ID, requestId);
    response.setContentType(
        html == null ? MediaType.APPLICATION_PROBLEM_JSON_VALUE : "text/html;charset=UTF-8");
    if (html != null) {
      response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'self'");
    }
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}
