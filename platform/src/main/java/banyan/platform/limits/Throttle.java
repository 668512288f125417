package banyan.platform.limits;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;

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

  private final LoadingCache<String, AtomicRateLimiter> limiters;
  private final Counter refused;

  /**
   * @param name a noun, unique, used in metrics
   * @param perMinute permits a key has in each minute, 1 or more
   */
  public Throttle(String name, int perMinute, MeterRegistry meters) {
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
            .build(key -> new AtomicRateLimiter(name, config));
    this.refused =
        Counter.builder("throttle.refused")
            .description("who came too often")
            .tag("throttle", name)
            .register(meters);
  }

  /** Takes a permit; false when this minute's are used up. Never waits. */
  public boolean admits(String key) {
    boolean admitted = limiters.get(key).acquirePermission();
    if (!admitted) {
      refused.increment();
    }
    return admitted;
  }

  /** How long until the key has permits again. */
  public Duration pause(String key) {
    return Duration.ofNanos(limiters.get(key).getDetailedMetrics().getNanosToWait());
  }

  /**
   * Who shares a network address: the address itself, or the 64 bits of an IPv6 address that one
   * household or one machine is given to choose from.
   */
  public static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, 8) : address;
    } catch (IllegalArgumentException notAnAddress) {
      return address;
    }
  }
}
