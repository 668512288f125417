package banyan.business.order;

import banyan.business.catalog.Catalog.SkuCard;
import banyan.business.flashsale.FlashSales.Offer;
import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.Checkout;
import banyan.business.order.Orders.Line;
import banyan.business.order.Orders.Order;
import banyan.business.pricing.Pricing.PricedLine;
import banyan.business.pricing.Pricing.Quote;
import banyan.business.pricing.Pricing.SellerPart;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trade that is about to be written: its parts have ids and prices, nothing is held yet.
 *
 * @param held as its rows will say
 */
record NewTrade(Held held, String idempotencyKey, @Nullable String email) {

  /**
   * @param request what makes two calls with one key the same
   * @param at the moment it is placed, unless the checkout brings its own
   */
  static NewTrade of(
      Ids ids,
      Checkout checkout,
      byte[] request,
      Instant at,
      Quote quote,
      Map<Long, SkuCard> cards,
      Map<Long, Offer> offers) {
    long tradeId = ids.next(checkout.buyerId());
    // as exact as a row can keep it: a repeat of the call reads the row
    Instant placedAt =
        (checkout.placedAt() == null ? at : checkout.placedAt()).truncatedTo(ChronoUnit.MICROS);
    List<HeldOrder> orders = new ArrayList<>();
    for (SellerPart part : quote.sellers()) {
      orders.add(order(ids, tradeId, checkout, placedAt, part, cards, offers));
    }
    Held held =
        new Held(
            tradeId,
            checkout.buyerId(),
            OrderState.OPENED,
            quote.total(),
            request,
            checkout.address(),
            quote.coupon(),
            checkout.paymentMethod(),
            checkout.paymentToken(),
            null,
            placedAt,
            checkout.placedAt() != null,
            orders);
    return new NewTrade(held, checkout.idempotencyKey(), checkout.email());
  }

  private static HeldOrder order(
      Ids ids,
      long tradeId,
      Checkout checkout,
      Instant placedAt,
      SellerPart part,
      Map<Long, SkuCard> cards,
      Map<Long, Offer> offers) {
    long orderId = ids.next(checkout.buyerId());
    List<HeldLine> lines = new ArrayList<>();
    for (PricedLine priced : part.lines()) {
      SkuCard card = cards.get(priced.skuId());
      if (card == null) {
        throw new IllegalArgumentException(
            "priced a SKU that was not asked for: " + priced.skuId());
      }
      Offer offer = offers.get(priced.skuId());
      // goods from the stock of a flash sale are held apart from the order's others
      long reservationId = offer == null ? orderId : ids.next(checkout.buyerId());
      lines.add(
          new HeldLine(
              line(lines.size() + 1, card, priced),
              reservationId,
              offer == null ? null : offer.saleId(),
              priced.quantity()));
    }
    Order order =
        new Order(
            orderId,
            tradeId,
            checkout.buyerId(),
            part.sellerId(),
            OrderState.OPENED,
            part.goods(),
            part.discount(),
            part.shipping(),
            part.tax(),
            part.total(),
            new Money(0, part.total().currency()),
            checkout.address(),
            placedAt,
            null,
            lines.stream().map(HeldLine::line).toList());
    return new HeldOrder(order, part.platformDiscount().amount(), lines);
  }

  private static Line line(int number, SkuCard card, PricedLine priced) {
    return new Line(
        number,
        card.skuId(),
        card.productId(),
        card.code(),
        card.title(),
        card.options(),
        priced.quantity(),
        priced.unitPrice(),
        priced.goods().minus(priced.discount()).plus(priced.tax()),
        0,
        0);
  }
}
