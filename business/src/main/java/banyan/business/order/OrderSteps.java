package banyan.business.order;

import static banyan.platform.data.Columns.integers;
import static banyan.platform.data.Columns.numbers;
import static banyan.platform.data.Columns.texts;
import static banyan.platform.data.Columns.times;

import banyan.business.order.Orders.Order;
import banyan.business.order.Orders.Refused;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
   * A trade that is to move, as it was read.
   *
   * @param refusal what a repeat of the checkout is told, when the trade came to nothing
   * @param at null for now
   */
  record Turn(Held trade, @Nullable Refused refusal, @Nullable Instant at) {}

  /** {@link #moveTrades} of one; false when somebody else has moved it first. */
  boolean moveTrade(JdbcClient jdbc, Turn turn, List<OrderState> from, OrderState to) {
    return !moveTrades(jdbc, List.of(turn), from, to).isEmpty();
  }

  /** Moves trades and all of their orders; returns those that nobody else has moved first. */
  Set<Long> moveTrades(JdbcClient jdbc, List<Turn> turns, List<OrderState> from, OrderState to) {
    List<Long> moved =
        jdbc.sql(
                """
                UPDATE trade t SET state = :to, refusal = coalesce(n.refusal::jsonb, t.refusal)
                  FROM unnest(:shards, :tradeIds, :refusals) AS n(shard, trade_id, refusal)
                 WHERE t.shard = n.shard AND t.trade_id = n.trade_id AND t.state = ANY(:from)
                RETURNING t.trade_id
                """)
            .param("to", to.name())
            .param("shards", integers(turns, turn -> Ids.shardOf(turn.trade().tradeId())))
            .param("tradeIds", numbers(turns, turn -> turn.trade().tradeId()))
            .param(
                "refusals",
                texts(
                    turns,
                    turn ->
                        turn.refusal() == null ? null : json.writeValueAsString(turn.refusal())))
            .param(
                "from",
                from.stream()
                    .filter(state -> state.next().contains(to))
                    .map(Enum::name)
                    .toArray(String[]::new))
            .query((row, n) -> row.getLong(1))
            .list();
    Set<Long> mine = new HashSet<>(moved);
    List<Step> steps =
        turns.stream()
            .filter(turn -> mine.contains(turn.trade().tradeId()))
            .flatMap(turn ->
                turn.trade().orders().stream()
                    .map(held ->
                        new Step(
                            held.order(),
                            held.order().state(),
                            turn.refusal() == null ? "" : turn.refusal().code(),
                            turn.at())))
            .toList();
    Set<Long> done = move(jdbc, steps, to);
    for (Step step : steps) {
      // the orders of a trade move with it; one that was read before it moved is read again
      if (!done.contains(step.order().orderId())) {
        OrderState now = stateOf(jdbc, step.order().orderId());
        move(jdbc, List.of(new Step(step.order(), now, step.reason(), step.at())), to);
      }
    }
    return mine;
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
    return !move(jdbc, List.of(new Step(order, from, reason, at)), to).isEmpty();
  }

  /** An order that is to leave a state. */
  private record Step(Order order, OrderState from, String reason, @Nullable Instant at) {
    Instant when(Instant now) {
      return at == null ? now : at;
    }
  }

  /** Moves orders that are in the state they are thought to be in, and returns these. */
  private Set<Long> move(JdbcClient jdbc, List<Step> all, OrderState to) {
    List<Step> steps = all.stream().filter(step -> step.from().next().contains(to)).toList();
    if (steps.isEmpty()) {
      return Set.of();
    }
    Instant now = clock.instant();
    Set<Long> moved =
        new HashSet<>(
            jdbc.sql(
                    """
                    WITH step AS (
                        SELECT * FROM unnest(:shards, :orderIds, :from, :reasons, :at)
                                   AS n(shard, order_id, from_state, reason, at)
                    ), moved AS (
                        UPDATE orders o SET state = :to, changed_at = n.at,
                                            reason = coalesce(nullif(n.reason, ''), o.reason)
                          FROM step n
                         WHERE o.shard = n.shard AND o.order_id = n.order_id AND o.state = n.from_state
                        RETURNING o.shard, o.order_id, n.from_state, n.reason, n.at
                    )
                    INSERT INTO order_step (shard, order_id, step, from_state, to_state, reason, at)
                    SELECT m.shard, m.order_id,
                           (SELECT coalesce(max(s.step), 0) + 1 FROM order_step s
                             WHERE s.shard = m.shard AND s.order_id = m.order_id),
                           m.from_state, :to, nullif(m.reason, ''), m.at
                      FROM moved m
                    RETURNING order_id
                    """)
                .param("shards", integers(steps, step -> Ids.shardOf(step.order().orderId())))
                .param("orderIds", numbers(steps, step -> step.order().orderId()))
                .param("from", texts(steps, step -> step.from().name()))
                .param("reasons", texts(steps, Step::reason))
                .param("at", times(steps, step -> step.when(now)))
                .param("to", to.name())
                .query((row, n) -> row.getLong(1))
                .list());
    database.publish(
        steps.stream()
            .filter(step -> moved.contains(step.order().orderId()))
            .map(step -> changed(step.order(), step.from(), to, step.when(now)))
            .toList());
    return moved;
  }

  private static OrderChanged changed(Order order, OrderState from, OrderState to, Instant when) {
    return new OrderChanged(
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
        when);
  }
}
