package banyan.platform.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Caches in this process. */
public final class LocalCaches implements Caches {
  /** After a source could not be asked, others need not find out the same for so long. */
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Logger log = LoggerFactory.getLogger(LocalCaches.class);

  private final CacheSettings settings;
  private final MeterRegistry meters;

  public LocalCaches(CacheSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.meters = meters;
  }

  /**
   * A copy, and the moment from which somebody should look whether it still holds.
   *
   * @param renewNanos whoever moves it on is the one who looks
   */
  private record Copy<V>(V value, AtomicLong renewNanos) {}

  @Override
  public <K, V> Cache<K, V> named(String name) {
    com.github.benmanes.caffeine.cache.Cache<K, Copy<V>> entries =
        Caffeine.newBuilder()
            .maximumSize(settings.entriesMax())
            .expireAfterWrite(settings.timeToLive().plus(settings.staleMax()))
            .recordStats()
            .build();
    CaffeineCacheMetrics.monitor(meters, entries, name);
    Counter stale =
        Counter.builder("cache.stale")
            .description("old copies that served because their source could not be asked")
            .tag("cache", name)
            .register(meters);
    return new Cache<>() {
      @Override
      public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader) {
        Copy<V> copy = entries.get(key, wanted -> copyOf(loader.apply(wanted)));
        if (copy == null) {
          return null;
        }
        long now = System.nanoTime();
        long due = copy.renewNanos().get();
        return now - due < 0 || !copy.renewNanos().compareAndSet(due, now + RETRY_NANOS)
            ? copy.value()
            : renewed(key, copy, loader);
      }

      /** An evicted copy stays evicted: it may have been loaded before what evicted it. */
      private @Nullable V renewed(
          K key, Copy<V> old, Function<? super K, ? extends @Nullable V> loader) {
        try {
          Copy<V> fresh = copyOf(loader.apply(key));
          entries.asMap().computeIfPresent(key, (same, now) -> now == old ? fresh : now);
          return fresh == null ? null : fresh.value();
        } catch (RuntimeException away) {
          stale.increment();
          log.atDebug().addKeyValue("cache", name).setCause(away).log("an old copy serves");
          return old.value();
        }
      }

      private @Nullable Copy<V> copyOf(@Nullable V value) {
        return value == null
            ? null
            : new Copy<>(
                value, new AtomicLong(System.nanoTime() + settings.timeToLive().toNanos()));
      }

      @Override
      public void evict(K key) {
        entries.invalidate(key);
      }
    };
  }
}
