package banyan.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The limit by itself, against servers made of arithmetic and a clock that is told the time. */
class AdaptiveLimitTest {
  static final AdmissionSettings SETTINGS =
      new AdmissionSettings(
          Duration.ofMillis(100),
          12,
          48,
          400,
          256,
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10));

  private long now;
  private final AdaptiveLimit limit = new AdaptiveLimit(SETTINGS, now);

  /**
   * A server that answers so many a second and is kept full: each answer takes what Little's law
   * says, and never less than its work.
   */
  private void run(Urgency urgency, double perSecond, double workMillis, int offered, int seconds) {
    long end = now + TimeUnit.SECONDS.toNanos(seconds);
    while (now < end) {
      int inside = (int) Math.min(limit.limit(), offered);
      double rate = Math.min(perSecond, inside / workMillis * 1e3);
      long took = (long) (inside / rate * 1e9);
      now += (long) (1e9 / rate);
      limit.answered(urgency, took, inside, now);
    }
  }

  @Test
  void a_full_house_takes_in_what_it_answers_within_the_target() {
    run(Urgency.CHECKOUT, 300, 5, 10_000, 30);
    assertThat(limit.limit()).isBetween(25.0, 36.0);
    run(Urgency.CHECKOUT, 2_000, 5, 10_000, 30);
    assertThat(limit.limit()).isBetween(170.0, 240.0);
    run(Urgency.CHECKOUT, 300, 5, 10_000, 30);
    assertThat(limit.limit()).isBetween(25.0, 36.0);
  }

  @Test
  void a_house_with_few_guests_learns_nothing_from_their_number() {
    run(Urgency.BROWSE, 5_000, 2, 10, 60);
    assertThat(limit.limit()).isEqualTo(48);
  }

  @Test
  void it_never_leaves_its_bounds() {
    run(Urgency.PAY, 5, 200, 10_000, 60);
    assertThat(limit.limit()).isEqualTo(12);
    run(Urgency.PAY, 1e5, 1, 10_000, 60);
    assertThat(limit.limit()).isEqualTo(400);
  }

  @Test
  void one_request_that_hangs_for_a_minute_does_not_close_the_house() {
    run(Urgency.BROWSE, 2_000, 5, 10_000, 30);
    double before = limit.limit();
    limit.answered(Urgency.BROWSE, TimeUnit.MINUTES.toNanos(1), 150, now);
    run(Urgency.BROWSE, 2_000, 5, 10_000, 1);
    assertThat(limit.limit()).isGreaterThan(before * 0.8);
  }

  @Test
  void background_work_may_take_as_long_as_it_takes() {
    run(Urgency.BACKGROUND, 1, 10_000, 10, 60);
    assertThat(limit.limit()).isEqualTo(48);
  }

  @Test
  void bounds_that_contradict_each_other_are_refused() {
    assertThatThrownBy(() ->
            new AdmissionSettings(
                Duration.ofMillis(100),
                50,
                48,
                400,
                256,
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
