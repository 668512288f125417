package banyan.checks.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import banyan.platform.data.DataSettings;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Viewer;
import banyan.platform.ids.Ids;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Two copies of a primary: what is shown comes from them, and nobody ever notices. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaTest {
  private static final Ids IDS = new Ids(11, System::currentTimeMillis);
  private static final long KEY = IDS.nextRoot();

  private static Cluster cluster;
  private static Databases databases;
  private static Database notes;

  @BeforeAll
  static void begin() {
    cluster = new Cluster(2);
    databases = open(Duration.ofMillis(500));
    notes = databases.module("scratch");
    await().atMost(Duration.ofSeconds(10)).until(() -> ports(200).equals(copies()));
  }

  @AfterAll
  static void end() {
    databases.close();
    cluster.close();
  }

  @AfterEach
  void everybodyReplays() {
    for (int i = 1; i <= 2; i++) {
      if (cluster.server(i).sql("SELECT pg_is_in_recovery()").equals("t")) {
        cluster.server(i).resumeReplay();
      }
    }
  }

  private static Databases open(Duration lagMax) {
    return new Databases(
        new DataSettings(
            cluster.url(),
            "postgres",
            Cluster.PASSWORD,
            6,
            Duration.ofSeconds(2),
            Duration.ofSeconds(12),
            null,
            cluster.urls(),
            null,
            lagMax,
            Duration.ofMillis(50),
            4),
        IDS,
        JsonMapper.builder().build(),
        new SimpleMeterRegistry());
  }

  private static Set<Integer> copies() {
    return Set.of(cluster.server(1).port(), cluster.server(2).port());
  }

  private static int port(JdbcClient jdbc) {
    return jdbc.sql("SELECT inet_server_port()").query(Integer.class).single();
  }

  private static int read(Viewer viewer) {
    return viewer.bound(() -> notes.read(KEY, ReplicaTest::port));
  }

  /** Where so many requests of nobody in particular read. */
  private static Set<Integer> ports(int requests) {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < requests; i++) {
      ports.add(read(Viewer.anybody()));
    }
    return ports;
  }

  private static void note(long id) {
    notes.change(
        id,
        jdbc ->
            jdbc.sql("INSERT INTO scratch_note (shard, id, text) VALUES (:shard, :id, 'x')")
                .param("shard", Ids.shardOf(id))
                .param("id", id)
                .update());
  }

  private static boolean sees(Viewer viewer, long id) {
    return viewer.bound(() -> notes.read(id, jdbc -> isThere(jdbc, id)));
  }

  private static boolean isThere(JdbcClient jdbc, long id) {
    return jdbc.sql("SELECT 1 FROM scratch_note WHERE shard = :shard AND id = :id")
        .param("shard", Ids.shardOf(id))
        .param("id", id)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  private static String token() {
    return databases.freshToken().orElseThrow();
  }

  @Test
  @Order(1)
  void what_is_shown_comes_from_the_copies_and_what_is_decided_from_the_primary() {
    int primary = cluster.server(0).port();
    assertThat(ports(50)).isEqualTo(copies());
    assertThat(notes.read(KEY, ReplicaTest::port)).as("no request").isEqualTo(primary);
    assertThat(read(Viewer.deciding())).isEqualTo(primary);
    assertThat(read(Viewer.known(null))).as("did not say what he saw").isEqualTo(primary);
    assertThat(read(Viewer.known("0' OR 1"))).as("no token").isEqualTo(primary);
    assertThat(read(Viewer.known("1.ff-fffffffffffffff"))).as("of others").isEqualTo(primary);
    assertThat((int) Viewer.anybody().bound(() -> notes.fresh(KEY, ReplicaTest::port)))
        .isEqualTo(primary);
    assertThat((int) Viewer.anybody().bound(() -> notes.write(KEY, ReplicaTest::port)))
        .isEqualTo(primary);
    List<Integer> oneRequest =
        Viewer.anybody()
            .bound(() -> {
              List<Integer> where = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                where.add(notes.read(KEY, ReplicaTest::port));
                where.add(notes.readEach(ReplicaTest::port).getFirst());
                where.add(notes.snapshot(KEY, jdbc -> notes.read(KEY, ReplicaTest::port)));
              }
              return where;
            });
    assertThat(Set.copyOf(oneRequest)).as("one copy").hasSize(1).isSubsetOf(copies());
    var shared =
        notes.<Long, Integer>sharedRead(
            "where", (jdbc, keys) -> keys.stream().map(k -> port(jdbc)).toList());
    assertThat(copies()).contains(Viewer.anybody().bound(() -> shared.take(KEY, KEY)));
    assertThat(shared.take(KEY, KEY)).isEqualTo(primary);
  }

  @Test
  @Order(2)
  void after_a_change_the_rest_of_the_request_is_fresh() {
    Viewer.anybody()
        .bound(() -> {
          assertThat(copies()).contains(notes.read(KEY, ReplicaTest::port));
          note(IDS.next(KEY));
          assertThat(notes.read(KEY, ReplicaTest::port)).isEqualTo(cluster.server(0).port());
          return true;
        });
  }

  @Test
  @Order(3)
  void whoever_changed_something_sees_it_at_once_though_the_copies_stand_still() {
    String before = token();
    cluster.server(1).pauseReplay();
    cluster.server(2).pauseReplay();
    long id = IDS.next(KEY);
    note(id);
    assertThat(sees(Viewer.known(token()), id)).isTrue();
    assertThat(sees(Viewer.known(before), id)).as("somebody else, from a copy").isFalse();
    assertThat(sees(Viewer.anybody(), id)).as("nobody, from a copy").isFalse();

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ports(20).equals(Set.of(cluster.server(0).port())));
    assertThat(sees(Viewer.anybody(), id)).as("they lag too far now").isTrue();

    cluster.server(2).resumeReplay();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ports(20).equals(Set.of(cluster.server(2).port())));
    assertThat(read(Viewer.known(token()))).isEqualTo(cluster.server(2).port());
    cluster.server(1).resumeReplay();
    await().atMost(Duration.ofSeconds(5)).until(() -> ports(50).equals(copies()));
  }

  @Test
  @Order(4)
  void a_copy_killed_under_reads_fails_nobody_and_is_used_again_when_it_is_back() throws Exception {
    try (Load load = new Load(() -> read(Viewer.anybody()))) {
      load.sees(cluster.server(1).port());
      cluster.server(1).kill();
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> ports(20).equals(Set.of(cluster.server(2).port())));
      cluster.server(1).start();
      load.forget();
      load.sees(cluster.server(1).port());
      assertThat(load.faults()).isEmpty();
      assertThat(load.longestMillis()).isLessThan(3_000);
    }
  }

  @Test
  @Order(5)
  void a_frozen_copy_holds_nobody_up_for_long_and_fails_nobody() {
    try (Load load = new Load(() -> read(Viewer.anybody()))) {
      load.sees(cluster.server(2).port());
      cluster.server(2).freeze();
      try {
        await()
            .atMost(Duration.ofSeconds(8))
            .until(() -> ports(20).equals(Set.of(cluster.server(1).port())));
        load.everybodyGoesOn();
      } finally {
        cluster.server(2).thaw();
      }
      load.forget();
      load.sees(cluster.server(2).port());
      assertThat(load.faults()).isEmpty();
      assertThat(load.longestMillis()).as("two questions without an answer").isLessThan(6_000);
    }
  }

  @Test
  @Order(6)
  void a_query_that_its_copy_cut_off_is_run_again_and_one_that_is_wrong_is_not() {
    AtomicBoolean first = new AtomicBoolean(true);
    int port =
        Viewer.anybody()
            .bound(() ->
                notes.read(
                    KEY,
                    jdbc -> {
                      int here = port(jdbc);
                      if (first.getAndSet(false)) {
                        assertThat(copies()).contains(here);
                        jdbc.sql("SELECT pg_terminate_backend(pg_backend_pid())")
                            .query(Boolean.class)
                            .single();
                      }
                      return here;
                    }));
    assertThat(port).isEqualTo(cluster.server(0).port());

    ConcurrentLinkedQueue<Integer> asked = new ConcurrentLinkedQueue<>();
    assertThat(
            catchThrowable(() ->
                Viewer.anybody()
                    .bound(() ->
                        notes.read(
                            KEY,
                            jdbc -> {
                              asked.add(port(jdbc));
                              return jdbc.sql("SELECT nonsense").query(Integer.class).single();
                            }))))
        .isInstanceOf(DataAccessException.class);
    assertThat(asked).hasSize(1);
    assertThat(
            catchThrowable(() ->
                Viewer.anybody()
                    .bound(() ->
                        notes.read(KEY, jdbc -> jdbc.sql("DELETE FROM scratch_note").update()))))
        .as("what only looks cannot change anything")
        .isNotNull();
  }

  @Test
  @Order(7)
  void a_promoted_copy_is_followed_and_the_old_primary_is_not_written_to_any_more() {
    Set<Long> acknowledged = java.util.concurrent.ConcurrentHashMap.newKeySet();
    try (Load writes =
            new Load(() -> {
              long id = IDS.next(KEY);
              note(id);
              acknowledged.add(id);
              return 1;
            });
        Load reads = new Load(() -> read(Viewer.anybody()))) {
      await().until(() -> acknowledged.size() > 50);
      cluster.server(0).kill();
      int before = reads.done();
      await().atMost(Duration.ofSeconds(5)).until(() -> reads.done() > before + 50);
      cluster.server(1).promote();
      cluster.server(1).sql("ALTER SYSTEM RESET synchronous_standby_names");
      cluster.server(1).sql("SELECT pg_reload_conf()");
      int known = acknowledged.size();
      await().atMost(Duration.ofSeconds(10)).until(() -> acknowledged.size() > known + 20);
      assertThat(writes.faults()).as("503, not 500").allMatch(ReplicaTest::isAway);
      assertThat(reads.faults()).as("what is shown goes on").isEmpty();

      // the copy that is left follows the new primary, and is read again
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> ports(20).equals(Set.of(cluster.server(2).port())));
      long id = IDS.next(KEY);
      note(id);
      assertThat(sees(Viewer.known(token()), id)).isTrue();
    }
    long lost =
        acknowledged.stream().filter(id -> !notes.fresh(id, jdbc -> isThere(jdbc, id))).count();
    assertThat(lost).as("acknowledged and lost").isZero();
  }

  @Test
  @Order(8)
  void an_old_primary_that_comes_back_as_if_nothing_had_happened_gets_nothing() throws Exception {
    cluster.server(0).start();
    assertThat(cluster.server(0).sql("SELECT pg_is_in_recovery()")).isEqualTo("f");
    String there = cluster.server(0).sql("SELECT count(*) FROM scratch_note");
    // new connections would find it first: it stands first in the URL and says it is a primary
    cluster
        .server(1)
        .sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'banyan'");
    List<Throwable> faults = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          try {
            note(IDS.next(KEY));
            return true;
          } catch (RuntimeException fault) {
            faults.add(fault);
            return false;
          }
        });
    for (int i = 0; i < 20; i++) {
      note(IDS.next(KEY));
    }
    assertThat(faults).allMatch(ReplicaTest::isAway);
    assertThat(cluster.server(0).sql("SELECT count(*) FROM scratch_note")).isEqualTo(there);
  }

  /** What becomes 503. */
  private static boolean isAway(Throwable fault) {
    return fault instanceof org.springframework.dao.DataAccessResourceFailureException
        || fault instanceof org.springframework.dao.TransientDataAccessException
        || fault instanceof org.springframework.transaction.CannotCreateTransactionException
        || fault instanceof org.springframework.transaction.TransactionSystemException;
  }
}
