package banyan.platform.web;

import java.time.Duration;
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

  /** Makes a browser forget the cookie. */
  public static String noCookie(boolean secure) {
    return cookie("", Duration.ZERO, secure);
  }

  @Override
  public String toString() {
    return "SessionToken[…]";
  }
}
