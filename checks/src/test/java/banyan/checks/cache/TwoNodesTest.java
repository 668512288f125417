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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes that share copies: what one changes, what both want, what neither may keep. */
class TwoNodesTest {
  private static final CacheSettings LASTING =
      CachesContract.settings(CachesContract.LONG, Duration.ofMinutes(5), CachesContract.LONG);

  private static final String NAME = "goods";

  private final AtomicInteger truth = new AtomicInteger(1);
  private final AtomicInteger loads = new AtomicInteger();
  private RedisServer server;
  private Nodes nodes;
  private Nodes.Node a;
  private Nodes.Node b;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    nodes = new Nodes(server.url(), Duration.ofSeconds(2));
    a = nodes.start(LASTING);
    b = nodes.start(LASTING);
  }

  @AfterEach
  void stop() {
    nodes.close();
    server.close();
  }

  private static Cache<String, Integer> goods(Nodes.Node node) {
    return node.caches().named(NAME, Integer.class, Duration.ofMinutes(1));
  }

  private Integer load(String key) {
    loads.incrementAndGet();
    return truth.get();
  }

  private int x(Cache<String, Integer> cache) {
    return Objects.requireNonNull(cache.get("x", this::load));
  }

  @Test
  void what_one_node_has_loaded_the_other_one_does_not_load() {
    assertThat(goods(a).get("x", this::load)).isEqualTo(1);
    Cache<String, Integer> other = goods(b);
    await().until(() -> server.command(redis -> redis.get("banyan:cache:goods:x")).startsWith("V"));
    assertThat(other.get("x", this::load)).isEqualTo(1);
    assertThat(loads).hasValue(1);
    assertThat(b.shared(NAME, "hit")).isEqualTo(1);
    assertThat(a.shared(NAME, "miss")).isEqualTo(1);
  }

  @Test
  void an_eviction_on_one_node_is_heard_by_the_other_within_a_second() {
    Cache<String, Integer> here = goods(a);
    Cache<String, Integer> there = goods(b);
    int rounds = Integer.getInteger("banyan.rounds", 20);
    List<Long> micros = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      int now = truth.incrementAndGet();
      here.evict("x");
      long evicted = System.nanoTime();
      assertThat(here.get("x", this::load)).isEqualTo(now);
      await()
          .pollInterval(Duration.ofMillis(1))
          .pollDelay(Duration.ZERO)
          .atMost(Duration.ofSeconds(1))
          .until(() -> x(there) == now);
      micros.add((System.nanoTime() - evicted) / 1_000);
    }
    micros.sort(null);
    System.out.printf(
        "an eviction was seen by the other node after: median %d µs, slowest %d µs of %d%n",
        micros.get(rounds / 2), micros.getLast(), rounds);
  }

  @Test
  void fifty_readers_on_two_nodes_have_one_loader() throws Exception {
    Cache<String, Integer> here = goods(a);
    Cache<String, Integer> there = goods(b);
    AtomicInteger turn = new AtomicInteger();
    for (int round = 1; round <= 5; round++) {
      String key = "hot" + round;
      List<Integer> read =
          CachesContract.together(
              50,
              () ->
                  (turn.incrementAndGet() % 2 == 0 ? here : there)
                      .get(
                          key,
                          wanted -> {
                            CachesContract.pause(40);
                            return load(wanted);
                          }));
      assertThat(read).hasSize(50).containsOnly(1);
      assertThat(loads).hasValue(round);
    }
  }

  @Test
  void who_waits_for_a_loader_that_takes_too_long_loads_by_himself() throws Exception {
    Cache<String, Integer> here = goods(a);
    Cache<String, Integer> there = goods(b);
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> hangs =
          threads.submit(() ->
              here.get(
                  "x",
                  key -> {
                    began.countDown();
                    CachesContract.waitFor(mayGoOn);
                    return 7;
                  }));
      CachesContract.waitFor(began);
      long asked = System.nanoTime();
      assertThat(there.get("x", this::load)).isEqualTo(1);
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(1));
      assertThat(b.shared(NAME, "impatient")).isEqualTo(1);
      mayGoOn.countDown();
      assertThat(hangs.get(10, TimeUnit.SECONDS)).isEqualTo(7);
    }
  }

  @Test
  void an_id_that_is_not_there_is_looked_for_once_by_both_nodes() {
    Cache<String, Integer> here = goods(a);
    Cache<String, Integer> there = goods(b);
    for (int i = 0; i < 20; i++) {
      for (Cache<String, Integer> cache : List.of(here, there)) {
        assertThat(
                cache.get(
                    "nobody",
                    key -> {
                      loads.incrementAndGet();
                      return null;
                    }))
            .isNull();
      }
    }
    assertThat(loads).hasValue(1);
    // made on one node, seen by its maker at once and by the other one soon
    here.evict("nobody");
    assertThat(here.get("nobody", this::load)).isEqualTo(1);
    await().atMost(Duration.ofSeconds(1)).until(() -> there.get("nobody", this::load) != null);
  }

  @Test
  void a_loader_on_one_node_that_began_before_an_eviction_on_the_other_leaves_nothing()
      throws Exception {
    Cache<String, Integer> here = goods(a);
    Cache<String, Integer> there = goods(b);
    CountDownLatch hasRead = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> slow =
          threads.submit(() ->
              here.get(
                  "x",
                  key -> {
                    int old = truth.get();
                    hasRead.countDown();
                    CachesContract.waitFor(mayGoOn);
                    return old;
                  }));
      CachesContract.waitFor(hasRead);
      truth.set(2);
      there.evict("x");
      assertThat(there.get("x", this::load)).isEqualTo(2);
      await().until(() -> x(here) == 2);
      mayGoOn.countDown();
      assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
    assertThat(here.get("x", this::load)).isEqualTo(2);
    Nodes.Node late = nodes.start(LASTING);
    assertThat(goods(late).get("x", this::load)).isEqualTo(2);
  }

  @Test
  void what_was_loaded_together_does_not_end_together() {
    CacheSettings minute =
        CachesContract.settings(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ZERO);
    Cache<String, Integer> cache = goods(nodes.start(minute));
    for (int i = 0; i < 200; i++) {
      cache.get("k" + i, this::load);
    }
    await().until(() -> server.command(RedisCommands::dbsize) == 200);
    List<Long> left =
        server.command(redis ->
            redis.keys("banyan:cache:goods:k*").stream().map(redis::pttl).sorted().toList());
    // fifty seconds, a fifth of them at most cut off
    assertThat(left.getLast()).isBetween(47_000L, 50_000L);
    assertThat(left.getFirst()).isBetween(37_000L, 43_000L);
    assertThat(left.get(100)).isBetween(41_000L, 49_000L);
  }

  @Test
  void a_hot_key_is_answered_near_the_reader() {
    Cache<String, Integer> cache = goods(a);
    cache.get("hot", this::load);
    server.forgetCalls();
    for (int i = 0; i < 100_000; i++) {
      cache.get("hot", this::load);
    }
    assertThat(server.calls("set") + server.calls("get")).isZero();

    CacheSettings usual =
        CachesContract.settings(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ZERO);
    Cache<String, Integer> other = goods(nodes.start(usual));
    server.forgetCalls();
    long reads = 0;
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (System.nanoTime() - end < 0) {
      other.get("hot", this::load);
      reads++;
    }
    long commands = server.calls("set") + server.calls("get");
    assertThat(commands).isBetween(2L, 6L);
    System.out.printf(
        "a hot key, read %d times in 3 s by one node: %d commands%n", reads, commands);
  }

  record Old(String title) {}

  record New(String title, int stars) {}

  @Test
  void the_bytes_of_another_build_are_not_read_and_its_evictions_are_heard() {
    Cache<String, Old> before = a.caches().named(NAME, Old.class);
    Cache<String, New> after = b.caches().named(NAME, New.class);
    assertThat(before.get("x", key -> new Old("kettle"))).isEqualTo(new Old("kettle"));
    await().until(() -> server.command(redis -> redis.get("banyan:cache:goods:x")).startsWith("V"));
    New known = new New("kettle", 5);
    assertThat(after.get("x", key -> known)).isEqualTo(known);
    assertThat(b.shared(NAME, "foreign")).isEqualTo(1);
    // it did not write over it either
    Nodes.Node third = nodes.start(LASTING);
    assertThat(third.caches().named(NAME, Old.class).get("x", key -> new Old("not asked")))
        .isEqualTo(new Old("kettle"));

    after.evict("x");
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> new Old("teapot").equals(before.get("x", key -> new Old("teapot"))));
  }

  @Test
  void spoilt_bytes_are_left_alone() {
    server.command(redis -> redis.set("banyan:cache:goods:x", "V0123456789abcdef{"));
    server.command(redis -> redis.set("banyan:cache:goods:y", ""));
    assertThat(goods(a).get("x", this::load)).isEqualTo(1);
    assertThat(goods(b).get("y", this::load)).isEqualTo(1);
  }
}
