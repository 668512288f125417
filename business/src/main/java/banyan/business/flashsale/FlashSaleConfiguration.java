package banyan.business.flashsale;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FlashSaleConfiguration {
  @Bean
  Book flashSaleLimitsKept(Databases databases) {
    Database database = databases.module("flashsale");
    return Book.of(
        "flash-sale-limits-kept",
        "A buyer has had of a flash sale what his standing claims say, and never more than its limit.",
        database,
        """
        -- every shard
        SELECT format('buyer %s of sale %s counts %s units, has claims on %s, may have %s',
                      buyer_id, sale_id, coalesce(b.used, 0), coalesce(c.units, 0),
                      b.per_buyer_max)
          FROM flash_buyer b
          FULL JOIN (SELECT c.shard, o.buyer_id, c.sale_id, sum(c.quantity) AS units
                       FROM flash_claim c
                       JOIN flash_order o ON o.shard = c.shard AND o.order_id = c.order_id
                      WHERE NOT o.given_back
                      GROUP BY c.shard, o.buyer_id, c.sale_id) c
         USING (shard, buyer_id, sale_id)
         WHERE coalesce(b.used, 0) <> coalesce(c.units, 0)
            OR coalesce(c.units, 0) > coalesce(b.per_buyer_max, 0)
         LIMIT :limit
        """);
  }
}
