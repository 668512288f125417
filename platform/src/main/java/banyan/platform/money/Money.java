package banyan.platform.money;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An amount of money.
 *
 * @param amount in minor units of the currency (pence, yen, fils); may be negative
 * @param currency ISO 4217 code
 */
public record Money(long amount, String currency) implements Serializable {
  public Money {
    Currency.getInstance(currency);
  }

  public static Money zero(String currency) {
    return new Money(0, currency);
  }

  /**
   * @throws IllegalArgumentException when the currencies differ
   * @throws ArithmeticException beyond 64 bits
   */
  public Money plus(Money other) {
    sameCurrency(other);
    return new Money(Math.addExact(amount, other.amount), currency);
  }

  /** For people who read logs, for instance {@code 12.50 GBP}. */
  public String text() {
    int places = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    return BigDecimal.valueOf(amount, places).toPlainString() + " " + currency;
  }

  /**
   * @throws IllegalArgumentException when the currencies differ
   * @throws ArithmeticException beyond 64 bits
   */
  public Money minus(Money other) {
    sameCurrency(other);
    return new Money(Math.subtractExact(amount, other.amount), currency);
  }

  /**
   * Splits this amount in proportion to the weights by largest remainder: the parts always sum to
   * the whole, and no part is a unit away from its exact share. With all weights zero the first
   * part takes everything.
   *
   * @param weights at least one, none negative
   */
  public List<Money> split(List<Long> weights) {
    return split(amount, weights).stream().map(part -> new Money(part, currency)).toList();
  }

  /** {@link #split(List)} on bare minor units. */
  public static List<Long> split(long amount, List<Long> weights) {
    if (weights.isEmpty() || weights.stream().anyMatch(weight -> weight < 0)) {
      throw new IllegalArgumentException("weights must be one or more, none negative: " + weights);
    }
    var total = java.math.BigInteger.ZERO;
    for (long weight : weights) {
      total = total.add(java.math.BigInteger.valueOf(weight));
    }
    if (total.signum() == 0) {
      List<Long> parts = new ArrayList<>(java.util.Collections.nCopies(weights.size(), 0L));
      parts.set(0, amount);
      return parts;
    }
    long[] part = new long[weights.size()];
    var remainder = new java.math.BigInteger[weights.size()];
    long left = amount;
    for (int i = 0; i < part.length; i++) {
      var share =
          java.math.BigInteger.valueOf(amount)
              .abs()
              .multiply(java.math.BigInteger.valueOf(weights.get(i)))
              .divideAndRemainder(total);
      part[i] =
          share[0].multiply(java.math.BigInteger.valueOf(Long.signum(amount))).longValueExact();
      remainder[i] = share[1];
      left -= part[i];
    }
    int[] byRemainder =
        IntStream.range(0, part.length)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> remainder[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; left != 0; i++) {
      part[byRemainder[i]] += Long.signum(left);
      left -= Long.signum(left);
    }
    return java.util.Arrays.stream(part).boxed().toList();
  }

  private void sameCurrency(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("cannot mix " + currency + " and " + other.currency);
    }
  }
}
