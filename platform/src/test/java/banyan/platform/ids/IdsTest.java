package banyan.platform.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IdsTest {
  @Test
  void ids_are_unique_over_threads_and_grow_in_each() throws Exception {
    Ids ids = new Ids(3, System::currentTimeMillis);
    Callable<long[]> work = () -> LongStream.range(0, 20_000).map(ids::next).toArray();
    Set<Long> all = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<long[]>> made = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        made.add(threads.submit(work));
      }
      for (Future<long[]> part : made) {
        long before = 0;
        for (long id : part.get()) {
          // the time and the sequence grow; the gene, the low ten bits, is the caller's
          assertThat(id >>> 10).isGreaterThan(before);
          before = id >>> 10;
          all.add(id >>> 10);
        }
      }
    }
    assertThat(all).hasSize(80_000);
  }

  @Test
  void a_clock_that_steps_back_makes_no_id_twice() {
    AtomicLong clock = new AtomicLong(System.currentTimeMillis());
    Ids ids = new Ids(0, clock::get);
    long before = ids.next(7);
    for (int step = 0; step < 1_000; step++) {
      clock.addAndGet(step % 2 == 0 ? -60_000 : 59_999);
      long id = ids.next(7);
      assertThat(id).isGreaterThan(before);
      before = id;
    }
  }

  @Test
  void a_clock_that_was_ahead_before_a_restart_makes_no_id_twice() {
    AtomicLong disk = new AtomicLong();
    Ids.Mark mark =
        new Ids.Mark() {
          @Override
          public long read() {
            return disk.get();
          }

          @Override
          public void write(long millis) {
            disk.set(millis);
          }
        };
    long right = System.currentTimeMillis();
    AtomicLong clock = new AtomicLong(right + 3_600_000);
    Ids before = new Ids(0, clock::get, mark);
    long newest = 0;
    for (int i = 0; i < 100_000; i++) {
      newest = before.next(7);
      clock.addAndGet(i % 3);
    }
    long lost = newest;
    clock.set(right);
    Ids after = new Ids(0, clock::get, mark);
    assertThat(after.next(7)).isGreaterThan(lost);

    Ids.Mark full =
        new Ids.Mark() {
          @Override
          public long read() {
            return 0;
          }

          @Override
          public void write(long millis) {
            throw new IllegalStateException("disk full");
          }
        };
    assertThatThrownBy(() -> new Ids(0, clock::get, full).next(7)).hasMessage("disk full");
  }

  @Test
  void an_id_carries_the_shard_of_its_key() {
    Ids ids = new Ids(127, System::currentTimeMillis);
    long root = ids.nextRoot();
    long child = ids.next(root);
    assertThat(child).isNotEqualTo(root).isPositive();
    assertThat(Ids.shardOf(ids.next(child))).isEqualTo(Ids.shardOf(root));
    assertThat(Ids.shardOf(ids.next(1023))).isEqualTo(1023);
  }

  @Test
  void two_nodes_never_make_the_same_id() {
    long now = System.currentTimeMillis();
    Ids one = new Ids(1, () -> now);
    Ids two = new Ids(2, () -> now);
    Set<Long> all = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(one.next(5));
      all.add(two.next(5));
    }
    assertThat(all).hasSize(2_000);
  }

  @Test
  void families_spread_over_all_shards() {
    Ids ids = new Ids(0, System::currentTimeMillis);
    int[] count = new int[Ids.SHARDS];
    for (int i = 0; i < 100 * Ids.SHARDS; i++) {
      count[Ids.shardOf(ids.nextRoot())]++;
    }
    assertThat(java.util.Arrays.stream(count).boxed())
        .allMatch(families -> families > 50 && families < 150);
  }

  @Test
  void a_text_that_is_no_id_is_empty() {
    assertThat(Ids.parse("9223372036854775807")).hasValue(Long.MAX_VALUE);
    for (String text :
        List.of("", "-1", "9223372036854775808", "1e3", " 1", "٣", "00000000000000000001")) {
      assertThat(Ids.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void a_node_that_does_not_fit_is_refused() {
    assertThatThrownBy(() -> new Ids(128, () -> 0)).hasMessageContaining("0..127");
  }
}
