package banyan.business.order;

import banyan.business.inventory.Inventory;
import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.NoSuchOrderToRefund;
import banyan.business.order.Orders.RefundOutcome;
import banyan.business.order.Orders.RefundRefused;
import banyan.business.order.Orders.Refunded;
import banyan.business.payment.Payments;
import banyan.platform.audit.Staff;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Money back for units. A line's refunds follow the running sum of its units, so that they come to
 * the line's amount to the penny when all units are back; the last unit of the order also brings
 * its shipping back.
 */
@Component
class RefundDesk {
  private final Database database;
  private final OrderRows rows;
  private final OrderSteps steps;
  private final Back back;
  private final Stamp stamp;

  /** Where money and goods go back to. */
  @Component
  record Back(Payments payments, Inventory inventory) {}

  /** What a refund is written with. */
  @Component
  record Stamp(Ids ids, Clock clock, JsonMapper json, OrderSettings settings) {}

  RefundDesk(Databases databases, OrderRows rows, OrderSteps steps, Back back, Stamp stamp) {
    this.database = databases.module("order");
    this.rows = rows;
    this.steps = steps;
    this.back = back;
    this.stamp = stamp;
  }

  /** A refusal inside a transaction, which takes back what the transaction has written. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient RefundRefused refused;

    Refusal(String code, String detail, Map<String, String> facts) {
      super(null, null, false, false);
      this.refused = new RefundRefused(code, detail, facts);
    }
  }

  /** A refund as its row says. */
  record RefundRow(
      long refundId,
      long orderId,
      long sellerId,
      Money amount,
      Map<Long, Integer> units,
      boolean restock,
      String state,
      Instant at) {}

  RefundOutcome refund(
      @Nullable String idempotencyKey,
      long orderId,
      @Nullable Long buyerId,
      Map<Long, Integer> units,
      boolean restock,
      @Nullable Instant at) {
    return refund(idempotencyKey, orderId, buyerId, units, restock, at, null);
  }

  /**
   * @param by the member of the staff who does it; null for anybody else
   */
  RefundOutcome refund(
      @Nullable String idempotencyKey,
      long orderId,
      @Nullable Long buyerId,
      Map<Long, Integer> units,
      boolean restock,
      @Nullable Instant at,
      @Nullable Staff by) {
    HeldOrder held = find(orderId).orElse(null);
    if (held == null || (buyerId != null && held.order().buyerId() != buyerId)) {
      return new NoSuchOrderToRefund();
    }
    String refundId;
    try {
      refundId =
          database.once(
              orderId,
              Intent.of(
                  "refund:" + orderId, idempotencyKey, List.of(new TreeMap<>(units), restock)),
              jdbc -> {
                String made = write(jdbc, orderId, buyerId != null, units, restock, at);
                if (by != null) {
                  String detail = detailOf(refund(Long.parseLong(made)).orElseThrow());
                  database.publish(by.acted(orderId, "order-refunded", "order", detail));
                }
                return made;
              });
    } catch (Refusal refused) {
      return refused.refused;
    }
    RefundRow refund = refund(Long.parseLong(refundId)).orElseThrow();
    carryOut(refund);
    return new Refunded(refund.refundId(), refund.amount(), find(orderId).orElse(held).order());
  }

  private static String detailOf(RefundRow refund) {
    String units =
        refund.units().entrySet().stream()
            .map(line -> line.getValue() + " × SKU " + line.getKey())
            .collect(Collectors.joining(", "));
    return "%s for %s, %s"
        .formatted(refund.amount().text(), units, refund.restock() ? "restocked" : "not restocked");
  }

  private Optional<HeldOrder> find(long orderId) {
    return database.fresh(orderId, jdbc -> rows.byIds(jdbc, List.of(orderId))).stream()
        .filter(held ->
            held.order().state() != OrderState.OPENED && held.order().state() != OrderState.REFUSED)
        .findFirst();
  }

