package banyan.business.order;

import banyan.business.flashsale.FlashSales;
import banyan.business.inventory.Inventory;
import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.business.payment.Payments;
import banyan.business.pricing.Pricing;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * What has to happen in other modules after an order has moved: the steps forward and their
 * compensations. Each is idempotent; the request that moved the order does it at once, the event
 * that tells of the move does it again, and so it happens even if the process dies in between.
 */
@Component
class Aftermath {
  /** Refusals that come before the payment has begun: there is none to let go. */
  private static final Set<String> BEFORE_PAYMENT =
      Set.of("out_of_stock", "flash_sale_limit", "coupon_refused");

  private final Database database;
  private final OrderRows rows;
  private final Inventory inventory;
  private final Payments payments;
  private final Discounts discounts;

  Aftermath(
      Databases databases,
      OrderRows rows,
      Inventory inventory,
      Payments payments,
      Discounts discounts) {
    this.database = databases.module("order");
    this.rows = rows;
    this.inventory = inventory;
    this.payments = payments;
    this.discounts = discounts;
  }

  /** What else a checkout has used up: coupons, and units of flash sales. */
  @Component
  static class Discounts {
    private final Pricing pricing;
    private final FlashSales flashSales;

    Discounts(Pricing pricing, FlashSales flashSales) {
      this.pricing = pricing;
      this.flashSales = flashSales;
    }

    private void giveBack(HeldOrder held, boolean couponToo) {
      if (held.lines().stream().anyMatch(line -> line.flashSaleId() != null)) {
        flashSales.giveBack(held.order().orderId(), held.order().buyerId());
      }
      if (couponToo && held.order().discount().amount() > 0) {
        pricing.giveBack(held.order().tradeId(), held.order().buyerId());
      }
    }
  }

  /**
   * The goods of paid orders leave the stock. Returns the orders whose goods are gone meanwhile.
   */
  List<Long> sell(Collection<HeldOrder> orders) {
    Map<Long, Long> orderOf =
        orders.stream()
            .flatMap(held ->
                held.lines().stream()
                    .map(line -> Map.entry(line.reservationId(), held.order().orderId())))
            .distinct()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Set<Long> gone = new HashSet<>();
    orders.stream()
        .collect(Collectors.groupingBy(held -> held.order().sellerId()))
        .forEach((sellerId, part) ->
            inventory.confirm(sellerId, reservationsOf(part)).stream()
                .map(id -> orderOf.getOrDefault(id, 0L))
                .forEach(gone::add));
    return List.copyOf(gone);
  }

  /** Everything that orders which came to nothing before they were paid still hold. */
  void letGo(Collection<HeldOrder> orders) {
    orders.stream()
        .map(HeldOrder::order)
        .filter(order -> !BEFORE_PAYMENT.contains(String.valueOf(order.reason())))
        .map(Orders.Order::tradeId)
        .distinct()
        .forEach(payments::cancel);
    orders.stream()
        .collect(Collectors.groupingBy(held -> held.order().sellerId()))
        .forEach((sellerId, part) -> inventory.release(sellerId, reservationsOf(part)));
    orders.forEach(held -> discounts.giveBack(held, true));
  }

  /**
   * Money and goods of a paid order that was cancelled. What was refunded by units before is not
   * given back twice.
   */
  void undo(HeldOrder held) {
    long orderId = held.order().orderId();
    payments.refund(orderId, "cancelled", null);
    if (sell(List.of(held)).isEmpty()) {
      List<Inventory.Line> units =
          held.lines().stream()
              .filter(line -> line.line().quantity() > line.line().refunded())
              .map(line ->
                  new Inventory.Line(
                      line.line().skuId(), line.line().quantity() - line.line().refunded()))
              .toList();
      if (!units.isEmpty()) {
        inventory.takeBack("cancelled", orderId, held.order().sellerId(), units);
      }
    }
    discounts.giveBack(held, false);
  }

  /** The sellers of received orders get their money. */
  void release(Collection<Long> orderIds) {
    payments.release(orderIds);
  }

  /** These orders as they are now. */
  List<HeldOrder> load(Collection<Long> orderIds) {
    List<HeldOrder> orders = new ArrayList<>();
    orderIds.stream()
        .distinct()
        .collect(Collectors.groupingBy(database::nodeNumber))
        .values()
        .forEach(
            part -> orders.addAll(database.fresh(part.getFirst(), jdbc -> rows.byIds(jdbc, part))));
    return orders;
  }

  private static List<Long> reservationsOf(Collection<HeldOrder> orders) {
    return orders.stream()
        .flatMap(held -> held.lines().stream())
        .map(HeldLine::reservationId)
        .distinct()
        .sorted()
        .toList();
  }
}
