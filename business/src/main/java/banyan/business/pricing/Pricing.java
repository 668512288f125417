package banyan.business.pricing;

import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What things cost, decided on the primary. Rounding happens once per line; shares are split by
 * largest remainder.
 */
public interface Pricing {
  /** How long a stored quote binds us. */
  java.time.Duration QUOTE_LIFE = java.time.Duration.ofMinutes(15);

  /**
   * Sets prices of a seller's SKUs; a repeat changes nothing.
   *
   * @throws IllegalArgumentException when a SKU is not of the seller's family (its shard differs)
   */
  void setPrices(long sellerId, Map<Long, UnitPrice> prices);

  /** Current prices; SKUs without one are absent. At most 1,000 at a time. */
  Map<Long, UnitPrice> prices(Collection<Long> skuIds);

  /**
   * One SKU to be priced.
   *
   * @param quantity 1..{@link #QUANTITY_MAX}
   * @param agreed a price fixed elsewhere (a flash sale, an old invoice); null for the current one
   */
  record Line(long skuId, long sellerId, int quantity, @Nullable UnitPrice agreed)
      implements Serializable {
    public Line {
      if (quantity < 1 || quantity > QUANTITY_MAX) {
        throw new IllegalArgumentException("quantity must be 1.." + QUANTITY_MAX + ": " + quantity);
      }
    }
  }

  /** Units one order line may have: the largest line of a real wholesaler's year was 80,995. */
  int QUANTITY_MAX = 100_000;

  /** Where it goes; calculators for shipping and tax look at it. */
  record Destination(String country, String postcode) implements Serializable {}

  /**
   * @param at the moment the prices and the coupon's window are judged by; now, except for an
   *     import of old orders
   */
  record Request(
      long buyerId,
      List<Line> lines,
      @Nullable Destination destination,
      @Nullable String coupon,
      Instant at)
      implements Serializable {}

  /** What asking for a quote came to. */
  sealed interface Answer extends Serializable
      permits Quote, NotPriced, MixedCurrencies, CouponRefused {}

  /**
   * What the lines cost. Sums are exact: every total is the sum of its parts.
   *
   * @param sellers one part for each seller, in order of their ids
   */
  record Quote(String currency, List<SellerPart> sellers, Money total, @Nullable String coupon)
      implements Answer {}

  /**
   * @param goods sum of the lines before the discount
   * @param discount what coupons take off, 0 or more
   * @param platformDiscount of the discount, the part that the platform pays for
   * @param total goods − discount + shipping + tax: what the buyer pays for this seller's order
   */
  record SellerPart(
      long sellerId,
      List<PricedLine> lines,
      Money goods,
      Money discount,
      Money platformDiscount,
      Money shipping,
      Money tax,
      Money total)
      implements Serializable {}

  /**
   * @param goods unit price × quantity, rounded once
   * @param discount its share of the discount
   * @param tax on goods − discount, when prices are without tax
   */
  record PricedLine(
      long skuId, int quantity, UnitPrice unitPrice, Money goods, Money discount, Money tax)
      implements Serializable {}

  /** A SKU has no price. */
  record NotPriced(long skuId) implements Answer {}

  /** One payment has one currency. */
  record MixedCurrencies(String one, String other) implements Answer {}

  /**
   * @param reason {@code unknown, not_yet, expired, used_up, used_by_buyer, below_minimum,
   *     nothing_to_discount}
   */
  record CouponRefused(String coupon, String reason) implements Answer, Redemption {}

  /** Prices the lines. Nothing is written. */
  Answer quote(Request request);

  /**
   * Keeps a quote so that a checkout within {@link #QUOTE_LIFE} gets exactly these prices.
   *
   * @return the id to give to checkout
   */
  long keep(long buyerId, Quote quote);

  /** A kept quote of this buyer that has not expired. */
  @Nullable Quote recall(long buyerId, long quoteId);

  /** What redeeming a coupon came to. */
  sealed interface Redemption extends Serializable permits Redeemed, CouponRefused {}

  record Redeemed(String coupon) implements Redemption {}

  /**
   * Uses a coupon for a trade, within its total and per-buyer limits.
   *
   * @param tradeId a repeat for the same trade returns the first answer as long as that one
   *     redeemed; a trade that has given a coupon back cannot have it again
   */
  Redemption redeem(long tradeId, long buyerId, String coupon);

  /** Gives the coupon of a trade back when the trade came to nothing. A repeat does nothing. */
  void giveBack(long tradeId, long buyerId);
}
