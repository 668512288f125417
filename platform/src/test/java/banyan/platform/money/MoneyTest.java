package banyan.platform.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoneyTest {
  /** Give it again with {@code -Dseed=…} to replay a failure. */
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @Test
  void the_parts_of_a_split_sum_to_the_whole_and_none_is_a_unit_away_from_its_share() {
    System.out.println("MoneyTest seed " + SEED);
    Random random = new Random(SEED);
    for (int round = 0; round < 5_000; round++) {
      long amount = random.nextInt(8) == 0 ? random.nextLong() : random.nextLong(-10_000, 10_000);
      List<Long> weights = new ArrayList<>();
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        weights.add(random.nextInt(3) == 0 ? 0 : random.nextLong(1L << random.nextInt(1, 62)));
      }
      List<Long> parts = Money.split(amount, weights);
      BigDecimal total = sum(weights);
      assertThat(sum(parts)).isEqualByComparingTo(BigDecimal.valueOf(amount));
      for (int i = 0; total.signum() > 0 && i < parts.size(); i++) {
        BigDecimal share =
            BigDecimal.valueOf(amount)
                .multiply(BigDecimal.valueOf(weights.get(i)))
                .divide(total, new MathContext(60));
        assertThat(BigDecimal.valueOf(parts.get(i)).subtract(share).abs())
            .as("amount %s weights %s seed %s", amount, weights, SEED)
            .isLessThan(BigDecimal.ONE);
      }
    }
  }

  private static BigDecimal sum(List<Long> numbers) {
    return numbers.stream().map(BigDecimal::valueOf).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Test
  void a_weight_of_nothing_gets_nothing() {
    assertThat(Money.split(100, List.of(0L, 1L, 0L, 2L))).containsExactly(0L, 33L, 0L, 67L);
    assertThat(Money.split(-100, List.of(1L, 1L, 1L))).containsExactly(-34L, -33L, -33L);
    assertThat(Money.split(5, List.of(0L, 0L))).containsExactly(5L, 0L);
  }

  @Test
  void the_smallest_number_can_be_split() {
    assertThat(Money.split(Long.MIN_VALUE, List.of(1L, 0L))).containsExactly(Long.MIN_VALUE, 0L);
    assertThat(sum(Money.split(Long.MIN_VALUE, List.of(1L, 1L, 1L))))
        .isEqualByComparingTo(BigDecimal.valueOf(Long.MIN_VALUE));
  }

  @Test
  void weights_must_make_sense() {
    assertThatThrownBy(() -> Money.split(1, List.of())).hasMessageContaining("one or more");
    assertThatThrownBy(() -> Money.split(1, List.of(1L, -1L))).hasMessageContaining("negative");
  }

  @Test
  void currencies_do_not_mix_and_sums_do_not_wrap() {
    Money pound = new Money(1, "GBP");
    assertThatThrownBy(() -> pound.plus(new Money(1, "EUR"))).hasMessageContaining("cannot mix");
    assertThatThrownBy(() -> pound.plus(new Money(Long.MAX_VALUE, "GBP")))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Money(1, "XXQ")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_line_is_rounded_once() {
    UnitPrice tenth = UnitPrice.parse("0.001", "GBP");
    assertThat(tenth.times(80_995)).isEqualTo(new Money(8_100, "GBP"));
    assertThat(tenth.times(5)).isEqualTo(Money.zero("GBP"));
    assertThat(UnitPrice.parse("2.5", "JPY").times(2)).isEqualTo(new Money(5, "JPY"));
    assertThat(UnitPrice.parse("2.55", "GBP").e4()).isEqualTo(2_550_000);
  }
}
