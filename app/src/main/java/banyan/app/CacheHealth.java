package banyan.app;

import banyan.engines.redis.Redis;
import banyan.platform.cache.CacheSettings;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Says whether nodes share their copies. A shop whose shared cache is away goes on, so it is not
 * down: the word is one that does not count for the whole.
 */
final class CacheHealth implements HealthIndicator {
  private static final Status AWAY =
      new Status("AWAY", "every node keeps copies of its own and asks the database more often");

  private final CacheSettings settings;
  private final Optional<Redis> redis;

  CacheHealth(CacheSettings settings, Optional<Redis> redis) {
    this.settings = settings;
    this.redis = redis;
  }

  @Override
  public Health health() {
    boolean away = redis.isPresent() && !redis.get().isConnected();
    Health.Builder health = away ? Health.status(AWAY) : Health.up();
    health.withDetail("engine", settings.engine());
    redis.ifPresent(shared -> health.withDetail("url", shared.settings().url()));
    return health.build();
  }
}
