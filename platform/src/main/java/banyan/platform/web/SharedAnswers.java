package banyan.platform.web;

import banyan.platform.broadcast.Broadcast;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Keeps answers that anybody may share, ready as bytes, and writes them before anything else is
 * asked: no handler, no database. An answer says itself that it may be shared, by {@code
 * Cache-Control: public, s-maxage=…} as RFC 9111 has it; the same word speaks to a proxy in front.
 *
 * <p>Whoever is signed in may have changed something and reads his own writes: he is never given a
 * kept answer. A kept answer is given for the time it allows, at most the configured one, or until
 * what it shows changes and its tag is forgotten, on every node. When its time is over the next
 * request fetches a fresh one while others are given the old one for as long again: a hot product
 * is asked for once, not once for everybody.
 */
final class SharedAnswers implements Filter, Answers, Broadcast.Listener {
  private static final String TOPIC = "answers";

  /** Within so long every answer is looked at again when words of other nodes were missed. */
  private static final long AFTER_SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

  /** Bytes all kept answers may have together. */
  private static final long WEIGHT_MAX = 24L << 20;

  /**
   * Tags remembered as forgotten; more than that many changes within a minute shorten nothing else.
   */
  private static final int TAGS_MAX = 100_000;

  /** A longer answer is not kept. */
  private static final int LENGTH_MAX = 256 << 10;

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

  private record Header(String name, String value) {}

  private record Kept(
      String contentType,
      List<Header> headers,
      byte[] body,
      List<String> tags,
      long begun,
      long until,
      double luck,
      AtomicBoolean renewing) {
    int weight() {
      return body.length + 1_000 + 80 * tags.size();
    }
  }

  private final Cache<String, Kept> answers;

  /** When a tag was last forgotten; kept for longer than any answer that was begun before. */
  private final Cache<String, Long> forgotten;

  private final long nanosMax;
  private final long lagNanos;
  private final Broadcast broadcast;
  private final List<CacheInFront> fronts;
  private final Counter given;
  private volatile long missed = System.nanoTime();

  /**
   * @param longest that an answer is kept without looking again, whatever it allows
   * @param lag what is begun so soon after its tag was forgotten may be of the past; it is not kept
   * @param broadcast tells every node what is forgotten
   * @param fronts are told by the node that finds out
   */
  SharedAnswers(
      Duration longest,
      Duration lag,
      Broadcast broadcast,
      List<CacheInFront> fronts,
      MeterRegistry meters) {
    this.nanosMax = longest.toNanos();
    this.lagNanos = lag.toNanos();
    this.broadcast = broadcast;
    this.fronts = List.copyOf(fronts);
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(WEIGHT_MAX)
            .weigher((String key, Kept kept) -> kept.weight() + 2 * key.length())
            .expireAfterWrite(longest.multipliedBy(2).plusMillis(1))
            .build();
    this.forgotten =
        Caffeine.newBuilder()
            .maximumSize(TAGS_MAX)
            .expireAfterWrite(longest.multipliedBy(3).plus(lag).plusMinutes(1))
            .build();
    this.given =
        Counter.builder("shared.answers")
            .description("requests that were given a kept answer")
            .register(meters);
    broadcast.listen(TOPIC, this);
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    if (!(in instanceof HttpServletRequest request)
        || !(out instanceof HttpServletResponse response)
        || nanosMax == 0
        || !mayShare(request)) {
      chain.doFilter(in, out);
      return;
    }
    String key = keyOf(request);
    Kept kept = answers.getIfPresent(key);
    if (kept != null && isForgotten(kept.tags(), kept.begun())) {
      answers.asMap().remove(key, kept);
      kept = null;
    }
    if (kept != null
        && (System.nanoTime() - endOf(kept) < 0 || !kept.renewing().compareAndSet(false, true))) {
      given.increment();
      give(kept, response);
      return;
    }
    Watched watched = new Watched(response, System.nanoTime());
    try {
      chain.doFilter(request, watched);
      watched.finish();
      Kept fresh = watched.kept(nanosMax);
      if (fresh != null) {
        answers.put(key, fresh);
      }
    } finally {
      if (kept != null) {
        kept.renewing().set(false);
      }
    }
  }

