package banyan.business.order;

import banyan.business.catalog.Catalog.SkuCard;
import banyan.business.flashsale.FlashSales.Offer;
import banyan.business.order.Orders.Checkout;
import banyan.business.pricing.Pricing.PricedLine;
import banyan.business.pricing.Pricing.Quote;
import banyan.business.pricing.Pricing.SellerPart;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A trade that is about to be written: its parts have ids and prices, nothing is held yet. */
record NewTrade(long tradeId, Checkout checkout, Quote quote, List<NewOrder> orders) {
  record NewOrder(long orderId, SellerPart part, List<NewLine> lines) {}

  /**
   * @param reservationId the order's, or one of its own when it comes from the stock of a flash
   *     sale
   * @param amount goods − discount + tax, minor units
   */
  record NewLine(
      PricedLine priced, SkuCard card, long reservationId, @Nullable Offer offer, long amount) {}

  static NewTrade of(
      Ids ids, Checkout checkout, Quote quote, Map<Long, SkuCard> cards, Map<Long, Offer> offers) {
    long tradeId = ids.next(checkout.buyerId());
    List<NewOrder> orders = new ArrayList<>();
    for (SellerPart part : quote.sellers()) {
      long orderId = ids.next(checkout.buyerId());
      List<NewLine> lines = new ArrayList<>();
      for (PricedLine line : part.lines()) {
        SkuCard card = cards.get(line.skuId());
        if (card == null) {
          throw new IllegalArgumentException(
              "priced a SKU that was not asked for: " + line.skuId());
        }
        Offer offer = offers.get(line.skuId());
        long reservationId = offer == null ? orderId : ids.next(checkout.buyerId());
        long amount = line.goods().minus(line.discount()).plus(line.tax()).amount();
        lines.add(new NewLine(line, card, reservationId, offer, amount));
      }
      orders.add(new NewOrder(orderId, part, lines));
    }
    return new NewTrade(tradeId, checkout, quote, orders);
  }
}
