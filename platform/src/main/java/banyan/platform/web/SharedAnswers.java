package banyan.platform.web;

import banyan.platform.broadcast.Broadcast;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * is asked for once, not once for everybody. When the fresh one cannot be had, because the shop is
 * too busy or a part of it is away, the old one is given for a minute more ({@code stale-if-error}
 * of RFC 5861): whoever only looks need not learn of it.
 */
final class SharedAnswers implements Filter, Answers, Broadcast.Listener {
  private static final String TOPIC = "answers";

  /** Within so long every answer is looked at again when words of other nodes were missed. */
  private static final long AFTER_SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

  /** How long an old answer is given while no fresh one can be had. */
  private static final Duration STALE_IF_ERROR = Duration.ofSeconds(60);

  /** After a failure nobody tries again for so long. */
  private static final long FAILURE_NANOS = Duration.ofMillis(500).toNanos();

  /** Bytes all kept answers may have together. */
  private static final long WEIGHT_MAX = 24L << 20;

  /**
   * Tags remembered as forgotten; more than that many changes within a minute shorten nothing else.
   */
  private static final int TAGS_MAX = 100_000;

  record Header(String name, String value) {}

  /** Who fetches a fresh answer, and whether that went wrong a moment ago. */
  static final class Renewal {
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile long failed = System.nanoTime() - FAILURE_NANOS;
  }

  /**
   * @param begun when the shop began to make it, {@link System#nanoTime}
   * @param until when it is to be renewed
   * @param nanos that it is fresh; for as long again it may be given while one request renews it
   * @param luck 0 to 1, so that not all end at once
   */
  record Kept(
      String contentType,
      List<Header> headers,
      byte[] body,
      List<String> tags,
      long begun,
      long until,
      long nanos,
      double luck,
      Renewal renewal) {
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
            .expireAfterWrite(longest.multipliedBy(2).plus(STALE_IF_ERROR))
            .build();
    this.forgotten =
        Caffeine.newBuilder()
            .maximumSize(TAGS_MAX)
            .expireAfterWrite(longest.multipliedBy(3).plus(lag).plus(STALE_IF_ERROR).plusMinutes(1))
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
    if (kept != null && mayGive(kept, System.nanoTime())) {
      given.increment();
      give(kept, response);
      return;
    }
    WatchedAnswer watched =
        new WatchedAnswer(response, kept != null, lagNanos > 0, this::isForgotten);
    try {
      chain.doFilter(request, watched);
      watched.finish();
      Kept fresh = watched.kept(nanosMax);
      if (fresh != null) {
        answers.put(key, fresh);
      }
    } finally {
      if (kept != null) {
        kept.renewal().begun.set(false);
      }
    }
    if (kept != null && watched.wasRefused()) {
      kept.renewal().failed = System.nanoTime();
      given.increment();
      response.reset();
      give(kept, response);
    }
  }

  /** Otherwise the caller fetches a fresh one. */
  private boolean mayGive(Kept kept, long now) {
    long late = now - endOf(kept);
    return late < 0
        || now - kept.renewal().failed < FAILURE_NANOS
        || late < kept.nanos() && !kept.renewal().begun.compareAndSet(false, true);
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
}
