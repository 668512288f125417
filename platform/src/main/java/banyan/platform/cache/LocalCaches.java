package banyan.platform.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Caches in this process. */
public final class LocalCaches implements Caches {
  private final CacheSettings settings;
  private final MeterRegistry meters;

  public LocalCaches(CacheSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public <K, V> Cache<K, V> named(String name) {
    com.github.benmanes.caffeine.cache.Cache<K, V> entries =
        Caffeine.newBuilder()
            .maximumSize(settings.entriesMax())
            .expireAfterWrite(settings.timeToLive())
            .recordStats()
            .build();
    CaffeineCacheMetrics.monitor(meters, entries, name);
    return new Cache<>() {
      @Override
      public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader) {
        return entries.get(key, loader);
      }

      @Override
      public void evict(K key) {
        entries.invalidate(key);
      }
    };
  }
}
