package banyan.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A call of the API in the name of a page's request: who calls and from where is the page's, what
 * is asked is the call's.
 */
final class InnerRequest extends HttpServletRequestWrapper {
  /**
   * What says who calls. Everything else (Accept, If-None-Match, Range …) was meant for the page.
   */
  private static final Set<String> PASSED =
      Set.of(
          "authorization",
          "cookie",
          "guest-token",
          "host",
          "origin",
          "sec-fetch-site",
          "user-agent",
          "x-forwarded-for");

  private static final String SPRING = "org.springframework.";

  private final Api.Call call;
  private final byte[] body;
  private final String query;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Object> attributes = new HashMap<>();

  InnerRequest(HttpServletRequest page, Api.Call call, byte[] body) {
    super(page);
    this.call = call;
    this.body = body;
    this.query = Paths.query(call.query());
    PASSED.forEach(name -> put(name, page.getHeader(name)));
    put("Accept", Paths.JSON);
    put("Idempotency-Key", call.idempotencyKey());
    if (call.body() != null) {
      put("Content-Type", call.contentType());
      put("Content-Length", Integer.toString(body.length));
    }
  }

  private void put(String header, @Nullable String value) {
    if (value != null) {
      headers.put(header, value);
    }
  }

  @Override
  public String getMethod() {
    return call.method();
  }

  @Override
  public String getContextPath() {
    return "";
  }

  @Override
  public String getServletPath() {
    return call.path();
  }

  @Override
  public @Nullable String getPathInfo() {
    return null;
  }

  @Override
  public String getRequestURI() {
    return call.path();
  }

  @Override
  public StringBuffer getRequestURL() {
    return new StringBuffer(call.path());
  }

  @Override
  public @Nullable String getQueryString() {
    return query.isEmpty() ? null : query;
  }

  @Override
  public DispatcherType getDispatcherType() {
    return DispatcherType.REQUEST;
  }

  @Override
  public boolean isAsyncSupported() {
    return false;
  }

  @Override
  public @Nullable String getHeader(String name) {
    return headers.get(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    String value = headers.get(name);
    return Collections.enumeration(value == null ? List.of() : List.of(value));
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(headers.keySet());
  }

  @Override
  public long getDateHeader(String name) {
    return -1;
  }

  @Override
  public int getIntHeader(String name) {
    String value = headers.get(name);
    return value == null ? -1 : Integer.parseInt(value);
  }

  @Override
  public @Nullable String getContentType() {
    return headers.get("Content-Type");
  }

  @Override
  public int getContentLength() {
    return body.length;
  }

  @Override
  public long getContentLengthLong() {
    return body.length;
  }

  @Override
  public String getCharacterEncoding() {
    return StandardCharsets.UTF_8.name();
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    Map<String, String[]> parameters = new LinkedHashMap<>();
    call.query()
        .forEach((name, value) -> {
          if (value != null && !value.toString().isEmpty()) {
            parameters.put(name, new String[] {value.toString()});
          }
        });
    return parameters;
  }

  @Override
  public @Nullable String getParameter(String name) {
    String[] values = getParameterMap().get(name);
    return values == null ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return getParameterMap().get(name);
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(getParameterMap().keySet());
  }

  @Override
  public ServletInputStream getInputStream() {
    ByteArrayInputStream bytes = new ByteArrayInputStream(body);
    return new ServletInputStream() {
      @Override
      public int read() {
        return bytes.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        return bytes.read(into, offset, length);
      }

      @Override
      public boolean isFinished() {
        return bytes.available() == 0;
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setReadListener(ReadListener listener) {
        throw new IllegalStateException("a call inside the process is not asynchronous");
      }
    };
  }

  @Override
  public BufferedReader getReader() {
    return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
  }

  /** What Spring noted about the page's request would mislead it about this one. */
  @Override
  public @Nullable Object getAttribute(String name) {
    Object own = attributes.get(name);
    return own != null || name.startsWith(SPRING) ? own : super.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    if (value == null) {
      attributes.remove(name);
    } else {
      attributes.put(name, value);
    }
  }

  @Override
  public void removeAttribute(String name) {
    attributes.remove(name);
  }

  @Override
  public Enumeration<String> getAttributeNames() {
    return Collections.enumeration(attributes.keySet());
  }

  @Override
  public Locale getLocale() {
    return Locale.ENGLISH;
  }
}
