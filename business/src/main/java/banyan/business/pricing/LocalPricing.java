package banyan.business.pricing;

import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

@Service
class LocalPricing implements Pricing {
  private final Prices prices;
  private final Quotes quotes;
  private final Coupons coupons;
  private final Redemptions redemptions;
  private final Calculation calculation;

  LocalPricing(
      Prices prices,
      Quotes quotes,
      Coupons coupons,
      Redemptions redemptions,
      Calculation calculation) {
    this.prices = prices;
    this.quotes = quotes;
    this.coupons = coupons;
    this.redemptions = redemptions;
    this.calculation = calculation;
  }

  @Override
  public void setPrices(long sellerId, Map<Long, UnitPrice> newPrices) {
    prices.set(sellerId, newPrices);
  }

  @Override
  public Map<Long, UnitPrice> prices(Collection<Long> skuIds) {
    return prices.find(skuIds);
  }

  @Override
  public Answer quote(Request request) {
    if (request.lines().isEmpty()) {
      throw new IllegalArgumentException("a quote needs a line");
    }
    Map<Long, UnitPrice> current =
        prices.find(
            request.lines().stream()
                .filter(line -> line.agreed() == null)
                .map(Line::skuId)
                .toList());
    List<Calculation.Charge> charges = new ArrayList<>();
    for (Line line : request.lines()) {
      UnitPrice unitPrice = line.agreed() != null ? line.agreed() : current.get(line.skuId());
      if (unitPrice == null) {
        return new NotPriced(line.skuId());
      }
      charges.add(new Calculation.Charge(line, unitPrice));
    }
    String currency = charges.getFirst().unitPrice().currency();
    for (Calculation.Charge charge : charges) {
      if (!charge.unitPrice().currency().equals(currency)) {
        return new MixedCurrencies(currency, charge.unitPrice().currency());
      }
    }
    return request.coupon() == null
        ? calculation.quote(charges, null, request.destination())
        : discounted(request, request.coupon(), charges, currency);
  }

  private Answer discounted(
      Request request, String code, List<Calculation.Charge> charges, String currency) {
    Optional<Coupon> found = coupons.find(code);
    if (found.isEmpty()) {
      return new CouponRefused(code, "unknown");
    }
    Coupon coupon = found.get();
    Money covered = new Money(Calculation.covered(charges, coupon.sellerId()), currency);
    int usedByBuyer =
        coupon.usesPerBuyerMax() == null
            ? 0
            : redemptions.usedBy(coupon.couponId(), request.buyerId());
    String refusal = coupon.refusal(request.at(), usedByBuyer, covered);
    return refusal != null
        ? new CouponRefused(coupon.code(), refusal)
        : calculation.quote(
            charges,
            new Calculation.Discount(coupon.code(), coupon.sellerId(), coupon.takesOff(covered)),
            request.destination());
  }

  @Override
  public long keep(long buyerId, Quote quote) {
    return quotes.keep(buyerId, quote);
  }

  @Override
  public @Nullable Quote recall(long buyerId, long quoteId) {
    return quotes.recall(buyerId, quoteId);
  }

  @Override
  public Redemption redeem(long tradeId, long buyerId, String coupon) {
    return redemptions.redeem(tradeId, buyerId, coupon);
  }

  @Override
  public void giveBack(long tradeId, long buyerId) {
    redemptions.giveBack(tradeId, buyerId);
  }
}
