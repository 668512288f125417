package banyan.platform.web;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request whose body ends the request when it is too long, whether it says its length or not. */
final class LimitedBody extends HttpServletRequestWrapper {
  /** The body is longer than this kind of body may be. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(long max) {
      super("the body has more than " + max + " bytes");
    }
  }

  private final long max;
  private @Nullable ServletInputStream stream;

  LimitedBody(HttpServletRequest request, WebSettings settings) {
    super(request);
    String type = request.getContentType();
    boolean json = type == null || type.toLowerCase(java.util.Locale.ROOT).contains("json");
    this.max = (json ? settings.jsonMax() : settings.bodyMax()).toBytes();
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (stream == null) {
      if (getContentLengthLong() > max) {
        throw new TooLarge(max);
      }
      stream = new Counted(super.getInputStream(), max);
    }
    return stream;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    String encoding = getCharacterEncoding();
    return new BufferedReader(
        new InputStreamReader(
            getInputStream(), encoding == null ? StandardCharsets.UTF_8.name() : encoding));
  }

  private static final class Counted extends ServletInputStream {
    private final ServletInputStream body;
    private final long max;
    private long count;

    Counted(ServletInputStream body, long max) {
      this.body = body;
      this.max = max;
    }

    private int counted(int read) throws IOException {
      count += Math.max(0, read);
      if (count > max) {
        throw new TooLarge(max);
      }
      return read;
    }

    @Override
    public int read() throws IOException {
      int next = body.read();
      counted(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return counted(body.read(bytes, offset, length));
    }

    @Override
    public boolean isFinished() {
      return body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
