package banyan.business.pricing;

import banyan.platform.money.Money;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A coupon as its row has it.
 *
 * @param sellerId who gives it and pays for it; {@link #PLATFORM} for the house
 * @param basisPoints of the goods, in hundredths of a percent; null for a fixed amount
 * @param amount fixed, in minor units; null for a percentage
 * @param minimum worth of the covered goods from which it can be used
 * @param currency of amount and minimum; null when it has neither
 * @param usesMax trades that may use it; null for any number
 * @param used trades that have
 */
record Coupon(
    long couponId,
    long sellerId,
    String code,
    @Nullable Integer basisPoints,
    @Nullable Long amount,
    long minimum,
    @Nullable String currency,
    @Nullable Integer usesMax,
    @Nullable Integer usesPerBuyerMax,
    Instant startsAt,
    @Nullable Instant endsAt,
    int used) {
  /** The seller of the house's own coupons. */
  static final long PLATFORM = 0;

  /** Buyers type codes as they like. */
  static String normal(String code) {
    return code.strip().toUpperCase(Locale.ROOT);
  }

  /**
   * Why this coupon cannot be used, or null when it can.
   *
   * @param usedByBuyer how often this buyer has used it
   * @param goods the goods it covers
   */
  @Nullable String refusal(Instant at, int usedByBuyer, Money goods) {
    if (at.isBefore(startsAt)) {
      return "not_yet";
    }
    if (endsAt != null && !at.isBefore(endsAt)) {
      return "expired";
    }
    if (usesMax != null && used >= usesMax) {
      return "used_up";
    }
    if (usesPerBuyerMax != null && usedByBuyer >= usesPerBuyerMax) {
      return "used_by_buyer";
    }
    if ((currency != null && !currency.equals(goods.currency())) || takesOff(goods) == 0) {
      return "nothing_to_discount";
    }
    return goods.amount() < minimum ? "below_minimum" : null;
  }

  /** Minor units taken off these goods, at most all of them. */
  long takesOff(Money goods) {
    return basisPoints != null
        ? Calculation.portion(goods, basisPoints).amount()
        : Math.min(amount == null ? 0 : amount, goods.amount());
  }
}
