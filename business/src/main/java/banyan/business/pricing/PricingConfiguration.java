package banyan.business.pricing;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PricingSettings.class)
class PricingConfiguration {
  @Bean
  Calculation calculation(PricingSettings settings) {
    return new Calculation(settings.shipping().shipping(), settings.tax().tax());
  }

  @Bean
  Prices prices(Databases databases) {
    return new Prices(databases.module("pricing"));
  }

  @Bean
  Quotes quotes(Databases databases, Ids ids, JsonMapper json, Jobs jobs) {
    Database database = databases.module("pricing");
    jobs.every(Quotes.SWEEP_EVERY, "quotes", database, Quotes::sweep);
    return new Quotes(database, ids, json);
  }

  @Bean
  Book couponLimitsKept(Databases databases) {
    Database database = databases.module("pricing");
    return Book.of(
        "coupon-limits-kept",
        "A coupon is used as often as its uses say, and never beyond its limits in total or for one buyer.",
        database,
        """
        -- every shard
            SELECT violation FROM (
        SELECT format('coupon %s counts %s uses, has %s, may have %s',
                      c.coupon_id, c.used, count(u.trade_id), c.uses_max) AS violation
          FROM coupon c
          LEFT JOIN coupon_use u ON u.shard = c.shard AND u.coupon_id = c.coupon_id
                                AND u.state = 'REDEEMED'
         GROUP BY c.shard, c.coupon_id
        HAVING c.used <> count(u.trade_id) OR count(u.trade_id) > c.uses_max
         UNION ALL
        SELECT format('coupon %s counts %s uses of buyer %s, has %s, may have %s',
                      coupon_id, coalesce(b.used, 0), buyer_id, coalesce(u.uses, 0),
                      c.uses_per_buyer_max)
          FROM coupon_buyer b
          FULL JOIN (SELECT shard, coupon_id, buyer_id, count(*) AS uses
                       FROM coupon_use
                      WHERE state = 'REDEEMED'
                      GROUP BY shard, coupon_id, buyer_id) u
         USING (shard, coupon_id, buyer_id)
          LEFT JOIN coupon c USING (shard, coupon_id)
         WHERE coalesce(b.used, 0) <> coalesce(u.uses, 0)
            OR coalesce(u.uses, 0) > c.uses_per_buyer_max
        ) v
        LIMIT :limit
        """);
  }
}
