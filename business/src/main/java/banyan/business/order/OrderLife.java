package banyan.business.order;

import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.Change;
import banyan.business.order.Orders.Changed;
import banyan.business.order.Orders.NoSuchOrder;
import banyan.business.order.Orders.NotNow;
import banyan.business.order.Orders.Refused;
import banyan.platform.audit.Staff;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The life of an order after checkout: cancel, ship, receive. */
@Component
class OrderLife {
  private final Database database;
  private final OrderRows rows;
  private final OrderSteps steps;
  private final Aftermath aftermath;
  private final Stationery stationery;

  /** What parcels are written on. */
  @Component
  record Stationery(Ids ids, Clock clock, JsonMapper json) {}

  OrderLife(
      Databases databases,
      OrderRows rows,
      OrderSteps steps,
      Aftermath aftermath,
      Stationery stationery) {
    this.database = databases.module("order");
    this.rows = rows;
    this.steps = steps;
    this.aftermath = aftermath;
    this.stationery = stationery;
  }

  /** A refusal inside a transaction, which takes back what the transaction has written. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Change change;

    Refusal(Change change) {
      super(null, null, false, false);
      this.change = change;
    }
  }

  Optional<HeldOrder> find(long orderId) {
    return database.fresh(orderId, jdbc -> rows.byIds(jdbc, List.of(orderId))).stream().findFirst();
  }

  private Change now(long orderId) {
    return find(orderId).<Change>map(held -> new Changed(held.order())).orElse(new NoSuchOrder());
  }

  Change cancel(long orderId, @Nullable Long buyerId, String reason, @Nullable Instant at) {
    return cancel(orderId, buyerId, reason, at, null);
  }

  /**
   * @param by the member of the staff who does it; null for anybody else
   */
  Change cancel(
      long orderId,
      @Nullable Long buyerId,
      String reason,
      @Nullable Instant at,
      @Nullable Staff by) {
    HeldOrder held = find(orderId).orElse(null);
    if (held == null || (buyerId != null && held.order().buyerId() != buyerId)) {
      return new NoSuchOrder();
    }
    return switch (held.order().state()) {
      case AWAITING_PAYMENT -> cancelTrade(held, reason, at, by);
      case PAID -> cancelPaid(held, reason, at, by);
      case CANCELLED -> new Changed(held.order());
      case OPENED, REFUSED -> new NoSuchOrder();
      case PARTLY_SHIPPED, SHIPPED, RECEIVED ->
          new NotNow(
              held.order().state(),
              "Some of it is on its way already; send it back for a refund instead.");
    };
  }

  /** One payment stands for all orders of a trade: unpaid, they go together. */
  private Change cancelTrade(
      HeldOrder held, String reason, @Nullable Instant at, @Nullable Staff by) {
    long tradeId = held.order().tradeId();
    Held trade = database.fresh(tradeId, jdbc -> rows.trade(jdbc, tradeId)).orElseThrow();
    Refused refusal = new Refused(reason, "The order was cancelled.", Map.of());
    boolean mine =
        database.write(
            tradeId,
            jdbc -> {
              boolean moved =
                  steps.moveTrade(
                      jdbc,
                      new OrderSteps.Turn(trade, refusal, at),
                      List.of(OrderState.AWAITING_PAYMENT),
                      OrderState.CANCELLED);
              return moved && told(by, held, "unpaid, with all orders of trade " + tradeId);
            });
    if (!mine) {
      return cancel(held.order().orderId(), null, reason, at, by);
    }
    aftermath.letGo(trade.orders());
    return now(held.order().orderId());
  }

  private Change cancelPaid(
      HeldOrder held, String reason, @Nullable Instant at, @Nullable Staff by) {
    boolean mine =
        database.write(
            held.order().orderId(),
            jdbc -> {
              HeldOrder locked = rows.lock(jdbc, held.order().orderId()).orElseThrow();
              return steps.move(
                      jdbc, locked.order(), OrderState.PAID, OrderState.CANCELLED, reason, at)
                  && told(by, held, "paid, " + money(locked));
            });
    if (!mine) {
      return cancel(held.order().orderId(), null, reason, at, by);
    }
    find(held.order().orderId()).ifPresent(aftermath::undo);
    return now(held.order().orderId());
  }

  /** Always true: what the staff does is told in the transaction that does it. */
  private boolean told(@Nullable Staff by, HeldOrder held, String detail) {
    if (by != null) {
      database.publish(by.acted(held.order().orderId(), "order-cancelled", "order", detail));
    }
    return true;
  }

  private static String money(HeldOrder held) {
    Money left = held.order().total().minus(held.order().refunded());
    return left.text() + " go back";
  }

  Change ship(
      @Nullable String idempotencyKey,
      long orderId,
      long sellerId,
      Map<Long, Integer> parcel,
      @Nullable String tracking,
      @Nullable Instant at) {
    HeldOrder held = find(orderId).orElse(null);
    if (held == null || held.order().sellerId() != sellerId || !visible(held)) {
      return new NoSuchOrder();
    }
    try {
      database.once(
          orderId,
          Intent.of("ship:" + orderId, idempotencyKey, List.of(parcel, String.valueOf(tracking))),
          jdbc -> pack(jdbc, orderId, parcel, tracking, at));
    } catch (Refusal refused) {
      return refused.change;
    }
    return now(orderId);
  }

