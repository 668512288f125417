package banyan.engines.redis;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param url of the server: {@code redis://HOST:PORT/NUMBER}, {@code rediss} for TLS; the password
 *     is not part of it
 * @param password empty for none
 * @param commandTimeout how long a request waits for one command, 1 ms to 2 s: the answer to a
 *     command takes well under a millisecond, and what a request can do without is not waited for
 * @param connectTimeout for a connection and its greeting, and for the ping that finds out each
 *     second whether it still is one; 10 ms to 30 s
 */
@ConfigurationProperties("banyan.redis")
public record RedisSettings(
    @DefaultValue("redis://127.0.0.1:6379") String url,
    @DefaultValue("") String password,
    @DefaultValue("100ms") Duration commandTimeout,
    @DefaultValue("1s") Duration connectTimeout) {
  public RedisSettings {
    URI uri = URI.create(url);
    boolean known = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
    if (!known || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "banyan.redis.url must be redis://HOST:PORT or rediss://HOST:PORT, without a password");
    }
    between("commandTimeout", commandTimeout, 1, 2_000);
    between("connectTimeout", connectTimeout, 10, 30_000);
  }

  private static void between(String name, Duration value, long leastMillis, long mostMillis) {
    if (value.toMillis() < leastMillis || value.toMillis() > mostMillis) {
      throw new IllegalArgumentException(
          "banyan.redis.%s must be %d to %d ms: %s"
              .formatted(name, leastMillis, mostMillis, value));
    }
  }

  @Override
  public String toString() {
    return "RedisSettings[url=" + url + "]";
  }
}
