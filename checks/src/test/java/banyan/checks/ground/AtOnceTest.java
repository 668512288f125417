package banyan.checks.ground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.platform.data.AtOnce;
import banyan.platform.data.Database;
import banyan.platform.ids.Ids;
import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AtOnceTest {
  /** Answers when all of three are being asked, and never in a row. */
  private static boolean together(CountDownLatch all) {
    all.countDown();
    try {
      return all.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Test
  void questions_are_asked_at_the_same_time() {
    CountDownLatch all = new CountDownLatch(3);
    List<Supplier<Boolean>> answers =
        Stream.generate(() -> AtOnce.ask(() -> together(all))).limit(3).toList();
    assertThat(answers).allMatch(Supplier::get);
  }

  @Test
  void a_question_is_as_urgent_and_worth_having_as_long_as_the_request_that_asks() {
    Supplier<Urgency> urgency =
        Deadline.after(Urgency.PAY, Duration.ofSeconds(5))
            .bound(() -> AtOnce.ask(Deadline::urgencyNow));
    Supplier<Boolean> late =
        Deadline.after(Urgency.PAY, Duration.ofSeconds(-1))
            .bound(() -> AtOnce.ask(Deadline::passed));
    assertThat(urgency.get()).isEqualTo(Urgency.PAY);
    assertThat(late.get()).isTrue();
  }

  @Test
  void a_fault_is_thrown_where_the_answer_is_wanted() {
    Supplier<String> answer =
        AtOnce.ask(() -> {
          throw new IllegalArgumentException("no such SKU");
        });
    assertThatThrownBy(answer::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such SKU");
  }

  @Test
  void inside_a_transaction_a_question_sees_what_that_has_changed() {
    try (Ground ground = new Ground(2)) {
      Database scratch = ground.databases().module("scratch");
      long id = Ground.IDS.next(7);
      long seen =
          scratch.write(
              id,
              jdbc -> {
                jdbc.sql("INSERT INTO scratch_note (shard, id, text) VALUES (:shard, :id, 'new')")
                    .param("shard", Ids.shardOf(id))
                    .param("id", id)
                    .update();
                return AtOnce.ask(
                        () -> scratch.fresh(id, inside -> Ground.count(inside, "scratch_note")))
                    .get();
              });
      assertThat(seen).isEqualTo(1);
    }
  }
}
