package banyan.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;

/**
 * The token the request was signed in with, from the header or the cookie; as a parameter of a
 * handler it makes the request refuse others with 401.
 */
public record SessionToken(String value) {
  /** The cookie that carries a session for pages; no script reads it, no other site sends it. */
  public static String cookie(String token, Duration life, boolean secure) {
    return ResponseCookie.from(CallerFilter.SESSION_COOKIE, token)
        .path("/")
        .httpOnly(true)
        .sameSite("Lax")
        .secure(secure)
        .maxAge(life)
        .build()
        .toString();
  }

  /** The token in the cookie of a request from one of our own pages, whatever it is worth. */
  public static Optional<SessionToken> inCookie(HttpServletRequest request) {
    return Optional.ofNullable(CallerFilter.ownCookie(request, CallerFilter.SESSION_COOKIE))
        .map(SessionToken::new);
  }

  /**
   * Lets no other site's page sign its visitor in as somebody else.
   *
   * @throws Problem 403
   */
  public static void refuseElsewhere(HttpServletRequest request) {
    if (CallerFilter.fromElsewhere(request)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "cross_site",
          "A page of another site cannot sign anybody in here.");
    }
  }

  /** Makes a browser forget the cookie. */
  public static String noCookie(boolean secure) {
    return cookie("", Duration.ZERO, secure);
  }

  @Override
  public String toString() {
    return "SessionToken[…]";
  }
}
