package banyan.business.catalog;

import banyan.business.pricing.Pricing;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import banyan.platform.money.UnitPrice;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Brings the prices a seller asks for to pricing, and shows the product with them.
 *
 * <p>Two edits at once may bring their prices in either order. Whoever finds that the product has
 * moved on meanwhile brings the newer prices again, so the last word is that of the last version.
 */
@Component
class Pricetags {
  private static final Duration SWEEP = Duration.ofSeconds(3);

  /** Products one sweep drives on. */
  private static final int SWEEP_MAX = 200;

  private final Database database;
  private final Pricing pricing;
  private final Showcase showcase;

  Pricetags(Databases databases, Pricing pricing, Showcase showcase, Jobs jobs) {
    this.database = databases.module("catalog");
    this.pricing = pricing;
    this.showcase = showcase;
    jobs.every(SWEEP, "catalog-prices", database, this::sweep);
  }

  private record Row(
      long sellerId, int version, int pricedVersion, long skuId, long priceE4, String currency) {}

  /** A repeat does nothing once the prices of the newest version are in force. */
  void bring(long productId) {
    for (boolean again = false; ; again = true) {
      List<Row> rows = database.fresh(productId, jdbc -> read(jdbc, productId));
      Row first = rows.getFirst();
      if (!again && first.pricedVersion() == first.version()) {
        return;
      }
      Map<Long, UnitPrice> prices = new LinkedHashMap<>();
      rows.forEach(row -> prices.put(row.skuId(), new UnitPrice(row.priceE4(), row.currency())));
      pricing.setPrices(first.sellerId(), prices);
      boolean shown = show(productId, first);
      showcase.changed(List.of(productId));
      if (shown) {
        return;
      }
    }
  }

  private static List<Row> read(JdbcClient jdbc, long productId) {
    return jdbc.sql(
            """
            SELECT p.seller_id, p.version, p.priced_version, s.sku_id, s.price_e4, s.currency
              FROM product p JOIN sku s ON s.shard = p.shard AND s.product_id = p.product_id
             WHERE p.shard = :shard AND p.product_id = :product AND NOT s.withdrawn
             LIMIT :limit
            """)
        .param("shard", Ids.shardOf(productId))
        .param("product", productId)
        .param("limit", Catalog.SKUS_MAX)
        .query(Row.class)
        .list();
  }

  private boolean show(long productId, Row seen) {
    return database.write(
        productId,
        jdbc -> {
          boolean still =
              jdbc.sql(
                          """
                          UPDATE product SET priced_version = version
                           WHERE shard = :shard AND product_id = :product AND version = :version
                          """)
                      .param("shard", Ids.shardOf(productId))
                      .param("product", productId)
                      .param("version", seen.version())
                      .update()
                  == 1;
          if (still) {
            database.publish(new ProductChanged(productId, seen.sellerId()));
          }
          return still;
        });
  }

  /** Products whose writer has died between the two modules. */
  private void sweep(JdbcClient jdbc) {
    jdbc.sql(
            """
            -- every shard
            SELECT product_id FROM product
             WHERE priced_version < version AND updated_at < now() - interval '5 seconds'
             ORDER BY updated_at
             LIMIT :limit
            """)
        .param("limit", SWEEP_MAX)
        .query(Long.class)
        .list()
        .forEach(this::bring);
  }
}
