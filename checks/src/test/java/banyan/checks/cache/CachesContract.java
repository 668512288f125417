package banyan.checks.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import banyan.platform.cache.Cache;
import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.Caches;
import banyan.platform.money.UnitPrice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Caches} keeps. */
abstract class CachesContract {
  /** Longer than any test waits. */
  static final Duration LONG = Duration.ofMinutes(10);

  enum Colour {
    RED,
    GREEN
  }

  record Leaf(String name, @Nullable Long weight, UnitPrice price) {}

  record Tree(
      long id,
      Instant planted,
      List<Leaf> leaves,
      Set<Colour> colours,
      Map<String, String> notes) {}

  record Odd(StringBuilder text) {}

  private final AtomicInteger version = new AtomicInteger(1);
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicBoolean away = new AtomicBoolean();

  abstract Caches caches(CacheSettings settings);

  static CacheSettings settings(Duration timeToLive, Duration near, Duration staleMax) {
    return new CacheSettings("valkey", 1_000, timeToLive, near, staleMax);
  }

  private Integer load(String key) {
    loads.incrementAndGet();
    if (away.get()) {
      throw new IllegalStateException("the database is away");
    }
    return version.get();
  }

  private Cache<String, Integer> cache(Duration timeToLive, Duration staleMax) {
    return caches(settings(timeToLive, timeToLive.dividedBy(5), staleMax))
        .named(name(), Integer.class);
  }

  private static String name() {
    return "test." + Long.toHexString(System.nanoTime());
  }

  @Test
  void an_old_copy_serves_while_its_source_is_away_and_not_longer_than_it_may() {
    Cache<String, Integer> cache = cache(Duration.ofMillis(100), Duration.ofSeconds(2));
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
    Cache<String, Integer> cache = cache(Duration.ofMillis(100), LONG);
    assertThat(cache.get("a", this::load)).isEqualTo(1);
    version.set(2);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(cache.get("a", this::load)).isEqualTo(2));

    away.set(true);
    cache.evict("a");
    assertThatThrownBy(() -> cache.get("a", this::load)).hasMessageContaining("away");
  }

  @Test
  void what_is_there_is_loaded_once_and_what_was_evicted_once_more() {
    Cache<String, Integer> cache = cache(LONG, LONG);
    for (int i = 0; i < 100; i++) {
      assertThat(cache.get("a", this::load)).isEqualTo(1);
    }
    assertThat(loads).hasValue(1);
    version.set(2);
    cache.evictAll(List.of("a", "b"));
    cache.evict("never asked for");
    for (int i = 0; i < 100; i++) {
      assertThat(cache.get("a", this::load)).isEqualTo(2);
    }
    assertThat(loads).hasValue(2);
  }

  @Test
  void what_is_not_there_is_remembered_only_where_that_was_asked_for() {
    Caches caches = caches(settings(LONG, LONG.dividedBy(2), LONG));
    Cache<Long, Integer> forgetful = caches.named(name(), Integer.class);
    Cache<Long, Integer> mindful = caches.named(name(), Integer.class, Duration.ofMinutes(1));
    for (int i = 1; i <= 50; i++) {
      assertThat(forgetful.get(7L, this::nothing)).isNull();
      assertThat(loads).hasValue(i);
    }
    loads.set(0);
    for (int i = 0; i < 50; i++) {
      assertThat(mindful.get(7L, this::nothing)).isNull();
    }
    assertThat(loads).hasValue(1);
    // whoever makes it evicts it
    mindful.evict(7L);
    assertThat(mindful.get(7L, id -> 3)).isEqualTo(3);
    assertThat(mindful.get(7L, this::nothing)).isEqualTo(3);
  }

  private @Nullable Integer nothing(Long key) {
    loads.incrementAndGet();
    return null;
  }

  @Test
  void what_is_not_there_is_looked_for_again_soon() {
    Caches caches = caches(settings(LONG, LONG.dividedBy(2), LONG));
    Cache<Long, Integer> mindful = caches.named(name(), Integer.class, Duration.ofMillis(200));
    assertThat(mindful.get(7L, this::nothing)).isNull();
    await().atMost(Duration.ofSeconds(5)).until(() -> mindful.get(7L, id -> 3) != null);
  }

  @Test
  void fifty_readers_of_one_key_have_one_loader() throws Exception {
    Cache<String, Integer> cache = cache(LONG, LONG);
    List<Integer> read =
        together(
            50,
            () ->
                cache.get(
                    "a",
                    key -> {
                      pause(50);
                      return load(key);
                    }));
    assertThat(read).hasSize(50).containsOnly(1);
    assertThat(loads).hasValue(1);
  }

  @Test
  void a_loader_that_fails_takes_no_other_reader_down() throws Exception {
    Cache<String, Integer> cache = cache(LONG, LONG);
    AtomicInteger failed = new AtomicInteger();
    List<Integer> read =
        together(
            20,
            () -> {
              try {
                return cache.get(
                    "a",
                    key -> {
                      pause(50);
                      if (loads.incrementAndGet() == 1) {
                        throw new IllegalStateException("unlucky");
                      }
                      return 5;
                    });
              } catch (IllegalStateException unlucky) {
                return -failed.incrementAndGet();
              }
            });
    assertThat(failed).hasValue(1);
    assertThat(read.stream().filter(value -> value == 5)).hasSize(19);
    assertThat(loads).hasValue(2);
  }

  @Test
  void a_loader_that_began_before_an_eviction_leaves_nothing() throws Exception {
    Cache<String, Integer> cache = cache(LONG, LONG);
    CountDownLatch hasRead = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> slow =
          threads.submit(() ->
              cache.get(
                  "a",
                  key -> {
                    int old = version.get();
                    hasRead.countDown();
                    waitFor(mayGoOn);
                    return old;
                  }));
      waitFor(hasRead);
      version.set(2);
      // returns although the loader still runs
      cache.evict("a");
      assertThat(cache.get("a", this::load)).isEqualTo(2);
      mayGoOn.countDown();
      assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(cache.get("a", this::load)).isEqualTo(2);
    }
  }

  @Test
  void a_value_comes_back_as_it_was() {
    Cache<Long, Tree> cache =
        caches(settings(LONG, LONG.dividedBy(2), LONG)).named(name(), Tree.class);
    Tree oak =
        new Tree(
            Long.MAX_VALUE,
            Instant.parse("2026-11-22T10:11:12.123456789Z"),
            List.of(
                new Leaf("é 叶 \u0000\n", null, new UnitPrice(12_500, "GBP")),
                new Leaf("", -1L, new UnitPrice(0, "JPY"))),
            Set.of(Colour.GREEN, Colour.RED),
            Map.of("k", "v"));
    assertThat(cache.get(1L, id -> oak)).isEqualTo(oak);
    assertThat(cache.get(1L, id -> null)).isEqualTo(oak);
  }

  @Test
  void a_type_that_could_not_travel_is_refused_by_every_engine() {
    Caches caches = caches(settings(LONG, LONG.dividedBy(2), LONG));
    assertThatThrownBy(() -> caches.named(name(), Odd.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("StringBuilder");
    assertThatThrownBy(() -> caches.named(name(), List.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Runs it on so many threads at once. */
  static <T> List<T> together(int threads, Callable<T> work) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<T>> running = new ArrayList<>();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        running.add(
            all.submit(() -> {
              waitFor(start);
              return work.call();
            }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get(30, TimeUnit.SECONDS));
      }
      return results;
    }
  }

  static void waitFor(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("it did not happen within half a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** How long a source takes. */
  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
