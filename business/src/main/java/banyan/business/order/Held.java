package banyan.business.order;

import banyan.business.order.Orders.Address;
import banyan.business.order.Orders.Line;
import banyan.business.order.Orders.Order;
import banyan.business.order.Orders.Refused;
import banyan.business.order.Orders.Trade;
import banyan.platform.money.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trade as its rows say, with what only this module may know of it. */
record Held(
    long tradeId,
    long buyerId,
    OrderState state,
    Money total,
    byte[] request,
    Address address,
    @Nullable String coupon,
    String paymentMethod,
    String paymentToken,
    @Nullable Refused refusal,
    Instant placedAt,
    boolean imported,
    List<HeldOrder> orders) {

  /** When its steps are taken, whoever takes them: an imported trade's on its old date, or now. */
  @Nullable Instant stepsAt() {
    return imported ? placedAt : null;
  }

  /**
   * @param platformDiscount minor units
   */
  record HeldOrder(Order order, long platformDiscount, List<HeldLine> lines) {
    private HeldOrder as(OrderState to) {
      return new HeldOrder(order.as(to), platformDiscount, lines);
    }
  }

  /**
   * @param unshipped units that neither were shipped nor will be withdrawn
   */
  record HeldLine(Line line, long reservationId, @Nullable Long flashSaleId, int unshipped) {}

  /** The same trade after it has moved with all of its orders, which were where it was. */
  Held as(OrderState to) {
    return new Held(
        tradeId,
        buyerId,
        to,
        total,
        request,
        address,
        coupon,
        paymentMethod,
        paymentToken,
        refusal,
        placedAt,
        imported,
        orders.stream().map(held -> held.as(to)).toList());
  }

  Trade view() {
    return new Trade(
        tradeId, buyerId, state, total, placedAt, orders.stream().map(HeldOrder::order).toList());
  }
}
