package banyan.platform.limits;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;

/**
 * So many of one thing a minute for each key (an address, an e-mail); the rest are told when to
 * come back.
 */
public final class Throttle {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /**
   * Keys remembered at once: a spray over more addresses only makes this node forget the oldest.
   */
  private static final int KEYS_MAX = 100_000;

  private final LoadingCache<String, RateLimiter> limiters;

  /**
   * @param perMinute permits a key has in each minute, 1 or more
   */
  public Throttle(String name, int perMinute) {
    RateLimiterConfig config =
        RateLimiterConfig.custom()
            .limitForPeriod(perMinute)
            .limitRefreshPeriod(PERIOD)
            .timeoutDuration(Duration.ZERO)
            .build();
    this.limiters =
        Caffeine.newBuilder()
            .maximumSize(KEYS_MAX)
            .expireAfterAccess(PERIOD.multipliedBy(2))
            .build(key -> RateLimiter.of(name, config));
  }

  /** Takes a permit; false when this minute's are used up. Never waits. */
  public boolean admits(String key) {
    return limiters.get(key).acquirePermission();
  }
}
