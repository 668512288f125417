package banyan.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class ClimbTest {
  private int tries;

  /**
   * @param shop whether it keeps a rate at its so many-th try, counted from 1
   */
  private double search(double from, BiPredicate<Double, Integer> shop) {
    Climb climb = new Climb(from);
    tries = 0;
    while (climb.goesOn()) {
      tries++;
      climb.went(shop.test(climb.rate(), tries));
    }
    return climb.highest();
  }

  @Test
  void finds_what_a_steady_shop_keeps() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1_000; i++) {
      double capacity = random.nextDouble(2, 100_000);
      double from = random.nextDouble(2, 100_000);
      assertThat(search(from, (rate, n) -> rate <= capacity))
          .as("capacity %s from %s", capacity, from)
          .isBetween(capacity * 0.9, capacity);
      assertThat(tries).isLessThan(40);
    }
  }

  @Test
  void goes_on_when_the_shop_has_become_warm() {
    assertThat(search(200, (rate, n) -> rate <= (n < 5 ? 290 : 680))).isBetween(612.0, 680.0);
  }

  @Test
  void one_pause_does_not_decide() {
    for (int pause = 1; pause < 12; pause++) {
      int at = pause;
      assertThat(search(100, (rate, n) -> rate <= 900 && n != at))
          .as("pause at try %d", pause)
          .isBetween(810.0, 900.0);
    }
  }

  @Test
  void a_shop_that_keeps_nothing_has_none() {
    assertThat(search(100, (rate, n) -> false)).isZero();
  }
}
