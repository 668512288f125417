package banyan.business.catalog;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Products from new to old, published or not: ids grow with the time. */
@Component
class AllProducts {
  private final Database database;

  AllProducts(Databases databases) {
    this.database = databases.module("catalog");
  }

  List<Long> ofSeller(long sellerId, long before, int limit) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT product_id FROM product
                     WHERE shard = :shard AND seller_id = :seller AND product_id < :before
                     ORDER BY product_id DESC
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("seller", sellerId)
                .param("before", before)
                .param("limit", limit)
                .query(Long.class)
                .list());
  }

  /** Of all sellers: the newest of every shard make the newest of all. */
  List<Long> newest(long before, int limit) {
    return database.readEach(jdbc -> newest(jdbc, before, limit)).stream()
        .flatMap(List::stream)
        .sorted(Comparator.reverseOrder())
        .limit(limit)
        .toList();
  }

  private static List<Long> newest(JdbcClient jdbc, long before, int limit) {
    return jdbc.sql(
            """
            -- every shard
            SELECT product_id FROM product
             WHERE product_id < :before
             ORDER BY product_id DESC
             LIMIT :limit
            """)
        .param("before", before)
        .param("limit", limit)
        .query(Long.class)
        .list();
  }
}
