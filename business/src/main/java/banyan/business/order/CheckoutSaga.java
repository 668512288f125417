package banyan.business.order;

import banyan.business.flashsale.FlashSales;
import banyan.business.inventory.Inventory;
import banyan.business.inventory.Inventory.OutOfStock;
import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.Outcome;
import banyan.business.order.Orders.Placed;
import banyan.business.order.Orders.Refused;
import banyan.business.payment.Payments;
import banyan.business.payment.Payments.Captured;
import banyan.business.payment.Payments.Declined;
import banyan.business.payment.Payments.Part;
import banyan.business.payment.Payments.Payment;
import banyan.business.payment.Payments.Pending;
import banyan.business.payment.Payments.Redirected;
import banyan.business.pricing.Pricing;
import banyan.business.pricing.Pricing.CouponRefused;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.money.Money;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Checkout as a saga: write the trade down, hold the goods, take the money, and when a step is
 * refused give back what the steps before it took.
 *
 * <p>The trade's row comes first and carries the buyer's idempotency key, so that of several calls
 * with one key one makes the trade and the others join in driving it. Every step is idempotent by
 * the id of the order or the trade and every move is guarded by the old state; two drivers, a
 * driver and a crash, a driver and a cancellation end in the same place. Goods are held before
 * money is taken, and never is a lock held over a payment call. A driver that dies leaves an OPENED
 * row, which {@link OrderDrives} drives on.
 */
@Component
class CheckoutSaga {
  /** A hold outlives the time a buyer has to pay: between the two the trade is cancelled. */
  private static final Duration HOLD_LONGER = Duration.ofMinutes(5);

  /** Many times what a driver needs from the money to the end. */
  private static final Duration DRIVERS_PATIENCE = Duration.ofMillis(300);

  private static final List<OrderState> OPEN =
      List.of(OrderState.OPENED, OrderState.AWAITING_PAYMENT);

  private final Database database;
  private final Shared<Held, Boolean> paid;
  private final OrderRows rows;
  private final OrderSteps steps;
  private final Aftermath aftermath;
  private final Suppliers suppliers;

  /** Trades that this process drives now. */
  private final ConcurrentMap<Long, CountDownLatch> driving = new ConcurrentHashMap<>();

  /** The modules whose steps a checkout takes. */
  @Component
  record Suppliers(
      Inventory inventory,
      Payments payments,
      Pricing pricing,
      FlashSales flashSales,
      OrderSettings settings) {}

  CheckoutSaga(
      Databases databases,
      OrderRows rows,
      OrderSteps steps,
      Aftermath aftermath,
      Suppliers suppliers) {
    this.database = databases.module("order");
    this.paid = database.shared("paid", this::moveToPaid);
    this.rows = rows;
    this.steps = steps;
    this.aftermath = aftermath;
    this.suppliers = suppliers;
  }

  /** Drives a trade as far as it goes now. */
  Outcome drive(long tradeId) {
    return drive(
        load(tradeId).orElseThrow(() -> new IllegalArgumentException("no trade " + tradeId)));
  }

  /** Drives a trade that has just been written or read. */
  Outcome drive(Held trade) {
    CountDownLatch driven = new CountDownLatch(1);
    boolean mine = driving.putIfAbsent(trade.tradeId(), driven) == null;
    try {
      return go(trade);
    } finally {
      driven.countDown();
      if (mine) {
        driving.remove(trade.tradeId());
      }
    }
  }

