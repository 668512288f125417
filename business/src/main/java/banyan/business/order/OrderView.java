package banyan.business.order;

import banyan.platform.money.Money;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An order as the API tells it; ids are strings, because JavaScript's numbers are too short for
 * them.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderView(
    String id,
    String tradeId,
    String buyerId,
    String sellerId,
    OrderState state,
    @Nullable String reason,
    List<LineView> lines,
    Money goods,
    Money discount,
    Money shipping,
    Money tax,
    Money total,
    Money refunded,
    Orders.Address address,
    Instant placedAt,
    @Nullable List<ShipmentView> shipments,
    @Nullable List<RefundView> refunds,
    @Nullable List<OrderLife.Step> timeline) {

  /**
   * @param unitPrice rounded to the smallest coin
   * @param total goods − discount + tax
   */
  record LineView(
      int lineNo,
      String skuId,
      String productId,
      String code,
      String title,
      Map<String, String> options,
      int quantity,
      Money unitPrice,
      Money total,
      int shipped,
      int refunded) {}

  record ShipmentView(String id, @Nullable String tracking, List<Units> lines, Instant at) {}

  record RefundView(String id, Money amount, List<Units> lines, Instant at) {}

  record Units(String skuId, int quantity) {}

  /** A trade as the answer to a checkout. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TradeView(
      String tradeId,
      OrderState state,
      Money total,
      Instant placedAt,
      List<OrderView> orders,
      @Nullable PaymentView payment) {}

  record PaymentView(String redirectUrl) {}

  static OrderView of(Orders.Order order) {
    return of(order, null, null, null);
  }

  static OrderView of(
      Orders.Order order,
      @Nullable List<OrderLife.Shipment> shipments,
      @Nullable List<RefundDesk.RefundRow> refunds,
      @Nullable List<OrderLife.Step> timeline) {
    return new OrderView(
        Long.toString(order.orderId()),
        Long.toString(order.tradeId()),
        Long.toString(order.buyerId()),
        Long.toString(order.sellerId()),
        order.state(),
        order.reason(),
        order.lines().stream().map(OrderView::line).toList(),
        order.goods(),
        order.discount(),
        order.shipping(),
        order.tax(),
        order.total(),
        order.refunded(),
        order.address(),
        order.placedAt(),
        shipments == null ? null : shipments.stream().map(OrderView::shipment).toList(),
        refunds == null ? null : refunds.stream().map(OrderView::refund).toList(),
        timeline);
  }

  private static LineView line(Orders.Line line) {
    return new LineView(
        line.lineNo(),
        Long.toString(line.skuId()),
        Long.toString(line.productId()),
        line.code(),
        line.title(),
        line.options(),
        line.quantity(),
        line.unitPrice().rounded(),
        line.total(),
        line.shipped(),
        line.refunded());
  }

  private static ShipmentView shipment(OrderLife.Shipment parcel) {
    return new ShipmentView(
        Long.toString(parcel.shipmentId()), parcel.tracking(), units(parcel.units()), parcel.at());
  }

  static RefundView refund(RefundDesk.RefundRow refund) {
    return new RefundView(
        Long.toString(refund.refundId()), refund.amount(), units(refund.units()), refund.at());
  }

  private static List<Units> units(Map<Long, Integer> units) {
    return units.entrySet().stream()
        .map(line -> new Units(Long.toString(line.getKey()), line.getValue()))
        .toList();
  }

  static TradeView of(Orders.Placed placed) {
    Orders.Trade trade = placed.trade();
    return new TradeView(
        Long.toString(trade.tradeId()),
        trade.state(),
        trade.total(),
        trade.placedAt(),
        trade.orders().stream().map(OrderView::of).toList(),
        placed.redirectUrl() == null ? null : new PaymentView(placed.redirectUrl()));
  }
}
