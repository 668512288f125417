package banyan.platform.web;

import banyan.platform.web.SharedAnswers.Header;
import banyan.platform.web.SharedAnswers.Kept;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Lets an answer pass, and remembers what is written if the answer may be shared. A refusal (502,
 * 503 or 504) is held back where an older answer is there to be given instead.
 */
final class WatchedAnswer extends HttpServletResponseWrapper {
  /** A longer answer is not kept. */
  private static final int LENGTH_MAX = 256 << 10;

  /** What somebody is told who may come again. */
  private static final Set<Integer> REFUSALS =
      Set.of(SC_BAD_GATEWAY, SC_SERVICE_UNAVAILABLE, SC_GATEWAY_TIMEOUT);

  private static final Pattern SHARED = Pattern.compile("\\bs-maxage=(\\d{1,9})\\b");

  /**
   * What belongs to one request alone, and what the server adds when it packs the bytes on their
   * way out: they are kept as they were written, and packed again for whoever can read that.
   */
  private static final Set<String> OF_ONE_REQUEST =
      Set.of(
          "x-request-id",
          "date",
          "content-length",
          "transfer-encoding",
          "connection",
          "content-encoding",
          "vary");

  /** Whether what shows these tags, begun then, is of the past. */
  interface Past {
    boolean isForgotten(List<String> tags, long begun);
  }

  private @Nullable Copy copy;
  private @Nullable PrintWriter writer;
  private final long begun = System.nanoTime();
  private final boolean hasOlder;
  private final boolean lags;
  private final Past past;
  private final List<String> tags = new ArrayList<>();
  private boolean decided;
  private boolean refused;

  /**
   * @param hasOlder whether there is an answer to be given instead of a refusal
   * @param lags whether what is read may be a little old
   */
  WatchedAnswer(HttpServletResponse response, boolean hasOlder, boolean lags, Past past) {
    super(response);
    this.hasOlder = hasOlder;
    this.lags = lags;
    this.past = past;
  }

  @Override
  public void addHeader(String name, String value) {
    noteTags(name, value);
    super.addHeader(name, value);
  }

  @Override
  public void setHeader(String name, String value) {
    noteTags(name, value);
    super.setHeader(name, value);
  }

  private void noteTags(String name, String value) {
    if (name.equals(Answers.TAG)) {
      tags.addAll(List.of(value.split(" ")));
    }
  }

  /** Decided when the body begins: the headers are there by then. */
  private @Nullable Copy copy() throws IOException {
    if (!decided) {
      decided = true;
      refused = hasOlder && REFUSALS.contains(getStatus());
      if (lags && lifetime() > 0 && past.isForgotten(tags, begun)) {
        super.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
      }
      if (refused || lifetime() > 0) {
        copy = new Copy(refused ? OutputStream.nullOutputStream() : super.getOutputStream());
      }
    }
    return copy;
  }

  /** Seconds for which anybody may share it; 0 for not at all. */
  private long lifetime() {
    String control = getHeader(HttpHeaders.CACHE_CONTROL);
    String vary = getHeader(HttpHeaders.VARY);
    if (getStatus() != SC_OK
        || control == null
        || !control.contains("public")
        || (vary != null && !vary.equalsIgnoreCase(HttpHeaders.ACCEPT_ENCODING))
        || getHeader(HttpHeaders.SET_COOKIE) != null) {
      return 0;
    }
    Matcher shared = SHARED.matcher(control);
    return shared.find() ? Long.parseLong(shared.group(1)) : 0;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    Copy kept = copy();
    return kept == null ? super.getOutputStream() : kept;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    Copy kept = copy();
    if (kept == null) {
      return super.getWriter();
    }
    if (writer == null) {
      writer = new PrintWriter(new OutputStreamWriter(kept, getCharacterEncoding()));
    }
    return writer;
  }

  @Override
  public void flushBuffer() throws IOException {
    finish();
    if (!refused) {
      super.flushBuffer();
    }
  }

  void finish() {
    if (writer != null) {
      writer.flush();
    }
  }

  /** Whether a refusal was held back: nothing of it has been written. */
  boolean wasRefused() {
    return refused;
  }

  /** The answer to be kept, if it may be. */
  @Nullable Kept kept(long nanosMax) {
    long seconds = lifetime();
    String contentType = getContentType();
    if (copy == null || copy.bytes == null || seconds == 0 || contentType == null) {
      return null;
    }
    List<Header> headers = new ArrayList<>();
    for (String name : getHeaderNames()) {
      if (!OF_ONE_REQUEST.contains(name.toLowerCase(Locale.ROOT))
          && !name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
        getHeaders(name).forEach(value -> headers.add(new Header(name, value)));
      }
    }
    long nanos = Math.min(nanosMax, Duration.ofSeconds(seconds).toNanos());
    return new Kept(
        contentType,
        List.copyOf(headers),
        copy.bytes.toByteArray(),
        List.copyOf(tags),
        begun,
        System.nanoTime() + nanos,
        nanos,
        ThreadLocalRandom.current().nextDouble(),
        new SharedAnswers.Renewal());
  }

  /** Writes through, and remembers what it wrote, unless that is too long. */
  private static final class Copy extends ServletOutputStream {
    private final OutputStream through;
    private @Nullable ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);

    Copy(OutputStream through) {
      this.through = through;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] part, int from, int length) throws IOException {
      through.write(part, from, length);
      if (bytes != null) {
        bytes.write(part, from, length);
        if (bytes.size() > LENGTH_MAX) {
          bytes = null;
        }
      }
    }

    @Override
    public void flush() throws IOException {
      through.flush();
    }

    @Override
    public boolean isReady() {
      return !(through instanceof ServletOutputStream out) || out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      if (through instanceof ServletOutputStream out) {
        out.setWriteListener(listener);
      }
    }
  }
}
