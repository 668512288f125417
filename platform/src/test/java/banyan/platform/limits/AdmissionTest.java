package banyan.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.platform.limits.Admission.Entry;
import banyan.platform.limits.Admission.Ticket;
import banyan.platform.limits.Admission.TurnedAway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final AtomicLong now = new AtomicLong();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Admission door = new Admission(AdaptiveLimitTest.SETTINGS, meters, now::get);

  private Entry enter(Urgency urgency) {
    return door.enter(urgency, LONG);
  }

  /** Lets so many in who must not have to wait. */
  private List<Ticket> fill(Urgency urgency, int count) {
    List<Ticket> tickets = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> tickets.add((Ticket) enter(urgency)));
    return tickets;
  }

  private CompletableFuture<Entry> waiting(Urgency urgency) {
    double before = waiting();
    CompletableFuture<Entry> entry = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> entry.complete(enter(urgency)));
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (waiting() == before && !entry.isDone() && System.nanoTime() < giveUp) {
      Thread.onSpinWait();
    }
    return entry;
  }

  private double waiting() {
    return meters.get("gate.waiting").gauge().value();
  }

  private double inside() {
    return meters.get("gate.inside").gauge().value();
  }

  @Test
  void less_urgent_requests_fill_their_part_and_the_rest_is_kept_for_the_others() {
    fill(Urgency.BROWSE, 34);
    CompletableFuture<Entry> next = waiting(Urgency.BROWSE);
    fill(Urgency.CHECKOUT, 10);
    fill(Urgency.PAY, 4);
    assertThat(next.join()).isInstanceOf(TurnedAway.class);
    assertThat(inside()).isEqualTo(48);
  }

  @Test
  void whoever_is_more_urgent_goes_first_and_otherwise_whoever_came_first() {
    List<Ticket> inside = fill(Urgency.PAY, 48);
    fill(Urgency.CHECKOUT, 4);
    CompletableFuture<Entry> first = waiting(Urgency.CHECKOUT);
    CompletableFuture<Entry> second = waiting(Urgency.CHECKOUT);
    CompletableFuture<Entry> urgent = waiting(Urgency.PAY);
    inside.subList(0, 5).forEach(Ticket::close);
    assertThat(urgent.join()).isInstanceOf(Ticket.class);
    assertThat(first.isDone()).isFalse();
    inside.subList(5, 10).forEach(Ticket::close);
    assertThat(first.join()).isInstanceOf(Ticket.class);
    assertThat(second.join()).isInstanceOf(TurnedAway.class);
  }

  @Test
  void every_class_has_a_few_places_that_nobody_takes() {
    fill(Urgency.PAY, 48);
    fill(Urgency.CHECKOUT, 4);
    fill(Urgency.BROWSE, 4);
    fill(Urgency.BACKGROUND, 1);
    assertThat(inside()).isEqualTo(57);
  }

  @Test
  void a_line_that_stays_is_cut_short_and_the_rest_is_told_at_once() {
    fill(Urgency.CHECKOUT, 44);
    List<CompletableFuture<Entry>> patient =
        IntStream.range(0, 20).mapToObj(i -> waiting(Urgency.CHECKOUT)).toList();
    assertThat(patient).noneMatch(CompletableFuture::isDone);
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(501));
    long start = System.nanoTime();
    assertThat(enter(Urgency.CHECKOUT)).isInstanceOf(TurnedAway.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
    assertThat(patient).noneMatch(CompletableFuture::isDone);
    assertThat(meters.get("admission.rejected").tag("class", "checkout").counter().count())
        .isEqualTo(1);
  }

  @Test
  void in_a_full_line_the_least_urgent_who_came_last_makes_room() {
    fill(Urgency.PAY, 48);
    fill(Urgency.BROWSE, 4);
    List<CompletableFuture<Entry>> lookers =
        IntStream.range(0, 20).mapToObj(i -> waiting(Urgency.BROWSE)).toList();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(501));
    CompletableFuture<Entry> payer = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> payer.complete(enter(Urgency.PAY)));
    assertThat(lookers.getLast().join()).isInstanceOf(TurnedAway.class);
    assertThat(lookers.getFirst().isDone()).isFalse();
    assertThat(payer.join()).as("nobody left in time").isInstanceOf(TurnedAway.class);
  }

  @Test
  void who_has_no_time_left_does_not_wait() {
    fill(Urgency.CHECKOUT, 44);
    assertThat(door.enter(Urgency.CHECKOUT, Duration.ZERO)).isInstanceOf(TurnedAway.class);
    long start = System.nanoTime();
    assertThat(door.enter(Urgency.CHECKOUT, Duration.ofMillis(30))).isInstanceOf(TurnedAway.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void after_a_rush_with_every_kind_of_end_nobody_is_inside_and_nobody_waits() {
    MeterRegistry own = new SimpleMeterRegistry();
    Admission small = new Admission(AdaptiveLimitTest.SETTINGS, own);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3_000; i++) {
        Urgency urgency = Urgency.values()[i % 4];
        Duration most = Duration.ofMillis(i % 50);
        var task =
            threads.submit(() -> {
              if (small.enter(urgency, most) instanceof Ticket ticket) {
                try (ticket) {
                  TimeUnit.MICROSECONDS.sleep(500);
                  ticket.close();
                }
              }
              return urgency;
            });
        if (i % 7 == 0) {
          task.cancel(true);
        }
      }
    }
    assertThat(own.get("gate.waiting").gauge().value()).isZero();
    assertThat(own.get("gate.inside").gauge().value()).isZero();
  }

  @Test
  void a_brown_out_needs_a_lasting_overload_and_ends_after_a_lasting_calm() {
    List<Ticket> inside = fill(Urgency.CHECKOUT, 44);
    for (int second = 0; second < 3; second++) {
      door.enter(Urgency.CHECKOUT, Duration.ZERO);
      assertThat(door.brownedOut()).as("second " + second).isFalse();
      now.addAndGet(TimeUnit.MILLISECONDS.toNanos(990));
    }
    door.enter(Urgency.CHECKOUT, Duration.ZERO);
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
    assertThat(door.brownedOut()).isTrue();
    inside.forEach(Ticket::close);
    now.addAndGet(TimeUnit.SECONDS.toNanos(5));
    assertThat(door.brownedOut()).isTrue();
    now.addAndGet(TimeUnit.SECONDS.toNanos(9));
    assertThat(door.brownedOut()).isTrue();
    now.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(door.brownedOut()).isFalse();
  }
}
