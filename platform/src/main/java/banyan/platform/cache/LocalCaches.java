package banyan.platform.cache;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Caches in this process alone. */
public final class LocalCaches implements Caches {
  private final CacheSettings settings;
  private final MeterRegistry meters;

  public LocalCaches(CacheSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public <K, V> Cache<K, V> named(String name, Class<V> type, Duration unknown) {
    Shape.of(type);
    NearCopies<K, V> copies = new NearCopies<>(name, settings, meters);
    return new Cache<>() {
      @Override
      public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader) {
        return copies.get(
            key,
            wanted -> {
              V value = copies.load(wanted, loader);
              return new NearCopies.Found<>(value, value == null ? unknown : settings.timeToLive());
            });
      }

      @Override
      public void evictAll(Collection<? extends K> keys) {
        keys.forEach(copies::evict);
      }
    };
  }
}