  private String write(
      JdbcClient jdbc,
      long orderId,
      boolean byBuyer,
      Map<Long, Integer> units,
      boolean restock,
      @Nullable Instant at) {
    HeldOrder held = rows.lock(jdbc, orderId).orElseThrow();
    OrderState state = held.order().state();
    if (!state.isSold()) {
      throw new Refusal(
          "not_refundable", "An order that is " + state + " has nothing to refund.", Map.of());
    }
    if (byBuyer && state == OrderState.RECEIVED && tooLate(jdbc, orderId)) {
      throw new Refusal(
          "refund_too_late", "The time to send goods back is over; ask the seller.", Map.of());
    }
    Map<Long, Integer> left = new TreeMap<>(units);
    List<OrderRefunded.Line> lines = new ArrayList<>();
    int kept = 0;
    int unshipped = 0;
    for (HeldLine line : held.lines()) {
      long skuId = line.line().skuId();
      int possible = line.line().quantity() - line.line().refunded();
      int taken = Math.min(possible, left.getOrDefault(skuId, 0));
      left.merge(skuId, -taken, Integer::sum);
      kept += possible - taken;
      int withdrawn = Math.min(taken, line.unshipped());
      unshipped += line.unshipped() - withdrawn;
      if (taken > 0) {
        long amount =
            upTo(line, line.line().refunded() + taken) - upTo(line, line.line().refunded());
        lines.add(new OrderRefunded.Line(skuId, taken, amount));
        count(jdbc, orderId, line.line().lineNo(), taken, withdrawn);
      }
    }
    left.entrySet().stream()
        .filter(line -> line.getValue() > 0)
        .findFirst()
        .ifPresent(line -> {
          throw new Refusal(
              "too_many_units",
              "The order does not have that many units left to refund.",
              Map.of(
                  "skuId", Long.toString(line.getKey()),
                  "refundable",
                      Integer.toString(units.getOrDefault(line.getKey(), 0) - line.getValue())));
        });
    long amount =
        kept == 0
            ? held.order().total().minus(held.order().refunded()).amount()
            : lines.stream().mapToLong(OrderRefunded.Line::amountMinor).sum();
    long refundId = insert(jdbc, held, new TreeMap<>(units), amount, restock, lines, at);
    moveOn(jdbc, held, kept, unshipped, at);
    return Long.toString(refundId);
  }

  /** What the first units of a line have cost; all of them cost the line's amount. */
  private static long upTo(HeldLine line, int units) {
    return Money.split(
            line.line().total().amount(),
            List.of((long) units, (long) line.line().quantity() - units))
        .getFirst();
  }

