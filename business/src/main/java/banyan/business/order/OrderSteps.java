package banyan.business.order;

import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.Order;
import banyan.business.order.Orders.Refused;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Moves trades and orders from state to state: guarded by the old one, logged, and told to whoever
 * listens.
 */
@Component
class OrderSteps {
  private final Database database;
  private final JsonMapper json;
  private final Clock clock;

  OrderSteps(Databases databases, JsonMapper json, Clock clock) {
    this.database = databases.module("order");
    this.json = json;
    this.clock = clock;
  }

  /**
   * Moves a trade and all of its orders; false when somebody else has moved it first.
   *
   * @param refusal what a repeat of the checkout is told, when the trade came to nothing
   */
  boolean moveTrade(
      JdbcClient jdbc,
      Held trade,
      List<OrderState> from,
      OrderState to,
      @Nullable Refused refusal,
      @Nullable Instant at) {
    List<String> allowed =
        from.stream().filter(state -> state.next().contains(to)).map(Enum::name).toList();
    boolean moved =
        jdbc.sql(
                    """
                    UPDATE trade SET state = :to, refusal = coalesce(:refusal::jsonb, refusal)
                     WHERE shard = :shard AND trade_id = :tradeId AND state = ANY(:from)
                    """)
                .param("to", to.name())
                .param("refusal", refusal == null ? null : json.writeValueAsString(refusal))
                .param("shard", Ids.shardOf(trade.tradeId()))
                .param("tradeId", trade.tradeId())
                .param("from", allowed.toArray(String[]::new))
                .update()
            == 1;
    if (moved) {
      for (HeldOrder held : trade.orders()) {
        String reason = refusal == null ? "" : refusal.code();
        OrderState before = held.order().state();
        // the orders of a trade move with it; one that was read before it moved is read again
        if (!move(jdbc, held.order(), before, to, reason, at)) {
          OrderState now = stateOf(jdbc, held.order().orderId());
          move(jdbc, held.order(), now, to, reason, at);
        }
      }
    }
    return moved;
  }

  private static OrderState stateOf(JdbcClient jdbc, long orderId) {
    return OrderState.valueOf(
        jdbc.sql("SELECT state FROM orders WHERE shard = :shard AND order_id = :orderId FOR UPDATE")
            .param("shard", Ids.shardOf(orderId))
            .param("orderId", orderId)
            .query(String.class)
            .single());
  }

  /** Moves one order; false when it is not in the state it is thought to be in. */
  boolean move(
      JdbcClient jdbc,
      Order order,
      OrderState from,
      OrderState to,
      String reason,
      @Nullable Instant at) {
    if (!from.next().contains(to)) {
      return false;
    }
    Instant when = at == null ? clock.instant() : at;
    boolean moved =
        jdbc.sql(
                    """
                    WITH moved AS (
                        UPDATE orders SET state = :to, changed_at = :at, reason = coalesce(nullif(:reason, ''), reason)
                         WHERE shard = :shard AND order_id = :orderId AND state = :from
                        RETURNING order_id
                    )
                    INSERT INTO order_step (shard, order_id, step, from_state, to_state, reason, at)
                    SELECT :shard, order_id,
                           (SELECT coalesce(max(s.step), 0) + 1 FROM order_step s
                             WHERE s.shard = :shard AND s.order_id = :orderId),
                           :from, :to, nullif(:reason, ''), :at
                      FROM moved
                    """)
                .param("to", to.name())
                .param("at", Timestamp.from(when))
                .param("reason", reason)
                .param("shard", Ids.shardOf(order.orderId()))
                .param("orderId", order.orderId())
                .param("from", from.name())
                .update()
            == 1;
    if (moved) {
      database.publish(
          new OrderChanged(
              order.orderId(),
              order.tradeId(),
              order.buyerId(),
              order.sellerId(),
              from,
              to,
              order.total().currency(),
              order.total().amount(),
              order.lines().stream()
                  .map(line ->
                      new OrderChanged.Line(
                          line.skuId(),
                          line.productId(),
                          line.title(),
                          line.quantity(),
                          line.total().amount()))
                  .toList(),
              when));
    }
    return moved;
  }
}
