package banyan.checks.ground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.platform.data.Database;
import banyan.platform.data.Intent;
import banyan.platform.data.KeyReused;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DatabaseTest {
  private final Ground ground = new Ground(2);
  private final Database scratch = ground.databases().module("scratch");
  private final Database elsewhere = ground.databases().module("elsewhere");

  /** Ids of both ends: the first database holds the shards 0..511, the second the rest. */
  private final long low = Ground.IDS.next(3);

  private final long high = Ground.IDS.next(1000);

  @AfterEach
  void close() {
    ground.close();
  }

  @Test
  void a_transaction_refuses_another_modules_database() {
    assertThatThrownBy(() ->
            scratch.change(
                low,
                jdbc -> {
                  Ground.note(jdbc, low, "kept?");
                  elsewhere.change(low, other -> {});
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no transaction crosses a module");
    assertThat(notes()).isZero();
    assertThatThrownBy(() -> scratch.change(low, jdbc -> elsewhere.read(low, other -> 1)))
        .hasMessageContaining("elsewhere used inside a transaction of scratch");
    assertThatThrownBy(() -> scratch.change(low, jdbc -> elsewhere.each(other -> 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_transaction_refuses_another_shards_database() {
    assertThatThrownBy(
            () -> scratch.change(low, jdbc -> scratch.change(high, d -> Ground.note(d, high, ""))))
        .hasMessageContaining("no transaction crosses a shard");
    assertThatThrownBy(() -> scratch.change(low, jdbc -> scratch.writeEach(each -> 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> scratch.change(low, jdbc -> scratch.publish(new Ground.Noted(high, 1))))
        .hasMessageContaining("inside the transaction of its change");
    assertThatThrownBy(() -> scratch.publish(new Ground.Noted(low, 1)))
        .hasMessageContaining("inside the transaction of its change");
    assertThat(notes()).isZero();
  }

  @Test
  void an_inner_change_of_the_same_shard_ends_with_the_outer_one() {
    assertThatThrownBy(() ->
            scratch.change(
                low,
                jdbc -> {
                  scratch.change(low, inner -> Ground.note(inner, low, "inner"));
                  throw new IllegalArgumentException("changed my mind");
                }))
        .hasMessage("changed my mind");
    assertThat(notes()).isZero();
  }

  @Test
  void every_row_lands_in_the_database_that_the_router_names() {
    for (int i = 0; i < 200; i++) {
      long id = Ground.IDS.nextRoot();
      scratch.change(id, jdbc -> Ground.note(jdbc, id, "here"));
    }
    List<List<Long>> ids =
        scratch.each(jdbc -> jdbc.sql("SELECT id FROM scratch_note").query(Long.class).list());
    assertThat(ids).hasSize(2).allMatch(part -> part.size() > 50);
    for (int node = 0; node < 2; node++) {
      for (long id : ids.get(node)) {
        assertThat(scratch.nodeNumber(id)).isEqualTo(node).isEqualTo(Ids.shardOf(id) / 512);
      }
    }
  }

  @Test
  void the_same_key_three_times_at_once_has_one_effect_and_one_answer() throws Exception {
    CountDownLatch together = new CountDownLatch(3);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < 3; i++) {
        answers.add(
            threads.submit(() -> {
              together.countDown();
              together.await();
              return scratch.once(low, new Intent("note", "k1", "hello"), this::slowNote);
            }));
      }
      assertThat(answers.get(0).get())
          .isEqualTo(answers.get(1).get())
          .isEqualTo(answers.get(2).get());
    }
    assertThat(notes()).isOne();
  }

  /** Slow enough that the others surely come while it runs. */
  private String slowNote(JdbcClient jdbc) {
    long id = Ground.IDS.next(low);
    Ground.note(jdbc, id, "once");
    jdbc.sql("SELECT 1 FROM pg_sleep(0.3)").query(Integer.class).single();
    return Long.toString(id);
  }

  @Test
  void another_request_with_the_same_key_is_refused_and_another_scope_is_not() {
    assertThat(scratch.once(low, new Intent("note", "k", "hello"), jdbc -> "1")).isEqualTo("1");
    assertThat(scratch.once(low, new Intent("note", "k", "hello"), jdbc -> "2")).isEqualTo("1");
    assertThatThrownBy(() -> scratch.once(low, new Intent("note", "k", "bye"), jdbc -> "3"))
        .isInstanceOf(KeyReused.class);
    assertThat(scratch.once(low, new Intent("other", "k", "bye"), jdbc -> "4")).isEqualTo("4");
  }

  @Test
  void work_that_throws_leaves_nothing_and_may_be_sent_again() {
    Intent intent = new Intent("note", "k", "hello");
    assertThatThrownBy(() ->
            scratch.once(
                low,
                intent,
                jdbc -> {
                  Ground.note(jdbc, low, "half");
                  throw new IllegalStateException("the shelf broke");
                }))
        .hasMessage("the shelf broke");
    assertThat(notes()).isZero();
    assertThat(scratch.once(low, intent, jdbc -> "done")).isEqualTo("done");
  }

  @Test
  void transactions_that_lock_each_other_both_succeed() throws Exception {
    long one = Ground.IDS.next(low);
    long two = Ground.IDS.next(low);
    scratch.change(low, jdbc -> Ground.note(jdbc, one, "0"));
    scratch.change(low, jdbc -> Ground.note(jdbc, two, "0"));
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> there = threads.submit(() -> addInOrder(one, two, bothHoldOne));
      Future<?> back = threads.submit(() -> addInOrder(two, one, bothHoldOne));
      there.get();
      back.get();
    }
    assertThat(
            scratch.<List<String>>fresh(
                low, jdbc -> jdbc.sql("SELECT text FROM scratch_note").query(String.class).list()))
        .containsExactly("2", "2");
  }

  private void addInOrder(long first, long second, CountDownLatch bothHoldOne) {
    scratch.change(
        low,
        jdbc -> {
          add(jdbc, first);
          bothHoldOne.countDown();
          try {
            bothHoldOne.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          add(jdbc, second);
        });
  }

  private static void add(JdbcClient jdbc, long id) {
    jdbc.sql("UPDATE scratch_note SET text = text::int + 1 WHERE shard = :shard AND id = :id")
        .param("shard", Ids.shardOf(id))
        .param("id", id)
        .update();
  }

  private long notes() {
    return scratch.each(jdbc -> Ground.count(jdbc, "scratch_note")).stream()
        .mapToLong(Long::longValue)
        .sum();
  }
}