  private boolean tooLate(JdbcClient jdbc, long orderId) {
    return jdbc.sql(
            """
            SELECT max(at) < now() - make_interval(secs => :seconds)
              FROM order_step
             WHERE shard = :shard AND order_id = :orderId AND to_state = 'RECEIVED'
            """)
        .param("seconds", stamp.settings().refundWithin().toSeconds())
        .param("shard", Ids.shardOf(orderId))
        .param("orderId", orderId)
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  private static void count(JdbcClient jdbc, long orderId, int lineNo, int units, int withdrawn) {
    jdbc.sql(
            """
            UPDATE order_line SET refunded = refunded + :units, withdrawn = withdrawn + :withdrawn
             WHERE shard = :shard AND order_id = :orderId AND line_no = :lineNo
            """)
        .param("units", units)
        .param("withdrawn", withdrawn)
        .param("shard", Ids.shardOf(orderId))
        .param("orderId", orderId)
        .param("lineNo", lineNo)
        .update();
  }

  private long insert(
      JdbcClient jdbc,
      HeldOrder held,
      Map<Long, Integer> units,
      long amount,
      boolean restock,
      List<OrderRefunded.Line> lines,
      @Nullable Instant at) {
    Orders.Order order = held.order();
    long refundId = stamp.ids().next(order.orderId());
    Instant when = at == null ? stamp.clock().instant() : at;
    jdbc.sql(
            """
            WITH counted AS (
                UPDATE orders SET refunded = refunded + :amount WHERE shard = :shard AND order_id = :orderId
            )
            INSERT INTO refund (shard, refund_id, order_id, seller_id, currency, amount, units, restock, state, at)
            VALUES (:shard, :refundId, :orderId, :sellerId, :currency, :amount, :units::jsonb, :restock, 'REQUESTED',
                    :at)
            """)
        .param("amount", amount)
        .param("shard", Ids.shardOf(order.orderId()))
        .param("orderId", order.orderId())
        .param("refundId", refundId)
        .param("sellerId", order.sellerId())
        .param("currency", order.total().currency())
        .param("units", stamp.json().writeValueAsString(units))
        .param("restock", restock)
        .param("at", Timestamp.from(when))
        .update();
    database.publish(
        new OrderRefunded(
            refundId,
            order.orderId(),
            order.buyerId(),
            order.sellerId(),
            order.total().currency(),
            amount,
            lines,
            when));
    return refundId;
  }

  /**
   * Nothing left to ship: the order is on its way as far as it goes, or, when nothing has left, it
   * is off.
   */
  private void moveOn(
      JdbcClient jdbc, HeldOrder held, int kept, int unshipped, @Nullable Instant at) {
    OrderState state = held.order().state();
    if (state == OrderState.PAID && kept == 0) {
      steps.move(jdbc, held.order(), state, OrderState.CANCELLED, "refunded", at);
    } else if (state == OrderState.PARTLY_SHIPPED && unshipped == 0) {
      steps.move(jdbc, held.order(), state, OrderState.SHIPPED, "rest refunded", at);
    }
  }

  /** Gives money and goods back; a repeat does nothing. */
  void carryOut(RefundRow refund) {
    if (refund.state().equals("DONE")) {
      return;
    }
    if (refund.amount().amount() > 0) {
      back.payments().refund(refund.orderId(), "refund-" + refund.refundId(), refund.amount());
    }
    HeldOrder held = find(refund.orderId()).orElseThrow();
    if (refund.restock()) {
      List<Long> reservations =
          held.lines().stream().map(HeldLine::reservationId).distinct().toList();
      // the goods leave before they come back, also when the event of the payment is still on its
      // way
      if (back.inventory().confirm(refund.sellerId(), reservations).isEmpty()) {
        back.inventory()
            .takeBack(
                "refund-" + refund.refundId(),
                refund.orderId(),
                refund.sellerId(),
                refund.units().entrySet().stream()
                    .map(line -> new Inventory.Line(line.getKey(), line.getValue()))
                    .toList());
      }
    }
    database.change(
        refund.orderId(),
        jdbc ->
            jdbc.sql(
                    "UPDATE refund SET state = 'DONE' WHERE shard = :shard AND refund_id = :refundId")
                .param("shard", Ids.shardOf(refund.orderId()))
                .param("refundId", refund.refundId())
                .update());
  }

  Optional<RefundRow> refund(long refundId) {
    return database.fresh(
        refundId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT refund_id, order_id, seller_id, currency, amount, units::text AS units, restock, state, at
                      FROM refund
                     WHERE shard = :shard AND refund_id = :refundId
                    """)
                .param("shard", Ids.shardOf(refundId))
                .param("refundId", refundId)
                .query((row, n) -> refund(row))
                .optional());
  }

  List<RefundRow> refundsOf(long orderId) {
    return database.fresh(
        orderId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT refund_id, order_id, seller_id, currency, amount, units::text AS units, restock, state, at
                      FROM refund
                     WHERE shard = :shard AND order_id = :orderId
                     ORDER BY refund_id
                     LIMIT 1000
                    """)
                .param("shard", Ids.shardOf(orderId))
                .param("orderId", orderId)
                .query((row, n) -> refund(row))
                .list());
  }

  private RefundRow refund(ResultSet row) throws SQLException {
    return new RefundRow(
        row.getLong("refund_id"),
        row.getLong("order_id"),
        row.getLong("seller_id"),
        new Money(row.getLong("amount"), row.getString("currency")),
        rows.units(row.getString("units")),
        row.getBoolean("restock"),
        row.getString("state"),
        row.getTimestamp("at").toInstant());
  }
}
