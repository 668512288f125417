package banyan.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who calls: a bearer token, else the session cookie, else the guest's token. A wrong
 * bearer token is refused; an old cookie only makes its owner a guest. A change that rests on a
 * cookie must come from our own pages: browsers say where a request comes from in {@code
 * Sec-Fetch-Site} or {@code Origin}, so no token is needed in forms.
 */
final class CallerFilter extends OncePerRequestFilter {
  static final String SESSION_COOKIE = "banyan_session";
  static final String GUEST_COOKIE = "banyan_guest";
  static final String GUEST_HEADER = "Guest-Token";
  static final String REQUEST_ID = "X-Request-Id";

  private static final String CALLER = CallerFilter.class.getName() + ".caller";
  private static final String REFUSAL = CallerFilter.class.getName() + ".refusal";
  private static final Pattern REQUEST_ID_FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  private final Authenticator authenticator;
  private final WebSettings settings;

  CallerFilter(Authenticator authenticator, WebSettings settings) {
    this.authenticator = authenticator;
    this.settings = settings;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = request.getHeader(REQUEST_ID);
    if (id == null || !REQUEST_ID_FORM.matcher(id).matches()) {
      // a name, not a secret
      id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
    request.setAttribute(REQUEST_ID, id);
    response.setHeader(REQUEST_ID, id);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    if (request.isSecure()) {
      response.setHeader("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
    String path = request.getRequestURI();
    if (path.startsWith("/api") || path.startsWith("/v3")) {
      // nobody looks at an answer of the API in a window or a frame
      response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
    chain.doFilter(new LimitedBody(request, settings), response);
  }

  /** The account behind the request, found once, when a handler asks. */
  Optional<Caller> callerOf(HttpServletRequest request) {
    Object known = request.getAttribute(CALLER);
    if (known instanceof Optional<?> found) {
      return found.map(Caller.class::cast);
    }
    if (request.getAttribute(REFUSAL) instanceof Problem refusal) {
      throw refusal;
    }
    Optional<Caller> caller = find(request);
    request.setAttribute(CALLER, caller);
    return caller;
  }

  private Optional<Caller> find(HttpServletRequest request) {
    Optional<Caller> caller = tokenOf(request).flatMap(authenticator::callerOf);
    if (caller.isEmpty() && request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
      Problem refusal =
          ApiGuard.unauthenticated("The bearer token is unknown, expired or ended; sign in again.");
      request.setAttribute(REFUSAL, refusal);
      throw refusal;
    }
    return caller;
  }

  /** The bearer token, else the session cookie; whether it is worth anything is not looked at. */
  static Optional<String> tokenOf(HttpServletRequest request) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization != null) {
      return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
          ? Optional.of(authorization.substring(7).strip())
          : Optional.empty();
    }
    return Optional.ofNullable(ownCookie(request, SESSION_COOKIE));
  }

  /** A cookie, unless another site's page makes the browser send it along with a change. */
  static @Nullable String ownCookie(HttpServletRequest request, String name) {
    return SAFE.contains(request.getMethod()) || fromOurPages(request)
        ? cookie(request, name)
        : null;
  }

  private static boolean fromOurPages(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    String host = request.getHeader(HttpHeaders.HOST);
    return origin != null
        && host != null
        && (origin.equals("http://" + host) || origin.equals("https://" + host));
  }

  /**
   * Whether a browser says that a change comes from another site's page. Without cookies it could
   * still sign the visitor in as somebody else, or give him another guest's empty cart.
   */
  static boolean fromElsewhere(HttpServletRequest request) {
    boolean said =
        request.getHeader("Sec-Fetch-Site") != null
            || request.getHeader(HttpHeaders.ORIGIN) != null;
    return said && !SAFE.contains(request.getMethod()) && !fromOurPages(request);
  }

  static String requestIdOf(HttpServletRequest request) {
    return String.valueOf(request.getAttribute(REQUEST_ID));
  }

  static @Nullable String cookie(HttpServletRequest request, String name) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(name)) {
          return cookie.getValue();
        }
      }
    }
    return null;
  }
}
