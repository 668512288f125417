package banyan.business.insight;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Reads what {@link Sales} has kept. */
@Component
class Dashboards {
  /** Best SKUs of one dashboard: what fits on a screen. */
  static final int BEST_MAX = 20;

  /** Open orders it lists; the whole list is the order module's. */
  static final int OPEN_MAX = 20;

  record Day(LocalDate day, String currency, long orders, long units, long gross, long refunded) {}

  record Best(long skuId, long productId, String title, String currency, long units, long gross) {}

  record OpenOrder(long orderId, String state, String currency, long total, Instant changedAt) {}

  record OpenCount(String state, long orders) {}

  private final Database database;

  Dashboards(Databases databases) {
    this.database = databases.module("insight");
  }

  /** Several of these at one moment, so that totals and lists tell the same story. */
  <T> T atOnce(long sellerId, Supplier<T> reads) {
    return database.snapshot(sellerId, jdbc -> reads.get());
  }

  /** Days with sales or refunds, in order. */
  List<Day> days(long sellerId, LocalDate from, LocalDate to) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT day, currency, orders, units, gross, refunded
                      FROM insight_day
                     WHERE shard = :shard AND seller_id = :sellerId AND day BETWEEN :from AND :to
                     ORDER BY day, currency
                     LIMIT 10000
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("sellerId", sellerId)
                .param("from", from)
                .param("to", to)
                .query(Day.class)
                .list());
  }

  /** The SKUs that brought in most, by the sum of their lines. */
  List<Best> best(long sellerId, LocalDate from, LocalDate to) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT sku_id, max(product_id) AS product_id, max(title) AS title, currency,
                           sum(units)::bigint AS units, sum(gross)::bigint AS gross
                      FROM insight_sku_day
                     WHERE shard = :shard AND seller_id = :sellerId AND day BETWEEN :from AND :to
                     GROUP BY sku_id, currency
                     ORDER BY sum(gross) DESC, sku_id
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("sellerId", sellerId)
                .param("from", from)
                .param("to", to)
                .param("limit", BEST_MAX)
                .query(Best.class)
                .list());
  }

  /** How many orders wait for money, a parcel or the buyer's word. */
  List<OpenCount> openCounts(long sellerId) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT state, count(*) AS orders
                      FROM insight_order
                     WHERE shard = :shard AND seller_id = :sellerId
                       AND state IN ('AWAITING_PAYMENT', 'PAID', 'PARTLY_SHIPPED', 'SHIPPED')
                     GROUP BY state
                     ORDER BY state
                     LIMIT 10
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("sellerId", sellerId)
                .query(OpenCount.class)
                .list());
  }

  /** The oldest open orders. */
  List<OpenOrder> oldestOpen(long sellerId) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT order_id, state, currency, total, changed_at
                      FROM insight_order
                     WHERE shard = :shard AND seller_id = :sellerId
                       AND state IN ('AWAITING_PAYMENT', 'PAID', 'PARTLY_SHIPPED', 'SHIPPED')
                     ORDER BY order_id
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("sellerId", sellerId)
                .param("limit", OPEN_MAX)
                .query((row, n) ->
                    new OpenOrder(
                        row.getLong("order_id"),
                        row.getString("state"),
                        row.getString("currency"),
                        row.getLong("total"),
                        row.getTimestamp("changed_at").toInstant()))
                .list());
  }
}
