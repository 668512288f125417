package banyan.platform.money;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * The price of one unit, finer than the currency's smallest coin, because some goods cost a tenth
 * of a penny.
 *
 * @param e4 ten-thousandths of a minor unit; £2.55 is 2,550,000; never negative, at most {@link
 *     #E4_MAX}
 * @param currency ISO 4217 code
 */
public record UnitPrice(long e4, String currency) implements Serializable {
  /**
   * A hundred million major units with two places: a line of 100,000 units still fits into 64 bits.
   */
  public static final long E4_MAX = 10_000_000_000L * 10_000;

  private static final BigDecimal E4 = BigDecimal.valueOf(10_000);

  public UnitPrice {
    Currency.getInstance(currency);
    if (e4 < 0 || e4 > E4_MAX) {
      throw new IllegalArgumentException("unit price out of range: " + e4);
    }
  }

  public static UnitPrice of(Money money) {
    return new UnitPrice(Math.multiplyExact(money.amount(), 10_000L), money.currency());
  }

  /**
   * Reads a decimal price in major units, for instance {@code 2.55}.
   *
   * @throws ArithmeticException with more places than a ten-thousandth of the minor unit
   */
  public static UnitPrice parse(String decimal, String currency) {
    int places = Math.max(Currency.getInstance(currency).getDefaultFractionDigits(), 0);
    return new UnitPrice(
        new BigDecimal(decimal).movePointRight(places).multiply(E4).longValueExact(), currency);
  }

  /** The price of a line, rounded once, half to even. */
  public Money times(int quantity) {
    long minor =
        BigDecimal.valueOf(e4)
            .multiply(BigDecimal.valueOf(quantity))
            .divide(E4, 0, RoundingMode.HALF_EVEN)
            .longValueExact();
    return new Money(minor, currency);
  }

  /** This price in whole minor units, rounded half to even: what a price tag shows. */
  public Money rounded() {
    return times(1);
  }
}
