package banyan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.bench.Node.Count;
import banyan.bench.Step.Growth;
import banyan.bench.Step.Lap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepTest {
  private static final double QUOTA = 0.15;
  private static final Count AT_ITS_QUOTA = new Count(100, 95, 8, 1.49);
  private static final Count EASY = new Count(80, 10, 0.2, 0.6);

  @Test
  void whoIsThrottledMostAndHasUsedItsQuotaBinds() {
    Step step =
        step(1, lap(100, Map.of("app1", AT_ITS_QUOTA, "database", EASY)), lap(110, Map.of()));

    assertThat(step.perSecond()).isEqualTo(105);
    assertThat(step.low()).isEqualTo(100);
    assertThat(step.gain()).isEqualTo(2.1);
    assertThat(step(1, lap(100, Map.of("app1", AT_ITS_QUOTA, "database", EASY))).binds())
        .isEqualTo("app1");
  }

  @Test
  void withoutThrottlingItWasStarved() {
    Count free = new Count(100, 0, 0, 1.4);

    assertThat(step(1, lap(100, Map.of("app1", free))).binds())
        .contains("nr_throttled is 0")
        .contains("starved (machine 90 % busy)");
  }

  @Test
  void whoIsThrottledButCouldNotUseItsQuotaDoesNotBind() {
    assertThat(step(1, lap(100, Map.of("app1", new Count(100, 95, 8, 0.9)))).binds())
        .startsWith("nothing quite; most often app1, throttled in 95 %");
    assertThat(step(1, lap(100, Map.of("app1", EASY))).binds()).startsWith("nothing quite");
  }

  @Test
  void oneErrorAndAllCountsNothing() {
    Lap bad = new Lap(0, Map.of("503 overloaded", 1L), 1, 2, 10, 0.9, Map.of());

    Step step = step(1, lap(100, Map.of()), bad, lap(100, Map.of()));

    assertThat(step.perSecond()).isZero();
    assertThat(step.lines()).anyMatch(line -> line.contains("counts 0: 1 × 503 overloaded"));
  }

  @Test
  void aLawTakesThreeSizesWithoutErrors() {
    Step one = step(1, lap(100, Map.of()));
    Step two = step(2, lap(190, Map.of()));
    Step three = step(3, lap(270, Map.of()));
    Lap bad = new Lap(0, Map.of("connection: EOFException", 1L), 1, 2, 10, 0.9, Map.of());

    Growth whole = Growth.of(List.of(three, two, one));
    Growth spoilt = Growth.of(List.of(three, two, step(1, bad)));

    assertThat(whole.law()).isNotNull();
    assertThat(whole.line()).contains("X(K) = 100.0 K");
    assertThat(spoilt.law()).isNull();
    assertThat(spoilt.line()).contains("no law");
    assertThat(LadderChart.of("figures", List.of(one, two), List.of(whole, spoilt)))
        .contains("polyline")
        .contains("(2.00 ×)")
        .endsWith("</svg>\n");
  }

  private static Step step(int apps, Lap... laps) {
    return Step.of("01-separate-database", "taobao", apps, List.of(laps), 50.0, QUOTA);
  }

  private static Lap lap(double perSecond, Map<String, Count> nodes) {
    return new Lap(perSecond, Map.of(), 1, 2, 10, 0.9, nodes);
  }
}