  @Override
  public void forget(Collection<String> tags) {
    broadcast.tell(TOPIC, tags);
    fronts.forEach(front -> front.forget(tags));
  }

  @Override
  public void heard(List<String> tags) {
    long now = System.nanoTime();
    tags.forEach(tag -> forgotten.put(tag, now));
  }

  /** Not all at once: each kept answer is looked at again within a second. */
  @Override
  public void missed() {
    missed = System.nanoTime();
  }

  private long endOf(Kept kept) {
    long silence = missed;
    long soon = silence + (long) (AFTER_SILENCE_NANOS * kept.luck());
    return kept.begun() - silence < 0 && soon - kept.until() < 0 ? soon : kept.until();
  }

  private boolean isForgotten(List<String> tags, long begun) {
    for (String tag : tags) {
      Long at = forgotten.getIfPresent(tag);
      if (at != null && begun - at <= lagNanos) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayShare(HttpServletRequest request) {
    return request.getMethod().equals("GET")
        && request.getHeader(HttpHeaders.AUTHORIZATION) == null
        && !isSignedIn(request.getHeader(HttpHeaders.COOKIE))
        && request.getHeader(HttpHeaders.RANGE) == null;
  }

  private static boolean isSignedIn(@Nullable String cookies) {
    return cookies != null && cookies.contains(CallerFilter.SESSION_COOKIE + "=");
  }

  private static String keyOf(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.HOST)
        + ' '
        + request.getHeader(HttpHeaders.ACCEPT)
        + ' '
        + request.getRequestURI()
        + '?'
        + request.getQueryString();
  }

  private static void give(Kept kept, HttpServletResponse response) throws IOException {
    response.setHeader(
        CallerFilter.REQUEST_ID, Long.toHexString(ThreadLocalRandom.current().nextLong()));
    for (Header header : kept.headers()) {
      response.addHeader(header.name(), header.value());
    }
    response.setContentType(kept.contentType());
    response.setContentLength(kept.body().length);
    response.getOutputStream().write(kept.body());
  }

  /** Lets an answer pass, and keeps what is written if the answer may be shared. */
  private final class Watched extends HttpServletResponseWrapper {
    private @Nullable Copy copy;
    private @Nullable PrintWriter writer;
    private final long begun;
    private final List<String> tags = new ArrayList<>();
    private boolean decided;

    Watched(HttpServletResponse response, long begun) {
      super(response);
      this.begun = begun;
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
      if (name.equals(TAG)) {
        tags.addAll(List.of(value.split(" ")));
      }
    }

    /** Decided when the body begins: the headers are there by then. */
    private @Nullable Copy copy() throws IOException {
      if (!decided) {
        decided = true;
        if (lagNanos > 0 && lifetime() > 0 && isForgotten(tags, begun)) {
          super.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        }
        copy = lifetime() > 0 ? new Copy(super.getOutputStream()) : null;
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
      super.flushBuffer();
    }

    void finish() {
      if (writer != null) {
        writer.flush();
      }
    }

    @Nullable Kept kept(long nanosMax) {
      long seconds = lifetime();
      String contentType = getContentType();
      if (copy == null || copy.bytes == null || seconds == 0 || contentType == null) {
        return null;
      }
      List<Header> headers = new ArrayList<>();
      for (String name : getHeaderNames()) {
        if (!OF_ONE_REQUEST.contains(name.toLowerCase(java.util.Locale.ROOT))
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
          ThreadLocalRandom.current().nextDouble(),
          new AtomicBoolean());
    }
  }

  /** Writes through, and remembers what it wrote, unless that is too long. */
  private static final class Copy extends ServletOutputStream {
    private final ServletOutputStream through;
    private @Nullable ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);

    Copy(ServletOutputStream through) {
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
      return through.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      through.setWriteListener(listener);
    }
  }
}
