package banyan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import banyan.bench.Usl.Point;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UslTest {
  private static final List<Integer> SIZES = List.of(1, 2, 3);

  @ParameterizedTest
  @CsvSource({"100, 0.03, 0.0002", "7.5, 0.4, 0.02", "1200, 0, 0", "50, 0, 0.1", "50, 0.9, 0"})
  void findsWhatThePointsWereMadeOf(double g, double a, double b) {
    Usl made = new Usl(g, a, b);
    List<Point> points = SIZES.stream().map(nodes -> new Point(nodes, made.at(nodes))).toList();

    Usl found = Usl.fit(points);

    assertThat(found.g()).isCloseTo(g, within(g * 1e-5));
    assertThat(found.a()).isCloseTo(a, within(1e-5));
    assertThat(found.b()).isCloseTo(b, within(1e-5));
    assertThat(found.worst(points)).isLessThan(1e-5);
  }

  @Test
  void aFewPercentOfNoiseMoveItLittleWhenThereAreManySizes() {
    Usl made = new Usl(100, 0.03, 0.0002);
    SplittableRandom random = new SplittableRandom(7);
    List<Point> points =
        IntStream.of(1, 2, 4, 8, 16, 32)
            .boxed()
            .flatMap(nodes -> Stream.of(nodes, nodes, nodes))
            .map(nodes -> new Point(nodes, made.at(nodes) * (0.99 + random.nextDouble() / 50)))
            .toList();

    Usl found = Usl.fit(points);

    assertThat(found.a()).isCloseTo(0.03, within(0.005));
    assertThat(found.b()).isCloseTo(0.0002, within(0.0001));
    assertThat(found.worst(points)).isBetween(0.001, 0.03);
  }

  @Test
  void betterThanLinearIsNoContentionBelowNought() {
    Usl found = Usl.fit(List.of(new Point(1, 100), new Point(2, 230), new Point(3, 350)));

    assertThat(found.a()).isZero();
    assertThat(found.b()).isZero();
    assertThat(found.peak()).isInfinite();
    assertThat(found.worst(List.of(new Point(1, 100)))).isGreaterThan(0.05);
  }

  @Test
  void twoSizesAreNotEnoughForThreeUnknowns() {
    assertThatThrownBy(() -> Usl.fit(List.of(new Point(1, 10), new Point(2, 19), new Point(2, 18))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Usl.fit(List.of(new Point(1, 10), new Point(2, 19), new Point(3, 0))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
