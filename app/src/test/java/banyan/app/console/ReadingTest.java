package banyan.app.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Percentiles are of the time between two readings, from buckets that Prometheus sees too. */
class ReadingTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry, Clock.systemUTC());
  private final Traffic traffic = new Traffic(registry);

  private Reading.Timed views() {
    return Objects.requireNonNull(meters.read().operations().get("view"));
  }

  @Test
  void the_percentiles_are_those_of_the_requests_in_between() {
    assertThat(traffic).isNotNull();
    Timer views = registry.get(Traffic.TIMER).tag(Traffic.CLASS, "view").timer();
    for (int i = 0; i < 1_000; i++) {
      views.record(Duration.ofMillis(1));
    }
    Reading.Timed before = views();
    for (int i = 0; i < 90; i++) {
      views.record(Duration.ofMillis(20));
    }
    for (int i = 0; i < 10; i++) {
      views.record(Duration.ofMillis(800));
    }

    Reading.Timed between = views().since(before);

    assertThat(between.count()).isEqualTo(100);
    assertThat(between.millis(0.5)).isCloseTo(20, withPercentage(25));
    assertThat(between.millis(0.99)).isCloseTo(800, withPercentage(25));
  }

  @Test
  void without_requests_there_is_no_latency() {
    assertThat(views().millis(0.99)).isZero();
  }
}
