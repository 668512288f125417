package banyan.checks.ground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.platform.data.Columns;
import banyan.platform.data.Database;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

class SharedTest {
  private final Ground ground = new Ground(2);
  private final Database scratch = ground.databases().module("scratch");
  private final ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
  private final Shared<Note, String> notes = scratch.shared("notes", this::write);

  record Note(long id, String text) {}

  @AfterEach
  void close() {
    ground.close();
  }

  /** Refuses what is called so, breaks at what has no id, writes everything else. */
  private List<String> write(JdbcClient jdbc, List<Note> all) {
    batches.add(all.size());
    List<Note> wanted = all.stream().filter(note -> !note.text().equals("refuse me")).toList();
    jdbc.sql(
            """
            INSERT INTO scratch_note (shard, id, text)
            SELECT * FROM unnest(:shards, :ids, :texts)
            """)
        .param("shards", Columns.integers(wanted, note -> Ids.shardOf(note.id())))
        .param("ids", Columns.numbers(wanted, Note::id))
        .param("texts", Columns.texts(wanted, Note::text))
        .update();
    return all.stream().map(note -> wanted.contains(note) ? "written" : "refused").toList();
  }

  private List<Future<String>> atOnce(List<Note> all) throws InterruptedException {
    return atOnce(notes, all);
  }

  private static List<Future<String>> atOnce(Shared<Note, String> kind, List<Note> all)
      throws InterruptedException {
    List<Future<String>> answers = new ArrayList<>();
    CountDownLatch together = new CountDownLatch(all.size());
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Note note : all) {
        answers.add(
            callers.submit(() -> {
              together.countDown();
              together.await();
              return kind.take(note.id(), note);
            }));
      }
    }
    return answers;
  }

  private static Note note(String text) {
    return new Note(Ground.IDS.next(7), text);
  }

  private long written() {
    return scratch.each(jdbc -> Ground.count(jdbc, "scratch_note")).stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  @Test
  void many_callers_share_few_transactions_and_each_has_his_own_answer() throws Exception {
    List<Note> all =
        IntStream.range(0, 300)
            .mapToObj(i -> note(i % 3 == 0 ? "refuse me" : "note " + i))
            .toList();
    List<Future<String>> answers = atOnce(all);
    for (int i = 0; i < all.size(); i++) {
      assertThat(answers.get(i).get()).isEqualTo(i % 3 == 0 ? "refused" : "written");
    }
    assertThat(written()).isEqualTo(200);
    assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(300);
    assertThat(batches).hasSizeLessThan(150);
  }

  @Test
  void many_questions_are_asked_in_two_halves_and_changes_never_are() throws Exception {
    Map<String, Integer> most = new ConcurrentHashMap<>();
    AtomicInteger asking = new AtomicInteger();
    BiFunction<JdbcClient, List<Note>, List<String>> work =
        (jdbc, all) -> {
          most.merge(all.getFirst().text(), asking.incrementAndGet(), Math::max);
          jdbc.sql("SELECT 1 FROM pg_sleep(0.01)").query(Integer.class).single();
          asking.decrementAndGet();
          return all.stream().map(note -> "seen " + note.id()).toList();
        };
    Database one = ground.databases().module("elsewhere");
    for (String kind : List.of("question", "change")) {
      Shared<Note, String> shared =
          kind.equals("question") ? one.sharedRead(kind, work) : one.shared(kind, work);
      List<Note> all = IntStream.range(0, 200).mapToObj(i -> note(kind)).toList();
      List<Future<String>> answers = atOnce(shared, all);
      for (int i = 0; i < all.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("seen " + all.get(i).id());
      }
    }
    assertThat(most).isEqualTo(Map.of("question", 2, "change", 1));
  }

  @Test
  void the_one_that_breaks_the_statement_fails_alone() throws Exception {
    Note twice = note("first");
    assertThat(notes.take(twice.id(), twice)).isEqualTo("written");
    List<Note> all = new ArrayList<>(IntStream.range(0, 40).mapToObj(i -> note("n" + i)).toList());
    all.add(20, new Note(twice.id(), "the same id"));
    List<Future<String>> answers = atOnce(all);
    for (int i = 0; i < all.size(); i++) {
      Future<String> answer = answers.get(i);
      if (i == 20) {
        assertThatThrownBy(answer::get)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(DataIntegrityViolationException.class);
      } else {
        assertThat(answer.get()).isEqualTo("written");
      }
    }
    assertThat(written()).isEqualTo(41);
  }

  @Test
  void inside_a_transaction_it_is_a_part_of_it() {
    long id = Ground.IDS.next(7);
    assertThatThrownBy(() ->
            scratch.change(
                id,
                jdbc -> {
                  assertThat(notes.take(id, new Note(id, "inner"))).isEqualTo("written");
                  throw new IllegalArgumentException("changed my mind");
                }))
        .hasMessage("changed my mind");
    assertThat(written()).isZero();
    Database elsewhere = ground.databases().module("elsewhere");
    assertThatThrownBy(() -> elsewhere.change(id, jdbc -> notes.take(id, new Note(id, "not here"))))
        .hasMessageContaining("no transaction crosses a module");
  }

  @Test
  void each_item_is_done_on_the_database_of_its_shard() throws Exception {
    List<Note> all =
        IntStream.range(0, 100).mapToObj(i -> new Note(Ground.IDS.nextRoot(), "n" + i)).toList();
    for (Future<String> answer : atOnce(all)) {
      assertThat(answer.get()).isEqualTo("written");
    }
    List<List<Long>> ids =
        scratch.each(jdbc -> jdbc.sql("SELECT id FROM scratch_note").query(Long.class).list());
    for (int node = 0; node < 2; node++) {
      int here = node;
      assertThat(ids.get(node)).isNotEmpty().allMatch(id -> scratch.nodeNumber(id) == here);
    }
  }

  @Test
  void an_answer_for_each_item_or_none() {
    Shared<String, String> careless = scratch.shared("careless", (jdbc, all) -> List.of());
    assertThatThrownBy(() -> careless.take(1, "one"))
        .hasMessageContaining("gave 0 outcomes for 1 items");
  }
}
