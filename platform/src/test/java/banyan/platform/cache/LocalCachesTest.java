package banyan.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalCachesTest {
  private final AtomicInteger version = new AtomicInteger(1);
  private final AtomicBoolean away = new AtomicBoolean();

  private Integer load(String key) {
    if (away.get()) {
      throw new IllegalStateException("the database is away");
    }
    return version.get();
  }

  private static Cache<String, Integer> cache(Duration timeToLive, Duration staleMax) {
    return new LocalCaches(
            new CacheSettings("caffeine", 100, timeToLive, staleMax), new SimpleMeterRegistry())
        .named("test");
  }

  @Test
  void an_old_copy_serves_while_its_source_is_away_and_not_longer_than_it_may() {
    Cache<String, Integer> cache = cache(Duration.ofMillis(50), Duration.ofSeconds(2));
    assertThat(cache.get("a", this::load)).isEqualTo(1);
    away.set(true);
    version.set(2);
    for (int i = 0; i < 20; i++) {
      assertThat(cache.get("a", this::load)).isEqualTo(1);
    }
    assertThatThrownBy(() -> cache.get("b", this::load)).hasMessageContaining("away");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThatThrownBy(() -> cache.get("a", this::load)).hasMessageContaining("away"));
    away.set(false);
    assertThat(cache.get("a", this::load)).isEqualTo(2);
  }

  @Test
  void a_copy_is_renewed_when_its_time_is_over_and_at_once_when_it_is_evicted() {
    Cache<String, Integer> cache = cache(Duration.ofMillis(50), Duration.ofMinutes(1));
    assertThat(cache.get("a", this::load)).isEqualTo(1);
    version.set(2);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(cache.get("a", this::load)).isEqualTo(2));

    away.set(true);
    cache.evict("a");
    assertThatThrownBy(() -> cache.get("a", this::load)).hasMessageContaining("away");
  }
}
