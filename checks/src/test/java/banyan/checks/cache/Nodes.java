package banyan.checks.cache;

import banyan.engines.redis.Redis;
import banyan.engines.redis.RedisBroadcast;
import banyan.engines.redis.RedisCaches;
import banyan.engines.redis.RedisSettings;
import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.Caches;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes of a shop, as far as their caches go: each with connections of its own. */
final class Nodes implements AutoCloseable {
  record Node(Redis redis, Caches caches, MeterRegistry meters) {
    /** How often looking into the shared cache came to this. */
    double shared(String cache, String result) {
      return meters.get("cache.shared").tags("cache", cache, "result", result).counter().count();
    }
  }

  private final String url;
  private final Duration commandTimeout;
  private final List<Node> started = new ArrayList<>();

  /**
   * @param commandTimeout generous where a test is not about it: the machine may be busy
   */
  Nodes(String url, Duration commandTimeout) {
    this.url = url;
    this.commandTimeout = commandTimeout;
  }

  Node start(CacheSettings settings) {
    MeterRegistry meters = new SimpleMeterRegistry();
    Redis redis =
        Redis.open(new RedisSettings(url, "", commandTimeout, Duration.ofSeconds(1)), meters);
    Node node =
        new Node(
            redis, new RedisCaches(settings, redis, new RedisBroadcast(redis), meters), meters);
    started.add(node);
    return node;
  }

  @Override
  public void close() {
    started.forEach(node -> node.redis().close());
  }
}
