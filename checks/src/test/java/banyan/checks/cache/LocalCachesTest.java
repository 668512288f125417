package banyan.checks.cache;

import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.Caches;
import banyan.platform.cache.LocalCaches;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

class LocalCachesTest extends CachesContract {
  @Override
  Caches caches(CacheSettings settings) {
    return new LocalCaches(settings, new SimpleMeterRegistry());
  }
}
