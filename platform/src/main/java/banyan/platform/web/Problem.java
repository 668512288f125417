package banyan.platform.web;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A refusal on its way out of the house, as RFC 9457 has it: {@code type, title, status, detail}
 * and our {@code code, retryable, requestId, errors}. Only handlers throw it; inside, a refusal is
 * a value.
 */
public final class Problem extends ErrorResponseException {
  private static final long serialVersionUID = 1;

  /** Attribute of a request that was refused: the code, for whoever counts refusals. */
  public static final String CODE = "banyan.problem.code";

  private final HttpHeaders headers = new HttpHeaders();

  private Problem(HttpStatus status, String code, String detail) {
    super(status, detail(status, code, detail), null);
    getBody().setProperty("retryable", retryable(status.value()));
  }

  /**
   * @param code lower case with underscores; clients may rely on it
   * @param detail a sentence for a human, with the way out
   */
  public static Problem of(HttpStatus status, String code, String detail) {
    return new Problem(status, code, detail);
  }

  /** 404 for what does not exist and, in the same words, for what belongs to somebody else. */
  public static Problem notFound(String what) {
    return of(HttpStatus.NOT_FOUND, "not_found", "There is no such " + what + ".");
  }

  /**
   * 503 for what an administrator has switched off for a while: nothing was done, and a minute is
   * soon enough to ask again.
   */
  public static Problem paused(String code, String detail) {
    return of(HttpStatus.SERVICE_UNAVAILABLE, code, detail).retryAfter(Duration.ofMinutes(1));
  }

  /**
   * 400 for one field.
   *
   * @param pointer RFC 6901, for instance {@code /lines/0/quantity}, or the name of a query
   *     parameter
   */
  public static Problem invalid(String pointer, String message) {
    return of(HttpStatus.BAD_REQUEST, "invalid", pointer + " " + message)
        .with("errors", List.of(new FieldError(pointer, message)));
  }

  /** Adds a member to the body. */
  public Problem with(String name, Object value) {
    getBody().setProperty(name, value);
    return this;
  }

  /** Tells the client when to come back. */
  public Problem retryAfter(Duration pause) {
    headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, pause.toSeconds())));
    return this;
  }

  @Override
  public HttpHeaders getHeaders() {
    return headers;
  }

  /** One wrong field. */
  public record FieldError(String pointer, String message) {}

  /** Whether the same request may go well later. */
  static boolean retryable(int status) {
    return status == 429 || status == 503;
  }

  /** What a status is called when nothing better is known. */
  static String codeOf(HttpStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static String titleOf(String code) {
    return code.substring(0, 1).toUpperCase(Locale.ROOT) + code.substring(1).replace('_', ' ');
  }

  static ProblemDetail detail(HttpStatus status, String code, String detail) {
    ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
    body.setType(java.net.URI.create("/problems/" + code.replace('_', '-')));
    body.setTitle(titleOf(code));
    body.setProperty("code", code);
    return body;
  }
}