  /**
   * Waits for those who drive these trades in this process, so that what they are about to do is
   * not done once more, each by itself. They may be as slow as they like: after this long the
   * caller goes on, and one of the two moves the trade.
   */
  void letDriversFinish(Collection<Long> tradeIds) {
    long end = System.nanoTime() + DRIVERS_PATIENCE.toNanos();
    for (long tradeId : tradeIds) {
      CountDownLatch driven = driving.get(tradeId);
      try {
        if (driven != null && !driven.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return;
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Outcome go(Held trade) {
    return switch (trade.state()) {
      case OPENED -> hold(trade).map(refusal -> refuse(trade, refusal)).orElseGet(() -> pay(trade));
      case AWAITING_PAYMENT -> pay(trade);
      case CANCELLED, REFUSED ->
          trade.refusal() == null
              ? new Refused("cancelled", "The order was cancelled.", Map.of())
              : trade.refusal();
      case PAID, PARTLY_SHIPPED, SHIPPED, RECEIVED -> new Placed(trade.view(), null);
    };
  }

  private Optional<Held> load(long tradeId) {
    return database.fresh(tradeId, jdbc -> rows.trade(jdbc, tradeId));
  }

  /** Holds everything the trade needs; a refusal says what could not be had. */
  private Optional<Refused> hold(Held trade) {
    for (HeldOrder held : trade.orders()) {
      Optional<Refused> refusal = holdGoods(held);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    String coupon = trade.coupon();
    if (coupon != null
        && suppliers.pricing().redeem(trade.tradeId(), trade.buyerId(), coupon)
            instanceof CouponRefused(String code, String reason)) {
      return Optional.of(
          new Refused(
              "coupon_refused",
              "The coupon " + code + " cannot be used: " + reason.replace('_', ' ') + ".",
              Map.of("coupon", code, "reason", reason)));
    }
    return Optional.empty();
  }

  private Optional<Refused> holdGoods(HeldOrder held) {
    long orderId = held.order().orderId();
    Duration ttl = suppliers.settings().payWithin().plus(HOLD_LONGER);
    List<HeldLine> ordinary =
        held.lines().stream().filter(line -> line.flashSaleId() == null).toList();
    if (!ordinary.isEmpty()) {
      Optional<Refused> refusal = reserve(orderId, held.order().sellerId(), ordinary, "", ttl);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    for (HeldLine line : held.lines()) {
      Long saleId = line.flashSaleId();
      if (saleId == null) {
        continue;
      }
      int quantity = line.line().quantity();
      if (suppliers.flashSales().claim(orderId, held.order().buyerId(), saleId, quantity)
          instanceof FlashSales.LimitReached(long sale, int left)) {
        return Optional.of(
            new Refused(
                "flash_sale_limit",
                "You may have " + left + " more of this flash sale.",
                Map.of("flashSaleId", Long.toString(sale), "left", Integer.toString(left))));
      }
      Optional<Refused> refusal =
          reserve(
              line.reservationId(), held.order().sellerId(), List.of(line), "flash-" + saleId, ttl);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<Refused> reserve(
      long reservationId, long sellerId, List<HeldLine> lines, String location, Duration ttl) {
    List<Inventory.Line> wanted =
        lines.stream()
            .map(line -> new Inventory.Line(line.line().skuId(), line.line().quantity()))
            .toList();
    return suppliers.inventory().reserve(reservationId, sellerId, wanted, location, ttl)
            instanceof OutOfStock(long skuId, long available)
        ? Optional.of(outOfStock(skuId, available))
        : Optional.empty();
  }

  static Refused outOfStock(long skuId, long available) {
    return new Refused(
        "out_of_stock",
        available == 0 ? "One of the goods is sold out." : "Only " + available + " are left.",
        Map.of("skuId", Long.toString(skuId), "available", Long.toString(available)));
  }

  private Outcome refuse(Held trade, Refused refusal) {
    boolean mine =
        database.write(
            trade.tradeId(),
            jdbc ->
                steps.moveTrade(
                    jdbc,
                    new OrderSteps.Turn(trade, refusal, trade.stepsAt()),
                    OPEN,
                    OrderState.REFUSED));
    if (!mine) {
      return drive(trade.tradeId());
    }
    aftermath.letGo(trade.orders());
    return refusal;
  }

  private Outcome pay(Held trade) {
    List<Part> parts =
        trade.orders().stream()
            .map(held ->
                new Part(
                    held.order().orderId(),
                    held.order().sellerId(),
                    held.order().total(),
                    held.order().tax(),
                    new Money(held.platformDiscount(), trade.total().currency())))
            .toList();
    Payment payment =
        suppliers
            .payments()
            .pay(
                trade.tradeId(),
                trade.buyerId(),
                trade.total(),
                parts,
                trade.paymentMethod(),
                trade.paymentToken());
    return switch (payment) {
      case Captured _ -> paid(trade);
      case Declined(String reason) ->
          refuse(
              trade,
              new Refused(
                  "payment_declined", reason, Map.of("tradeId", Long.toString(trade.tradeId()))));
      case Redirected(String url) -> awaiting(trade, url);
      case Pending() -> awaiting(trade, null);
    };
  }

  private Outcome awaiting(Held trade, @Nullable String redirectUrl) {
    database.write(
        trade.tradeId(),
        jdbc ->
            steps.moveTrade(
                jdbc,
                new OrderSteps.Turn(trade, null, trade.stepsAt()),
                List.of(OrderState.OPENED),
                OrderState.AWAITING_PAYMENT));
    Held now = load(trade.tradeId()).orElse(trade);
    return now.state() == OrderState.AWAITING_PAYMENT
        ? new Placed(now.view(), redirectUrl)
        : drive(trade.tradeId());
  }

  private Outcome paid(Held trade) {
    if (markPaid(trade)) {
      return new Placed(trade.as(OrderState.PAID).view(), null);
    }
    Held now = load(trade.tradeId()).orElse(trade);
    return now.state() == OrderState.PAID
        ? new Placed(now.view(), null)
        : new Refused("cancelled", "The order was cancelled; the money goes back.", Map.of());
  }

  /**
   * The money is there: the trade is paid, or, when it was given up meanwhile, the money goes back.
   *
   * @return whether it was this call that moved it
   */
  boolean markPaid(Held trade) {
    boolean moved = paid.take(trade.tradeId(), trade);
    if (!moved
        && load(trade.tradeId())
            .filter(now -> now.state() == OrderState.CANCELLED || now.state() == OrderState.REFUSED)
            .isPresent()) {
      trade
          .orders()
          .forEach(held -> suppliers.payments().refund(held.order().orderId(), "cancelled", null));
    }
    return moved;
  }

  private List<Boolean> moveToPaid(JdbcClient jdbc, List<Held> trades) {
    // of two drivers of one trade in the same batch the first moves it
    Map<Long, OrderSteps.Turn> turns = new LinkedHashMap<>();
    trades.forEach(trade ->
        turns.putIfAbsent(trade.tradeId(), new OrderSteps.Turn(trade, null, trade.stepsAt())));
    Set<Long> moved = steps.moveTrades(jdbc, List.copyOf(turns.values()), OPEN, OrderState.PAID);
    return trades.stream().map(trade -> moved.remove(trade.tradeId())).toList();
  }
}
