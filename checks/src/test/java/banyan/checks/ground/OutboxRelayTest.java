package banyan.checks.ground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.ground.Ground.Noted;
import banyan.platform.broadcast.Broadcast;
import banyan.platform.broadcast.LocalBroadcast;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Lease;
import banyan.platform.events.OutboxRelay;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

class OutboxRelayTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Ground ground = new Ground(2);
  private final Database scratch = ground.databases().module("scratch");

  @AfterEach
  void close() {
    ground.close();
  }

  private void tell(long key, int number) {
    scratch.change(key, jdbc -> scratch.publish(new Noted(key, number)));
  }

  private List<Integer> heardOf(long key) {
    return scratch.fresh(key, jdbc -> Ground.heardOf(jdbc, key));
  }

  private long outbox() {
    return waiting(scratch);
  }

  private static void hearAll(OutboxRelay relay, Database database) {
    relay.hear(
        "checks.notes",
        database,
        Noted.class,
        (jdbc, notes) -> notes.forEach(note -> Ground.heard(jdbc, note.key(), note.number())));
  }

  @Test
  void an_event_whose_process_died_after_the_commit_arrives_by_the_next_one() {
    long key = Ground.IDS.nextRoot();
    // committed by a process without a relay: it died before it could carry anything
    tell(key, 1);
    tell(key, 2);
    assertThat(outbox()).isEqualTo(2);
    try (Databases next = ground.another()) {
      OutboxRelay relay = Ground.relay(next, "next");
      hearAll(relay, next.module("scratch"));
      relay.start();
      await().atMost(SOON).until(() -> outbox() == 0);
      relay.stop();
    }
    assertThat(heardOf(key)).containsExactly(1, 2);
  }

  @Test
  void a_change_that_is_rolled_back_tells_nothing() {
    long key = Ground.IDS.nextRoot();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() ->
                scratch.change(
                    key,
                    jdbc -> {
                      scratch.publish(new Noted(key, 1));
                      throw new IllegalStateException("no");
                    })))
        .hasMessage("no");
    assertThat(outbox()).isZero();
  }

  @Test
  void events_of_one_key_arrive_in_order_and_each_once_though_two_relays_carry() {
    long[] keys = LongStream.range(0, 20).map(i -> Ground.IDS.nextRoot()).toArray();
    try (Databases other = ground.another()) {
      OutboxRelay one = Ground.relay(ground.databases(), "one");
      OutboxRelay two = Ground.relay(other, "two");
      hearAll(one, scratch);
      hearAll(two, other.module("scratch"));
      one.start();
      two.start();
      for (int number = 1; number <= 40; number++) {
        for (long key : keys) {
          tell(key, number);
        }
      }
      await().atMost(SOON).until(() -> outbox() == 0);
      one.stop();
      two.stop();
    }
    List<Integer> all = IntStream.rangeClosed(1, 40).boxed().toList();
    for (long key : keys) {
      assertThat(heardOf(key)).isEqualTo(all);
    }
  }

  /**
   * Modules of one database have a lease each, and one relay may hold this and the other that one.
   */
  @Test
  void who_holds_the_lease_of_one_module_leaves_those_of_others_alone() {
    Database elsewhere = ground.databases().module("elsewhere");
    Queue<String> carried = new ConcurrentLinkedQueue<>();
    LocalBroadcast broadcast = new LocalBroadcast();
    try (Databases other = ground.another()) {
      other.module("scratch");
      other.module("elsewhere");
      OutboxRelay one = Ground.relay(ground.databases(), broadcast, "one");
      OutboxRelay two = Ground.relay(other, broadcast, "two");
      one.drive("checks.one", Noted.class, all -> all.forEach(n -> carried.add("one " + n)));
      two.drive("checks.two", Noted.class, all -> all.forEach(n -> carried.add("two " + n)));
      elsewhere.each(jdbc -> Lease.hold(jdbc, "elsewhere", "relay", "one"));
      scratch.each(jdbc -> Lease.hold(jdbc, "scratch", "relay", "two"));
      one.start();
      two.start();
      for (int number = 0; number < 30; number++) {
        Noted here = new Noted(Ground.IDS.nextRoot(), number);
        elsewhere.change(here.key(), jdbc -> elsewhere.publish(here));
        tell(Ground.IDS.nextRoot(), 100 + number);
        await().atMost(SOON).until(() -> outbox() == 0 && waiting(elsewhere) == 0);
      }
      one.stop();
      two.stop();
    }
    assertThat(carried).hasSize(60);
    assertThat(carried).filteredOn(word -> word.startsWith("one")).hasSize(30);
  }

  @Test
  void the_holder_of_a_lease_is_told_of_commits_by_other_processes() {
    LocalBroadcast broadcast = new LocalBroadcast();
    Queue<String> told = new ConcurrentLinkedQueue<>();
    broadcast.listen(
        "events",
        new Broadcast.Listener() {
          @Override
          public void heard(List<String> modules) {
            told.addAll(modules);
          }

          @Override
          public void missed() {
            throw new AssertionError("nothing was lost");
          }
        });
    Queue<Noted> carried = new ConcurrentLinkedQueue<>();
    try (Databases other = ground.another()) {
      OutboxRelay one = Ground.relay(ground.databases(), broadcast, "one");
      OutboxRelay two = Ground.relay(other, broadcast, "two");
      other.module("scratch").each(jdbc -> Lease.hold(jdbc, "scratch", "relay", "two"));
      two.drive("checks.two", Noted.class, carried::addAll);
      one.start();
      two.start();
      for (int number = 1; number <= 5; number++) {
        int all = number;
        tell(Ground.IDS.nextRoot(), number);
        await().atMost(SOON).until(() -> carried.size() == all && told.size() >= all);
      }
      one.stop();
      two.stop();
    }
    assertThat(told).containsOnly("scratch");
  }

  private static long waiting(Database database) {
    return database.each(jdbc -> Ground.count(jdbc, database.module() + "_outbox")).stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  @Test
  void a_crash_between_the_consumers_commit_and_the_deletion_changes_nothing() {
    long key = Ground.IDS.nextRoot();
    tell(key, 1);
    copyOutboxAside();
    OutboxRelay relay = Ground.relay(ground.databases(), "one");
    hearAll(relay, scratch);
    relay.start();
    await().atMost(SOON).until(() -> outbox() == 0);
    // the row is there again, as if the relay had died before it could delete it
    putOutboxBack();
    await().atMost(SOON).until(() -> outbox() == 0);
    relay.stop();
    assertThat(heardOf(key)).containsExactly(1);
  }

  private void copyOutboxAside() {
    scratch.each(jdbc -> jdbc.sql("CREATE TABLE aside AS SELECT * FROM scratch_outbox").update());
  }

  private void putOutboxBack() {
    scratch.each(jdbc ->
        jdbc.sql(
                """
                INSERT INTO scratch_outbox (shard, key, event_id, type, payload)
                SELECT shard, key, event_id, type, payload FROM aside
                """)
            .update());
  }

  @Test
  void a_poison_event_is_parked_after_five_tries_and_all_others_go_on() {
    long key = Ground.IDS.nextRoot();
    long other = Ground.IDS.nextRoot();
    AtomicInteger tries = new AtomicInteger();
    OutboxRelay relay = Ground.relay(ground.databases(), "one");
    relay.hear(
        "checks.picky",
        scratch,
        Noted.class,
        (jdbc, notes) -> notes.forEach(note -> hearUnlessPoison(jdbc, note, key, tries)));
    tell(key, 1);
    tell(key, 13);
    tell(key, 3);
    tell(other, 1);
    tell(other, 2);
    relay.start();
    await().atMost(SOON).until(() -> heardOf(other).size() == 2);
    assertThat(heardOf(key)).as("what is behind the poison waits").containsExactly(1);
    await().atMost(Duration.ofSeconds(40)).until(() -> relay.undelivered(10).size() == 1);
    await().atMost(SOON).until(() -> heardOf(key).size() == 2);
    relay.stop();
    assertThat(heardOf(key)).containsExactly(1, 3);
    assertThat(heardOf(other)).containsExactly(1, 2);
    assertThat(relay.undelivered(10).getFirst()).contains("checks.picky").contains("Noted");
    assertThat(outbox()).isOne();
    // once with the others and once alone in each of five passes
    assertThat(tries).hasValueBetween(5, 10);
  }

  private static void hearUnlessPoison(
      JdbcClient jdbc, Noted note, long poisonKey, AtomicInteger tries) {
    if (note.key() == poisonKey && note.number() == 13) {
      tries.incrementAndGet();
      throw new AssertionError("cannot digest \0 13");
    }
    Ground.heard(jdbc, note.key(), note.number());
  }

  @Test
  void a_database_that_is_away_for_long_costs_no_event_a_try() {
    long key = Ground.IDS.nextRoot();
    AtomicInteger tries = new AtomicInteger();
    OutboxRelay relay = Ground.relay(ground.databases(), "one");
    ConcurrentLinkedQueue<Integer> driven = new ConcurrentLinkedQueue<>();
    relay.drive(
        "checks.driver",
        Noted.class,
        notes -> {
          if (tries.incrementAndGet() <= 16) {
            throw new DataAccessResourceFailureException("away");
          }
          notes.forEach(note -> driven.add(note.number()));
        });
    tell(key, 1);
    relay.start();
    await().atMost(Duration.ofSeconds(40)).until(() -> outbox() == 0);
    relay.stop();
    assertThat(driven).containsExactly(1);
    assertThat(relay.undelivered(10)).isEmpty();
  }

  @Test
  void an_event_is_heard_where_the_consumers_rows_lie() {
    long buyer = Ground.IDS.next(3);
    long seller = Ground.IDS.next(1000);
    OutboxRelay relay = Ground.relay(ground.databases(), "one");
    relay.hear(
        "checks.seller",
        scratch,
        Noted.class,
        note -> seller,
        (jdbc, notes) -> notes.forEach(note -> Ground.heard(jdbc, seller, note.number())));
    tell(buyer, 1);
    relay.start();
    await().atMost(SOON).until(() -> outbox() == 0);
    relay.stop();
    assertThat(heardOf(seller)).containsExactly(1);
    assertThat(scratch.each(jdbc -> Ground.count(jdbc, "scratch_inbox"))).containsExactly(0L, 1L);
  }
}
