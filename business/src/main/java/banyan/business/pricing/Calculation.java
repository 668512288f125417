package banyan.business.pricing;

import banyan.business.pricing.Pricing.Destination;
import banyan.business.pricing.Pricing.Line;
import banyan.business.pricing.Pricing.PricedLine;
import banyan.business.pricing.Pricing.Quote;
import banyan.business.pricing.Pricing.SellerPart;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds up. Every line is rounded once, half to even; the discount is found once for all lines it
 * covers and then split, first over the sellers and then over a seller's lines, by largest
 * remainder. So every total is the sum of its parts, and no line is discounted below nothing: a
 * share of the discount is at most the exact share rounded up, and that is at most the line.
 */
record Calculation(Shipping shipping, Tax tax) {
  /** A line at the price of one unit. */
  record Charge(Line line, UnitPrice unitPrice) {
    Money goods() {
      return unitPrice.times(line.quantity());
    }
  }

  /**
   * What a coupon takes off.
   *
   * @param sellerId whose lines it covers; {@link Coupon#PLATFORM} for all, at the platform's cost
   * @param amount at most the goods it covers
   */
  record Discount(String code, long sellerId, long amount) {
    boolean ofPlatform() {
      return sellerId == Coupon.PLATFORM;
    }
  }

  /** Goods of the lines that a seller's coupon, or the platform's, covers. */
  static long covered(List<Charge> charges, long sellerId) {
    return charges.stream()
        .filter(charge -> sellerId == Coupon.PLATFORM || charge.line().sellerId() == sellerId)
        .mapToLong(charge -> charge.goods().amount())
        .reduce(0, Math::addExact);
  }

  /**
   * @param charges one or more, all in one currency
   */
  Quote quote(
      List<Charge> charges, @Nullable Discount discount, @Nullable Destination destination) {
    String currency = charges.getFirst().unitPrice().currency();
    Map<Long, List<Charge>> bySeller = new TreeMap<>();
    for (Charge charge : charges) {
      bySeller.computeIfAbsent(charge.line().sellerId(), seller -> new ArrayList<>()).add(charge);
    }
    List<Long> shares = sharesOf(bySeller, discount);
    List<SellerPart> sellers = new ArrayList<>();
    Money total = Money.zero(currency);
    for (Map.Entry<Long, List<Charge>> seller : bySeller.entrySet()) {
      Money share = new Money(shares.get(sellers.size()), currency);
      Money platformShare =
          discount != null && discount.ofPlatform() ? share : Money.zero(currency);
      SellerPart part = part(seller.getKey(), seller.getValue(), share, platformShare, destination);
      sellers.add(part);
      total = total.plus(part.total());
    }
    return new Quote(currency, sellers, total, discount == null ? null : discount.code());
  }

  /** Each seller's share of the discount, in order of the sellers. */
  private static List<Long> sharesOf(
      Map<Long, List<Charge>> bySeller, @Nullable Discount discount) {
    if (discount == null) {
      return bySeller.keySet().stream().map(seller -> 0L).toList();
    }
    return Money.split(
        discount.amount(),
        bySeller.entrySet().stream()
            .map(seller ->
                discount.ofPlatform() || discount.sellerId() == seller.getKey()
                    ? covered(seller.getValue(), Coupon.PLATFORM)
                    : 0L)
            .toList());
  }

  private SellerPart part(
      long sellerId,
      List<Charge> charges,
      Money discount,
      Money platformDiscount,
      @Nullable Destination destination) {
    List<Money> shares =
        discount.split(charges.stream().map(charge -> charge.goods().amount()).toList());
    int basisPoints = tax.basisPoints(destination);
    List<PricedLine> lines = new ArrayList<>();
    Money goods = Money.zero(discount.currency());
    Money taxes = goods;
    for (Charge charge : charges) {
      Money lineDiscount = shares.get(lines.size());
      Money lineTax = portion(charge.goods().minus(lineDiscount), basisPoints);
      lines.add(
          new PricedLine(
              charge.line().skuId(),
              charge.line().quantity(),
              charge.unitPrice(),
              charge.goods(),
              lineDiscount,
              lineTax));
      goods = goods.plus(charge.goods());
      taxes = taxes.plus(lineTax);
    }
    Money fee = shipping.fee(destination, goods);
    return new SellerPart(
        sellerId,
        lines,
        goods,
        discount,
        platformDiscount,
        fee,
        taxes,
        goods.minus(discount).plus(fee).plus(taxes));
  }

  /** So many hundredths of a percent of the amount, rounded half to even. */
  static Money portion(Money amount, int basisPoints) {
    return new Money(
        BigDecimal.valueOf(amount.amount())
            .multiply(BigDecimal.valueOf(basisPoints))
            .divide(BigDecimal.valueOf(10_000), 0, RoundingMode.HALF_EVEN)
            .longValueExact(),
        amount.currency());
  }
}
