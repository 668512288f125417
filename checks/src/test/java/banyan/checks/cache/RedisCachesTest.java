package banyan.checks.cache;

import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.Caches;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisCachesTest extends CachesContract {
  private static RedisServer server;
  private static Nodes nodes;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    nodes = new Nodes(server.url(), Duration.ofSeconds(2));
  }

  @AfterAll
  static void stop() {
    nodes.close();
    server.close();
  }

  @Override
  Caches caches(CacheSettings settings) {
    return nodes.start(settings).caches();
  }
}
