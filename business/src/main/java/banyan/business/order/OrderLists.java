package banyan.business.order;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * Orders over all buyers, from new to old: ids grow with the time, so the newest of every shard
 * make the newest of all. With a buyer or a seller in hand one shard knows the answer.
 */
@Component
class OrderLists {
  /** What a list is narrowed to; null for anything. */
  record Filter(@Nullable OrderState state, @Nullable Long buyerId, @Nullable Long sellerId) {}

  private final Database database;

  OrderLists(Databases databases) {
    this.database = databases.module("order");
  }

  /** Ids of orders that came to be, below the given one. */
  List<Long> newest(Filter filter, long before, int limit) {
    Long buyerId = filter.buyerId();
    Long sellerId = filter.sellerId();
    if (buyerId != null) {
      return database.read(buyerId, jdbc -> ofBuyer(jdbc, filter, buyerId, before, limit));
    }
    if (sellerId != null) {
      return database.read(sellerId, jdbc -> ofSeller(jdbc, filter, sellerId, before, limit));
    }
    return database.readEach(jdbc -> ofAll(jdbc, filter, before, limit)).stream()
        .flatMap(List::stream)
        .sorted(Comparator.reverseOrder())
        .limit(limit)
        .toList();
  }

  private static List<Long> ofBuyer(
      JdbcClient jdbc, Filter filter, long buyerId, long before, int limit) {
    StatementSpec query =
        jdbc.sql(
                """
                SELECT order_id FROM orders
                 WHERE shard = :shard AND buyer_id = :buyerId AND order_id < :before
                   AND state NOT IN ('OPENED', 'REFUSED')
                   AND (:state = '' OR state = :state)
                   AND (:sellerId::bigint IS NULL OR seller_id = :sellerId)
                 ORDER BY order_id DESC
                 LIMIT :limit
                """)
            .param("shard", Ids.shardOf(buyerId))
            .param("buyerId", buyerId)
            .param("sellerId", filter.sellerId(), java.sql.Types.BIGINT);
    return list(query, filter, before, limit);
  }

  private static List<Long> ofSeller(
      JdbcClient jdbc, Filter filter, long sellerId, long before, int limit) {
    StatementSpec query =
        jdbc.sql(
                """
                SELECT order_id FROM seller_order
                 WHERE shard = :shard AND seller_id = :sellerId AND order_id < :before
                   AND (:state = '' OR state = :state)
                 ORDER BY order_id DESC
                 LIMIT :limit
                """)
            .param("shard", Ids.shardOf(sellerId))
            .param("sellerId", sellerId);
    return list(query, filter, before, limit);
  }

  /** Two statements, for each has an index of its own: a rare state is not looked for in all. */
  private static List<Long> ofAll(JdbcClient jdbc, Filter filter, long before, int limit) {
    String sql =
        filter.state() == null
            ? """
            -- every shard
            SELECT order_id FROM orders
             WHERE order_id < :before AND state NOT IN ('OPENED', 'REFUSED') AND :state = ''
             ORDER BY order_id DESC
             LIMIT :limit
            """
            : """
            -- every shard
            SELECT order_id FROM orders
             WHERE order_id < :before AND state = :state AND state NOT IN ('OPENED', 'REFUSED')
             ORDER BY order_id DESC
             LIMIT :limit
            """;
    return list(jdbc.sql(sql), filter, before, limit);
  }

  private static List<Long> list(StatementSpec query, Filter filter, long before, int limit) {
    OrderState state = filter.state();
    return query
        .param("state", state == null ? "" : state.name())
        .param("before", before)
        .param("limit", limit)
        .query(Long.class)
        .list();
  }
}
