package banyan.business.inventory;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What must hold for stock at all times. */
@Configuration(proxyBeanMethods = false)
class StockBooks {
  private final Database database;

  StockBooks(Databases databases) {
    this.database = databases.module("inventory");
  }

  @Bean
  Book stockConserved() {
    return Book.of(
        "stock-conserved",
        "Per SKU and location, received + returned + moved in − sold − written off − moved out = on hand.",
        database,
        """
        -- every shard
        SELECT format('SKU %s at %s: on hand %s, movements %s',
                      s.sku_id, s.location, s.on_hand, coalesce(m.quantity, 0))
          FROM stock s
          FULL JOIN (SELECT shard, sku_id, location, sum(quantity) AS quantity
                       FROM stock_movement GROUP BY shard, sku_id, location) m USING (shard, sku_id, location)
         WHERE s.on_hand IS DISTINCT FROM coalesce(m.quantity, 0)
         LIMIT :limit
        """);
  }

  @Bean
  Book stockReserved() {
    return Book.of(
        "stock-reserved",
        "Per SKU and location, reserved = the sum of held reservations, and never more than on hand.",
        database,
        """
        -- every shard
        SELECT format('SKU %s at %s: reserved %s of %s, held %s', s.sku_id, s.location, s.reserved, s.on_hand,
                      coalesce(r.quantity, 0))
          FROM stock s
          FULL JOIN (SELECT shard, sku_id, location, sum(quantity) AS quantity
                       FROM reservation WHERE state = 'HELD'
                      GROUP BY shard, sku_id, location) r USING (shard, sku_id, location)
         WHERE s.reserved IS DISTINCT FROM coalesce(r.quantity, 0) OR s.reserved > s.on_hand OR s.reserved < 0
         LIMIT :limit
        """);
  }

  @Bean
  Book stockSold() {
    return Book.of(
        "stock-sold",
        "Every confirmed reservation has left the house exactly once, and nothing else was sold.",
        database,
        """
        -- every shard
        SELECT format('reservation %s, SKU %s: confirmed %s, sold %s', coalesce(r.reservation_id::text, m.cause),
                      coalesce(r.sku_id, m.sku_id), coalesce(r.quantity, 0), coalesce(-m.quantity, 0))
          FROM (SELECT shard, reservation_id, sku_id, location, quantity
                  FROM reservation WHERE state = 'CONFIRMED') r
          FULL JOIN (SELECT shard, cause, sku_id, location, quantity
                       FROM stock_movement WHERE kind = 'sold') m
            ON m.shard = r.shard AND m.cause = r.reservation_id::text AND m.sku_id = r.sku_id
               AND m.location = r.location
         WHERE r.quantity IS DISTINCT FROM -m.quantity
         LIMIT :limit
        """);
  }

  @Bean
  Book reservationsFresh() {
    return Book.of(
        "reservations-fresh",
        "No reservation is held a minute longer than it was made for.",
        database,
        """
        -- every shard
        SELECT format('reservation %s, SKU %s: expired at %s', reservation_id, sku_id, expires_at)
          FROM reservation
         WHERE state = 'HELD' AND expires_at < now() - interval '1 minute'
         LIMIT :limit
        """);
  }
}