  private static boolean visible(HeldOrder held) {
    return held.order().state() != OrderState.OPENED && held.order().state() != OrderState.REFUSED;
  }

  private String pack(
      JdbcClient jdbc,
      long orderId,
      Map<Long, Integer> parcel,
      @Nullable String tracking,
      @Nullable Instant at) {
    HeldOrder held = rows.lock(jdbc, orderId).orElseThrow();
    OrderState state = held.order().state();
    if (state != OrderState.PAID && state != OrderState.PARTLY_SHIPPED) {
      throw new Refusal(
          new NotNow(state, "Only paid goods that have not left yet can be shipped."));
    }
    Map<Long, Integer> left = new TreeMap<>(parcel);
    Map<Long, Integer> packed = new TreeMap<>();
    int remaining = 0;
    for (HeldLine line : held.lines()) {
      long skuId = line.line().skuId();
      int units =
          parcel.isEmpty()
              ? line.unshipped()
              : Math.min(line.unshipped(), left.getOrDefault(skuId, 0));
      left.merge(skuId, -units, Integer::sum);
      remaining += line.unshipped() - units;
      if (units > 0) {
        packed.merge(skuId, units, Integer::sum);
        ship(jdbc, orderId, line.line().lineNo(), units);
      }
    }
    boolean tooMany = !parcel.isEmpty() && left.values().stream().anyMatch(units -> units > 0);
    if (tooMany || packed.isEmpty()) {
      throw new Refusal(
          new NotNow(state, "The parcel has goods that the order does not have left to ship."));
    }
    long shipmentId = stationery.ids().next(orderId);
    writeShipment(jdbc, shipmentId, orderId, packed, tracking, at);
    OrderState to = remaining == 0 ? OrderState.SHIPPED : OrderState.PARTLY_SHIPPED;
    if (to != state) {
      steps.move(jdbc, held.order(), state, to, "", at);
    }
    return Long.toString(shipmentId);
  }

  private static void ship(JdbcClient jdbc, long orderId, int lineNo, int units) {
    jdbc.sql(
            """
            UPDATE order_line SET shipped = shipped + :units
             WHERE shard = :shard AND order_id = :orderId AND line_no = :lineNo
            """)
        .param("units", units)
        .param("shard", Ids.shardOf(orderId))
        .param("orderId", orderId)
        .param("lineNo", lineNo)
        .update();
  }

  private void writeShipment(
      JdbcClient jdbc,
      long shipmentId,
      long orderId,
      Map<Long, Integer> packed,
      @Nullable String tracking,
      @Nullable Instant at) {
    jdbc.sql(
            """
            INSERT INTO shipment (shard, shipment_id, order_id, tracking, parcel, at)
            VALUES (:shard, :shipmentId, :orderId, :tracking, :parcel::jsonb, :at)
            """)
        .param("shard", Ids.shardOf(orderId))
        .param("shipmentId", shipmentId)
        .param("orderId", orderId)
        .param("tracking", tracking)
        .param("parcel", stationery.json().writeValueAsString(packed))
        .param("at", Timestamp.from(at == null ? stationery.clock().instant() : at))
        .update();
  }

  Change receive(long orderId, @Nullable Long buyerId, @Nullable Instant at) {
    HeldOrder held = find(orderId).orElse(null);
    if (held == null || (buyerId != null && held.order().buyerId() != buyerId) || !visible(held)) {
      return new NoSuchOrder();
    }
    if (held.order().state() == OrderState.RECEIVED) {
      return new Changed(held.order());
    }
    boolean moved =
        database.write(
            orderId,
            jdbc ->
                steps.move(jdbc, held.order(), OrderState.SHIPPED, OrderState.RECEIVED, "", at));
    return moved
            || find(orderId).filter(now -> now.order().state() == OrderState.RECEIVED).isPresent()
        ? now(orderId)
        : new NotNow(
            held.order().state(), "An order can be received when all of it has been shipped.");
  }

  /** A parcel that has left. */
  record Shipment(
      long shipmentId, @Nullable String tracking, Map<Long, Integer> units, Instant at) {}

  List<Shipment> shipments(long orderId) {
    return database.fresh(
        orderId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT shipment_id, tracking, parcel::text AS parcel, at
                      FROM shipment
                     WHERE shard = :shard AND order_id = :orderId
                     ORDER BY shipment_id
                     LIMIT 1000
                    """)
                .param("shard", Ids.shardOf(orderId))
                .param("orderId", orderId)
                .query((row, n) ->
                    new Shipment(
                        row.getLong("shipment_id"),
                        row.getString("tracking"),
                        rows.units(row.getString("parcel")),
                        row.getTimestamp("at").toInstant()))
                .list());
  }

  /** A step of an order's life. */
  record Step(String from, String to, @Nullable String reason, Instant at) {}

  List<Step> stepsOf(long orderId) {
    return database.fresh(
        orderId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT from_state, to_state, reason, at
                      FROM order_step
                     WHERE shard = :shard AND order_id = :orderId
                     ORDER BY step
                     LIMIT 100
                    """)
                .param("shard", Ids.shardOf(orderId))
                .param("orderId", orderId)
                .query((row, n) ->
                    new Step(
                        row.getString("from_state"),
                        row.getString("to_state"),
                        row.getString("reason"),
                        row.getTimestamp("at").toInstant()))
                .list());
  }
}
