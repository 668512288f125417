package banyan.business.order;

import banyan.business.payment.Payments;
import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What must hold for orders at all times. */
@Configuration(proxyBeanMethods = false)
class OrderBooks {
  private static final int BATCH_MAX = 1_000;

  private final Database database;
  private final Payments payments;

  OrderBooks(Databases databases, Payments payments) {
    this.database = databases.module("order");
    this.payments = payments;
  }

  @Bean
  Book legalStatePaths() {
    String arrows =
        Arrays.stream(OrderState.values())
            .flatMap(from -> from.next().stream().map(to -> "('" + from + "','" + to + "')"))
            .collect(Collectors.joining(","));
    return Book.of(
        "legal-state-paths",
        "Every order came to its state by allowed steps, one after the other, from OPENED.",
        database,
        """
        -- every shard
        SELECT format('order %s, step %s: %s to %s, order is %s', o.order_id, s.step, s.from_state, s.to_state, o.state)
          FROM orders o
          LEFT JOIN (SELECT shard, order_id, step, from_state, to_state,
                            lag(to_state, 1, 'OPENED') OVER w AS came_from,
                            lead(from_state) OVER w AS goes_on_from
                       FROM order_step
                     WINDOW w AS (PARTITION BY shard, order_id ORDER BY step)) s
            ON s.shard = o.shard AND s.order_id = o.order_id
         WHERE (s.step IS NULL AND o.state <> 'OPENED')
            OR (s.step IS NOT NULL
                AND (s.from_state <> s.came_from
                     OR (s.from_state, s.to_state) NOT IN (ARROWS)
                     OR (s.goes_on_from IS NULL AND s.to_state <> o.state)))
         LIMIT :limit
        """
            .replace("ARROWS", arrows));
  }

  @Bean
  Book orderTotals() {
    return Book.of(
        "order-totals",
        "Every trade is the sum of its orders, every order the sum of its lines and shipping, and"
            + " every order has lines.",
        database,
        """
        -- every shard
        SELECT format('trade %s: %s, orders %s', t.trade_id, t.total, coalesce(o.total, 0))
          FROM trade t
          LEFT JOIN (SELECT shard, trade_id, sum(total) AS total FROM orders GROUP BY shard, trade_id) o
            ON o.shard = t.shard AND o.trade_id = t.trade_id
         WHERE t.total IS DISTINCT FROM o.total
         UNION ALL
        SELECT format('order %s: total %s, shipping %s, lines %s',
                      o.order_id, o.total, o.shipping, coalesce(l.amount, 0))
          FROM orders o
          LEFT JOIN (SELECT shard, order_id, sum(amount) AS amount FROM order_line GROUP BY shard, order_id) l
            ON l.shard = o.shard AND l.order_id = o.order_id
         WHERE o.total - o.shipping IS DISTINCT FROM l.amount
         LIMIT :limit
        """);
  }

  @Bean
  Book orderRefunds() {
    return Book.of(
        "order-refunds",
        "Per order, refunded is the sum of its refunds; a refund is carried out within a minute.",
        database,
        """
        -- every shard
        SELECT format('order %s: refunded %s, refunds %s', o.order_id, o.refunded, coalesce(r.amount, 0))
          FROM orders o
          LEFT JOIN (SELECT shard, order_id, sum(amount) AS amount,
                            bool_or(state <> 'DONE' AND created_at < now() - interval '1 minute') AS late
                       FROM refund GROUP BY shard, order_id) r
            ON r.shard = o.shard AND r.order_id = o.order_id
         WHERE o.refunded IS DISTINCT FROM coalesce(r.amount, 0) OR r.late
         LIMIT :limit
        """);
  }

  @Bean
  Book rightShard() {
    return Book.of(
        "right-shard",
        "Every row stands on the shard that its ids name, and an order on the one of its buyer.",
        database,
        """
        -- every shard
        SELECT format('order %s of buyer %s on shard %s', order_id, buyer_id, shard)
          FROM orders
         WHERE shard <> (order_id & 1023) OR shard <> (buyer_id & 1023) OR shard <> (trade_id & 1023)
         UNION ALL
        SELECT format('trade %s of buyer %s on shard %s', trade_id, buyer_id, shard)
          FROM trade
         WHERE shard <> (trade_id & 1023) OR shard <> (buyer_id & 1023)
         LIMIT :limit
        """);
  }

  @Bean
  Book paidOrdersCaptured() {
    return Book.of(
        "paid-orders-captured",
        "Every paid trade has its money captured, in full.",
        () -> database.each(this::notCaptured).stream().flatMap(List::stream).toList());
  }

  private List<String> notCaptured(JdbcClient jdbc) {
    record Paid(long tradeId, long total) {}
    List<String> violations = new ArrayList<>();
    // in the order of the primary key: any other would read and sort all trades for each page
    long after = 0;
    List<Paid> paid;
    do {
      paid =
          jdbc.sql(
                  """
                  -- every shard
                  SELECT trade_id, total FROM trade
                   WHERE state = 'PAID' AND (shard, trade_id) > (:shard, :after)
                   ORDER BY shard, trade_id
                   LIMIT :limit
                  """)
              .param("shard", Ids.shardOf(after))
              .param("after", after)
              .param("limit", BATCH_MAX)
              .query(Paid.class)
              .list();
      Map<Long, Long> captured = payments.captured(paid.stream().map(Paid::tradeId).toList());
      paid.stream()
          .filter(trade -> !Long.valueOf(trade.total()).equals(captured.get(trade.tradeId())))
          .forEach(trade ->
              violations.add(
                  "trade %d is paid: total %d, captured %s"
                      .formatted(trade.tradeId(), trade.total(), captured.get(trade.tradeId()))));
      after = paid.isEmpty() ? after : paid.getLast().tradeId();
    } while (paid.size() == BATCH_MAX && violations.size() < Book.VIOLATIONS_MAX);
    return violations;
  }
}
