package banyan.business.catalog;

import banyan.business.pricing.Pricing;
import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What must always hold in the shop window. */
@Configuration(proxyBeanMethods = false)
class CatalogBooks {
  private static final int PART = 1_000;

  @Bean
  Book skusBelong(Databases databases) {
    Database database = databases.module("catalog");
    return Book.of(
        "catalog-skus-belong",
        "Every SKU belongs to a product of the same seller, and every product to a shop.",
        database,
        """
        -- every shard
        SELECT 'SKU ' || s.sku_id || ' of seller ' || s.seller_id
               || ' has no product of that seller'
          FROM sku s
         WHERE NOT EXISTS (SELECT 1 FROM product p
                            WHERE p.shard = s.shard AND p.product_id = s.product_id
                              AND p.seller_id = s.seller_id)
        UNION ALL
        SELECT 'product ' || p.product_id || ' has no shop'
          FROM product p
         WHERE NOT EXISTS (SELECT 1 FROM shop h
                            WHERE h.shard = p.shard AND h.seller_id = p.seller_id)
         LIMIT :limit
        """);
  }

  @Bean
  Book skusOnShowHavePrices(Databases databases, Pricing pricing) {
    Database database = databases.module("catalog");
    return Book.of(
        "catalog-skus-on-show-priced",
        "Every SKU on show has a price.",
        () -> {
          List<String> violations = new ArrayList<>();
          database.each(jdbc -> {
            long after = 0;
            List<Long> part = onShow(jdbc, after);
            while (!part.isEmpty() && violations.size() < Book.VIOLATIONS_MAX) {
              Map<Long, ?> prices = pricing.prices(part);
              part.stream()
                  .filter(skuId -> !prices.containsKey(skuId))
                  .map(skuId -> "SKU " + skuId + " is on show without a price")
                  .forEach(violations::add);
              after = part.getLast();
              part = onShow(jdbc, after);
            }
            return Set.of();
          });
          return violations.stream().limit(Book.VIOLATIONS_MAX).toList();
        });
  }

  private static List<Long> onShow(JdbcClient jdbc, long after) {
    return jdbc.sql(
            """
            -- every shard
            SELECT s.sku_id
              FROM sku s JOIN product p ON p.shard = s.shard AND p.product_id = s.product_id
             WHERE (s.shard, s.sku_id) > (:shard, :after)
               AND p.published AND p.priced_version = p.version AND NOT s.withdrawn
             ORDER BY s.shard, s.sku_id
             LIMIT :limit
            """)
        .param("shard", Ids.shardOf(after))
        .param("after", after)
        .param("limit", PART)
        .query(Long.class)
        .list();
  }
}
