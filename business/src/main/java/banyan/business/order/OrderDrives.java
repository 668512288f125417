package banyan.business.order;

import banyan.business.order.Held.HeldOrder;
import banyan.business.order.RefundDesk.RefundRow;
import banyan.business.payment.PaymentCaptured;
import banyan.business.payment.PaymentDeclined;
import banyan.platform.data.Away;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.events.Events;
import banyan.platform.jobs.Jobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Drives orders on by events and by the clock: what a request has begun is finished here when the
 * request could not.
 */
@Component
class OrderDrives {
  private static final int BATCH_MAX = 200;
  private static final Logger log = LoggerFactory.getLogger(OrderDrives.class);

  private final Database database;
  private final OrderRows rows;
  private final OrderLife life;
  private final Aftermath aftermath;
  private final Drivers drivers;

  /** Who can finish what was begun. */
  @Component
  record Drivers(CheckoutSaga saga, RefundDesk refunds, OrderSettings settings) {}

  OrderDrives(Databases databases, Events events, Jobs jobs, OrderRows rows, Line line) {
    this.database = databases.module("order");
    this.rows = rows;
    this.life = line.life();
    this.aftermath = line.aftermath();
    this.drivers = line.drivers();
    events.drive("order.paid", PaymentCaptured.class, this::paid);
    events.drive("order.declined", PaymentDeclined.class, this::declined);
    events.drive("order.aftermath", OrderChanged.class, this::follow);
    jobs.every(Duration.ofSeconds(2), "resume-checkouts", database, this::resume);
    jobs.every(Duration.ofSeconds(2), "cancel-unpaid", database, this::cancelUnpaid);
    jobs.every(Duration.ofSeconds(2), "finish-refunds", database, this::finishRefunds);
    jobs.every(Duration.ofSeconds(30), "receive-by-time", database, this::receiveByTime);
  }

  /** The hands that finish the work. */
  @Component
  record Line(OrderLife life, Aftermath aftermath, Drivers drivers) {}

  private void paid(List<PaymentCaptured> events) {
    List<Long> tradeIds = events.stream().map(PaymentCaptured::tradeId).distinct().toList();
    drivers.saga().letDriversFinish(tradeIds);
    tradeIds.stream()
        .collect(Collectors.groupingBy(database::nodeNumber))
        .values()
        .stream()
        .flatMap(
            part -> database.fresh(part.getFirst(), jdbc -> OrderRows.unpaid(jdbc, part)).stream())
        .forEach(tradeId ->
            database
                .fresh(tradeId, jdbc -> rows.trade(jdbc, tradeId))
                .ifPresent(trade -> drivers.saga().markPaid(trade)));
  }

  private void declined(List<PaymentDeclined> events) {
    events.stream()
        .map(PaymentDeclined::tradeId)
        .distinct()
        .forEach(tradeId ->
            database
                .fresh(tradeId, jdbc -> rows.trade(jdbc, tradeId))
                .filter(trade -> trade.state() == OrderState.AWAITING_PAYMENT)
                .ifPresent(trade ->
                    trade.orders().stream()
                        .findFirst()
                        .ifPresent(held ->
                            life.cancel(held.order().orderId(), null, "payment_declined", null))));
  }

  /** Does in other modules what the new states ask for; a list is done state by state. */
  private void follow(List<OrderChanged> events) {
    Set<Long> paid = idsOf(events, OrderState.PAID);
    Set<Long> cancelled = idsOf(events, OrderState.CANCELLED);
    cancelled.addAll(idsOf(events, OrderState.REFUSED));
    Set<Long> received = idsOf(events, OrderState.RECEIVED);
    if (!paid.isEmpty()) {
      List<HeldOrder> orders =
          aftermath.load(paid).stream().filter(held -> held.order().state().isSold()).toList();
      aftermath.sell(orders).forEach(orderId -> life.cancel(orderId, null, "stock_gone", null));
    }
    Set<Long> wasPaid =
        events.stream()
            .filter(event -> event.from().isSold())
            .map(OrderChanged::orderId)
            .collect(Collectors.toSet());
    Map<Boolean, List<HeldOrder>> off =
        aftermath.load(cancelled).stream()
            .collect(Collectors.partitioningBy(held -> wasPaid.contains(held.order().orderId())));
    off.getOrDefault(true, List.of()).forEach(aftermath::undo);
    aftermath.letGo(off.getOrDefault(false, List.of()));
    aftermath.release(received);
  }

  private static Set<Long> idsOf(List<OrderChanged> events, OrderState to) {
    return events.stream()
        .filter(event -> event.to() == to)
        .map(OrderChanged::orderId)
        .collect(Collectors.toSet());
  }

  /** Checkouts whose driver died: every step is idempotent, so they are simply driven again. */
  private void resume(JdbcClient all) {
    due(
            all,
            """
            -- every shard
            SELECT trade_id FROM trade
             WHERE state = 'OPENED' AND created_at < now() - make_interval(secs => :seconds)
             ORDER BY trade_id
             LIMIT :limit
            """,
            drivers.settings().resumeAfter())
        .forEach(
            tradeId -> attempt("resume checkout", tradeId, () -> drivers.saga().drive(tradeId)));
  }

  private void cancelUnpaid(JdbcClient all) {
    due(
            all,
            """
            -- every shard
            SELECT min(o.order_id)
              FROM trade t
              JOIN orders o ON o.shard = t.shard AND o.trade_id = t.trade_id
             WHERE t.state = 'AWAITING_PAYMENT' AND t.expires_at < now() - make_interval(secs => :seconds)
             GROUP BY t.trade_id
             LIMIT :limit
            """,
            Duration.ZERO)
        .forEach(orderId ->
            attempt(
                "cancel unpaid",
                orderId,
                () -> life.cancel(orderId, null, "not_paid_in_time", null)));
  }

  private void finishRefunds(JdbcClient all) {
    due(
            all,
            """
            -- every shard
            SELECT refund_id FROM refund
             WHERE state = 'REQUESTED' AND created_at < now() - make_interval(secs => :seconds)
             ORDER BY created_at
             LIMIT :limit
            """,
            Duration.ofSeconds(5))
        .forEach(refundId ->
            attempt(
                "finish refund",
                refundId,
                () -> drivers.refunds().refund(refundId).ifPresent(this::carryOut)));
  }

  private void carryOut(RefundRow refund) {
    drivers.refunds().carryOut(refund);
  }

  private void receiveByTime(JdbcClient all) {
    due(
            all,
            """
            -- every shard
            SELECT order_id FROM orders
             WHERE state = 'SHIPPED' AND changed_at < now() - make_interval(secs => :seconds)
             ORDER BY changed_at
             LIMIT :limit
            """,
            drivers.settings().receiveAfter())
        .forEach(orderId ->
            attempt("receive by time", orderId, () -> life.receive(orderId, null, null)));
  }

  private static List<Long> due(JdbcClient all, String query, Duration age) {
    return all.sql(query)
        .param("seconds", age.toSeconds())
        .param("limit", BATCH_MAX)
        .query(Long.class)
        .list();
  }

  /** One that fails does not hold up the others. */
  private static void attempt(String work, long id, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException fault) {
      Away.told(log.atWarn().addKeyValue("work", work).addKeyValue("id", id), fault)
          .log("not driven on; tried again");
    }
  }
}
