package banyan.checks.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.platform.cache.Cache;
import banyan.platform.cache.CacheSettings;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shared cache killed, frozen, flushed, cut off: readers are answered all the time. */
class LostServerTest {
  private static final Duration NEAR = Duration.ofSeconds(1);
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(6);
  private static final CacheSettings SETTINGS =
      CachesContract.settings(TIME_TO_LIVE, NEAR, Duration.ZERO);

  private static final String NAME = "goods";

  /** A command's time-out, and what a busy machine adds to it. */
  private static final Duration COMMAND = Duration.ofMillis(100);

  private static final Duration SLOW = Duration.ofMillis(600);

  private final AtomicInteger truth = new AtomicInteger(1);
  private final AtomicInteger loads = new AtomicInteger();
  private RedisServer server;
  private Nodes nodes;
  private Nodes.Node a;
  private Nodes.Node b;
  private Cache<String, Integer> here;
  private Cache<String, Integer> there;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    nodes = new Nodes(server.url(), COMMAND);
    a = nodes.start(SETTINGS);
    b = nodes.start(SETTINGS);
    here = a.caches().named(NAME, Integer.class);
    there = b.caches().named(NAME, Integer.class);
  }

  @AfterEach
  void stop() {
    nodes.close();
    server.close();
  }

  private Integer load(String key) {
    loads.incrementAndGet();
    return truth.get();
  }

  private int x(Cache<String, Integer> cache) {
    return Objects.requireNonNull(cache.get("x", this::load));
  }

  private void awaitConnected() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> a.redis().isConnected() && b.redis().isConnected());
  }

  /** Readers who never stop, and how long the slowest of them waited. */
  private final class Readers implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong slowest = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    Readers(int count) {
      for (int i = 0; i < count; i++) {
        Cache<String, Integer> cache = i % 2 == 0 ? here : there;
        threads.add(Thread.ofVirtual().start(() -> read(cache)));
      }
    }

    private void read(Cache<String, Integer> cache) {
      for (int turn = 0; !stopped.get(); turn++) {
        // one in fifty asks for something that nobody has asked for yet
        String key = turn % 50 == 0 ? "new" + System.nanoTime() : "hot" + turn % 10;
        long began = System.nanoTime();
        try {
          if (cache.get(key, LostServerTest.this::load) == null) {
            failed.incrementAndGet();
          }
        } catch (RuntimeException fault) {
          failed.incrementAndGet();
        }
        slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
        answered.incrementAndGet();
        CachesContract.pause(1);
      }
    }

    void awaitMore(int answers) {
      long until = answered.get() + answers;
      await().atMost(Duration.ofSeconds(20)).until(() -> answered.get() >= until);
    }

    void expectFast(String what) {
      System.out.printf(
          "%s: slowest of %d answers %d ms%n", what, answered.get(), slowest.get() / 1_000_000);
      assertThat(failed).hasValue(0);
      assertThat(Duration.ofNanos(slowest.get())).isLessThan(SLOW);
    }

    @Override
    public void close() throws InterruptedException {
      stopped.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  @Test
  void readers_are_answered_fast_while_it_is_killed_and_it_is_used_again_when_it_is_back()
      throws Exception {
    try (Readers readers = new Readers(8)) {
      readers.awaitMore(2_000);
      server.kill();
      await().until(() -> !a.redis().isConnected() && !b.redis().isConnected());
      readers.awaitMore(4_000);
      // loaded by the nodes themselves, once in the near time: ten keys on two nodes
      server.begin();
      awaitConnected();
      readers.awaitMore(2_000);
      readers.expectFast("killed and started again");
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          here.get("again" + System.nanoTime(), this::load);
          return server.command(RedisCommands::dbsize) > 0;
        });
  }

  @Test
  void readers_are_answered_fast_while_it_hangs() throws Exception {
    try (Readers readers = new Readers(8)) {
      readers.awaitMore(2_000);
      server.freeze();
      try {
        await().atMost(Duration.ofSeconds(10)).until(() -> !a.redis().isConnected());
        readers.awaitMore(2_000);
      } finally {
        server.thaw();
      }
      awaitConnected();
      readers.awaitMore(1_000);
      readers.expectFast("frozen and thawed");
    }
    double before = a.shared(NAME, "miss");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          here.get("after" + System.nanoTime(), this::load);
          return a.shared(NAME, "miss") > before;
        });
  }

  @Test
  void a_flushed_server_is_filled_again() {
    assertThat(here.get("x", this::load)).isEqualTo(1);
    server.command(RedisCommands::flushall);
    assertThat(there.get("x", this::load)).isEqualTo(1);
    assertThat(loads).hasValue(2);
    await().until(() -> server.command(RedisCommands::dbsize) == 1);
    assertThat(b.shared(NAME, "miss")).isEqualTo(1);
  }

  @Test
  void a_word_that_a_node_does_not_hear_makes_nothing_older_than_the_time_to_live() {
    int lost = 0;
    for (int round = 1; round <= 3; round++) {
      truth.set(round);
      here.evict("x");
      await().atMost(TIME_TO_LIVE.plusSeconds(2)).until(() -> x(there) == truth.get());
      assertThat(server.cutOffListeners()).isGreaterThanOrEqualTo(2);
      truth.set(10 * round);
      here.evict("x");
      long changed = System.nanoTime();
      assertThat(here.get("x", this::load)).isEqualTo(truth.get());
      lost += x(there) == truth.get() ? 0 : 1;
      await().atMost(TIME_TO_LIVE).until(() -> x(there) == truth.get());
      System.out.printf(
          "a word was lost: the other node was right after %d ms%n",
          (System.nanoTime() - changed) / 1_000_000);
      awaitConnected();
    }
    assertThat(lost).as("rounds in which the other node had an old copy").isPositive();
  }

  @Test
  void what_nobody_evicts_is_no_older_than_the_time_to_live_on_any_node() {
    CacheSettings brief =
        CachesContract.settings(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ZERO);
    List<Cache<String, Integer>> caches = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      caches.add(nodes.start(brief).caches().named(NAME, Integer.class));
    }
    assertThat(x(caches.getFirst())).isEqualTo(1);
    truth.set(2);
    long changed = System.nanoTime();
    for (long old = 0; x(caches.getLast()) != 2 || x(caches.getFirst()) != 2; ) {
      old = System.nanoTime() - changed;
      assertThat(Duration.ofNanos(old)).isLessThan(Duration.ofMillis(2_200));
      CachesContract.pause(1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - changed)).isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void an_eviction_that_does_not_get_through_holds_here_at_once_and_there_soon() {
    assertThat(here.get("x", this::load)).isEqualTo(1);
    await().until(() -> server.command(RedisCommands::dbsize) == 1);
    assertThat(there.get("x", this::load)).isEqualTo(1);
    server.freeze();
    try {
      truth.set(2);
      here.evict("x");
      assertThat(here.get("x", this::load)).isEqualTo(2);
    } finally {
      server.thaw();
    }
    // the old copy may lie in the server still: this node does not ask it
    assertThat(here.get("x", this::load)).isEqualTo(2);
    await().atMost(TIME_TO_LIVE).until(() -> x(there) == 2);
    await().atMost(TIME_TO_LIVE).until(() -> x(here) == 2);
  }

  @Test
  void a_shop_that_starts_without_it_finds_it_later() {
    server.kill();
    Nodes.Node late = nodes.start(SETTINGS);
    Cache<String, Integer> cache = late.caches().named(NAME, Integer.class);
    assertThat(cache.get("x", this::load)).isEqualTo(1);
    assertThat(late.shared(NAME, "away")).isEqualTo(1);
    server.begin();
    await().atMost(Duration.ofSeconds(10)).until(() -> late.redis().isConnected());
  }
}
