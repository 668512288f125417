package banyan.business.insight;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What must hold for a seller's figures at all times. */
@Configuration(proxyBeanMethods = false)
class InsightBooks {
  private final Database database;

  InsightBooks(Databases databases) {
    this.database = databases.module("insight");
  }

  @Bean
  Book salesSummed() {
    return Book.of(
        "sales-summed",
        "Each seller's sales by day are the sum of his sold orders and of the refunds for them.",
        database,
        """
        -- every shard
        SELECT format('seller %s on %s in %s: kept %s, summed %s', seller_id, day, currency,
                      (k.orders, k.units, k.gross, k.refunded), (s.orders, s.units, s.gross, s.refunded))
          FROM insight_day k
          FULL JOIN (SELECT shard, seller_id, day, currency, sum(orders)::bigint AS orders,
                            sum(units)::bigint AS units, sum(gross)::bigint AS gross,
                            sum(refunded)::bigint AS refunded
                       FROM (SELECT shard, seller_id, sold_on AS day, currency, 1 AS orders, units,
                                    total AS gross, 0 AS refunded
                               FROM insight_order WHERE sold_on IS NOT NULL
                              UNION ALL
                             SELECT r.shard, r.seller_id, r.day, r.currency, 0, 0, 0, r.amount
                               FROM insight_refund r
                               JOIN insight_order o ON o.shard = r.shard AND o.seller_id = r.seller_id
                                                   AND o.order_id = r.order_id
                              WHERE o.sold_on IS NOT NULL) each_one
                      GROUP BY shard, seller_id, day, currency) s USING (shard, seller_id, day, currency)
         WHERE (k.orders, k.units, k.gross, k.refunded) IS DISTINCT FROM (s.orders, s.units, s.gross, s.refunded)
         LIMIT :limit
        """);
  }

  @Bean
  Book skusSummed() {
    return Book.of(
        "skus-summed",
        "Each seller's units by SKU and day sum to his units of that day.",
        database,
        """
        -- every shard
        SELECT format('seller %s on %s in %s: %s units by day, %s by SKU', seller_id, day, currency, d.units, s.units)
          FROM (SELECT shard, seller_id, day, currency, units FROM insight_day WHERE units > 0) d
          FULL JOIN (SELECT shard, seller_id, day, currency, sum(units)::bigint AS units
                       FROM insight_sku_day
                      GROUP BY shard, seller_id, day, currency) s USING (shard, seller_id, day, currency)
         WHERE d.units IS DISTINCT FROM s.units
         LIMIT :limit
        """);
  }
}
