package banyan.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Knows the language of a page by its address ({@code /zh/…} is Chinese, everything else English),
 * and says what a page may load: nothing from elsewhere, no inline script, no inline style.
 */
final class FaceFilter extends OncePerRequestFilter {
  static final String CHINESE = "/zh";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.startsWith("/api/") || path.startsWith("/v3/");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String path = request.getRequestURI();
    if (path.equals(CHINESE)) {
      response.setStatus(HttpServletResponse.SC_MOVED_PERMANENTLY);
      response.setHeader("Location", CHINESE + "/");
      return;
    }
    if (!path.startsWith("/pictures/") && !path.startsWith("/sandbox/")) {
      response.setHeader("Content-Security-Policy", POLICY);
    }
    chain.doFilter(path.startsWith(CHINESE + "/") ? new Chinese(request) : request, response);
  }

  static Locale languageOf(HttpServletRequest request) {
    return request.getContextPath().equals(CHINESE) ? Locale.SIMPLIFIED_CHINESE : Locale.UK;
  }

  /** The prefix as a context path: links and redirects that pages make keep it by themselves. */
  private static final class Chinese extends HttpServletRequestWrapper {
    Chinese(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getContextPath() {
      return CHINESE;
    }

    @Override
    public String getServletPath() {
      return getRequestURI().substring(CHINESE.length());
    }
  }
}
