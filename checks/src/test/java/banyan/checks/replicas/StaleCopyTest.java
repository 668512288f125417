package banyan.checks.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.platform.data.DataSettings;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Viewer;
import banyan.platform.ids.Ids;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** A copy that stands still is read only as long as it may lag, and never without its tables. */
class StaleCopyTest {
  private static final Ids IDS = new Ids(12, System::currentTimeMillis);
  private static final long KEY = IDS.nextRoot();

  private static Cluster cluster;

  @BeforeAll
  static void begin() {
    cluster = new Cluster(1);
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static Databases open(Duration lagMax, Duration probe) {
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
            probe,
            4),
        IDS,
        JsonMapper.builder().build(),
        new SimpleMeterRegistry());
  }

  private static int reads(Database database) {
    return Viewer.anybody()
        .bound(() ->
            database.read(
                KEY, jdbc -> jdbc.sql("SELECT inet_server_port()").query(Integer.class).single()));
  }

  private static void awaitTheCopy(Database database) {
    await().atMost(Duration.ofSeconds(10)).until(() -> reads(database) == cluster.server(1).port());
  }

  private static boolean hasNotes(JdbcClient jdbc) {
    return !jdbc.sql("SELECT 1 FROM scratch_note LIMIT 1").query(Integer.class).list().isEmpty();
  }

  @Test
  void a_process_that_finds_everything_migrated_reads_no_copy_that_has_not_come_so_far() {
    Duration patience = Duration.ofMinutes(1);
    try (Databases first = open(patience, Duration.ofMillis(50));
        Databases second = open(patience, Duration.ofMillis(50))) {
      awaitTheCopy(second.module("elsewhere"));
      cluster.server(1).pauseReplay();
      first.module("scratch");
      Database found = second.module("scratch");
      assertThat(reads(found))
          .as("the other one has migrated, and the copy does not have its tables yet")
          .isEqualTo(cluster.server(0).port());
      cluster.server(1).resumeReplay();
      awaitTheCopy(found);
    }
  }

  /** Asked seldom where it is, the primary is soon further than it said. */
  @Test
  void whoever_asks_later_than_a_copy_may_lag_is_shown_every_change() {
    Duration lagMax = Duration.ofMillis(2_500);
    try (Databases databases = open(lagMax, Duration.ofSeconds(1))) {
      Database notes = databases.module("scratch");
      awaitTheCopy(notes);
      cluster.server(1).pauseReplay();
      long id = IDS.next(KEY);
      notes.change(
          id,
          jdbc ->
              jdbc.sql("INSERT INTO scratch_note (shard, id, text) VALUES (:shard, :id, 'x')")
                  .param("shard", Ids.shardOf(id))
                  .param("id", id)
                  .update());
      long changed = System.nanoTime();
      long lastOld = changed;
      for (long asked = changed;
          !Viewer.anybody().bound(() -> notes.read(id, StaleCopyTest::hasNotes));
          asked = System.nanoTime()) {
        lastOld = asked;
        assertThat(asked - changed).as("it is never shown").isLessThan(10_000_000_000L);
      }
      cluster.server(1).resumeReplay();
      assertThat(Duration.ofNanos(lastOld - changed))
          .as("the last one who was shown what was there before asked")
          .isPositive()
          .isLessThanOrEqualTo(lagMax);
    }
  }
}
