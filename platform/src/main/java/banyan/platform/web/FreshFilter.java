package banyan.platform.web;

import banyan.platform.data.Databases;
import banyan.platform.data.Viewer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * Says whose reads may lag: of requests that only look, those of nobody in particular, and of
 * somebody who says how much he has seen. He is told so with the answer to each change, as a header
 * for programs and as a cookie for browsers; who does not bring it along reads the primary, so
 * forgetting it is always right.
 */
final class FreshFilter implements Filter {
  /** What somebody has seen, opaque to him; empty in an answer: forget what you were told. */
  static final String HEADER = "Banyan-Fresh";

  static final String COOKIE = "banyan_fresh";

  /**
   * As long as a session may live. An old one costs nothing: every copy has long been there. The
   * one who has lost it reads the primary until his next change.
   */
  private static final Duration LIFE = Duration.ofDays(30);

  private final Databases databases;

  FreshFilter(Databases databases) {
    this.databases = databases;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    if (!(in instanceof HttpServletRequest request)
        || !(out instanceof HttpServletResponse response)) {
      throw new ServletException("not HTTP");
    }
    Viewer viewer = viewerOf(request);
    Telling telling = new Telling(request, response, viewer);
    try {
      viewer.bound(() -> {
        chain.doFilter(request, telling);
        telling.tell();
        return viewer;
      });
    } catch (IOException | ServletException | RuntimeException known) {
      throw known;
    } catch (Exception other) {
      throw new ServletException(other);
    }
  }

  private static Viewer viewerOf(HttpServletRequest request) {
    if (!looks(request)) {
      return Viewer.deciding();
    }
    return isKnown(request) ? Viewer.known(tokenOf(request)) : Viewer.anybody();
  }

  private static boolean looks(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  /** Whether anything says who he is; what it is worth is found out later. */
  private static boolean isKnown(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.AUTHORIZATION) != null
        || request.getHeader(CallerFilter.GUEST_HEADER) != null
        || tokenOf(request) != null
        || CallerFilter.cookie(request, CallerFilter.SESSION_COOKIE) != null
        || CallerFilter.cookie(request, CallerFilter.GUEST_COOKIE) != null;
  }

  private static @Nullable String tokenOf(HttpServletRequest request) {
    String header = request.getHeader(HEADER);
    return header != null ? header : CallerFilter.cookie(request, COOKIE);
  }

  /** Tells at the last moment before the answer begins: by then the change is made. */
  private final class Telling extends HttpServletResponseWrapper {
    private final HttpServletRequest request;
    private final Viewer viewer;
    private boolean newGuest;
    private boolean told;

    Telling(HttpServletRequest request, HttpServletResponse response, Viewer viewer) {
      super(response);
      this.request = request;
      this.viewer = viewer;
    }

    void tell() {
      if (told || isCommitted()) {
        return;
      }
      told = true;
      if (!looks(request) || viewer.hasChanged()) {
        tell(databases.freshToken());
      } else if (newGuest && tokenOf(request) == null) {
        tell(Optional.of(Databases.firstFreshToken()));
      }
    }

    private void tell(Optional<String> token) {
      super.setHeader(HEADER, token.orElse(""));
      if (!CallerFilter.fromElsewhere(request)) {
        super.addHeader(
            HttpHeaders.SET_COOKIE,
            ResponseCookie.from(COOKIE, token.orElse(""))
                .path("/")
                .httpOnly(true)
                .sameSite("Lax")
                .secure(request.isSecure())
                .maxAge(token.isPresent() ? LIFE : Duration.ZERO)
                .build()
                .toString());
      }
    }

    @Override
    public void addHeader(String name, String value) {
      newGuest = newGuest || name.equalsIgnoreCase(CallerFilter.GUEST_HEADER);
      super.addHeader(name, value);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      tell();
      return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
      tell();
      return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
      tell();
      super.flushBuffer();
    }

    @Override
    public void sendRedirect(String location) throws IOException {
      tell();
      super.sendRedirect(location);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clear) throws IOException {
      tell();
      super.sendRedirect(location, status, clear);
    }

    @Override
    public void sendError(int status) throws IOException {
      tell();
      super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
      tell();
      super.sendError(status, message);
    }
  }
}
