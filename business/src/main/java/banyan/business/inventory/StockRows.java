package banyan.business.inventory;

import banyan.business.inventory.Inventory.Line;
import banyan.platform.ids.Ids;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The statements on stock, reservations and movements of one seller's shard. */
class StockRows {
  /** A place where a SKU lies, locked until the transaction ends. */
  record Place(long skuId, String location, long free) {}

  /** Units to take from a place. */
  record Take(long skuId, String location, int quantity) {}

  private final JdbcClient jdbc;
  private final int shard;

  StockRows(JdbcClient jdbc, long shardKey) {
    this.jdbc = jdbc;
    this.shard = Ids.shardOf(shardKey);
  }

  /**
   * Locks the places of these SKUs in one order for everybody, so that two orders with the same
   * SKUs never wait for each other.
   *
   * @param location only this one; empty for all but those of flash sales
   */
  List<Place> lock(Collection<Long> skuIds, String location) {
    return jdbc.sql(
            """
            SELECT sku_id, location, on_hand - reserved AS free
              FROM stock
             WHERE shard = :shard AND sku_id = ANY(:skuIds)
               AND CASE WHEN :location = '' THEN location NOT LIKE 'flash-%' ELSE location = :location END
             ORDER BY sku_id, location
               FOR UPDATE
            """)
        .param("shard", shard)
        .param("skuIds", skuIds.toArray(Long[]::new))
        .param("location", location)
        .query(Place.class)
        .list();
  }

  /**
   * Locks every place that these reservations have taken from, in the same order as {@link #lock}.
   */
  List<Place> lockPlacesOf(Collection<Long> reservationIds) {
    return jdbc.sql(
            """
            SELECT s.sku_id, s.location, s.on_hand - s.reserved AS free
              FROM stock s
             WHERE s.shard = :shard
               AND (s.sku_id, s.location) IN (SELECT r.sku_id, r.location
                                                FROM reservation r
                                               WHERE r.shard = :shard AND r.reservation_id = ANY(:ids))
             ORDER BY s.sku_id, s.location
               FOR UPDATE
            """)
        .param("shard", shard)
        .param("ids", reservationIds.toArray(Long[]::new))
        .query(Place.class)
        .list();
  }

  /** The states that the rows of a reservation are in; empty when it was never made. */
  List<String> statesOf(long reservationId) {
    return jdbc.sql(
            """
            SELECT DISTINCT state FROM reservation WHERE shard = :shard AND reservation_id = :id
            """)
        .param("shard", shard)
        .param("id", reservationId)
        .query(String.class)
        .list();
  }

  void hold(long reservationId, List<Take> takes, long ttlMillis) {
    jdbc.sql(
            """
            WITH take AS (
                SELECT * FROM unnest(:skuIds, :locations, :quantities) AS t(sku_id, location, quantity)
            ), counted AS (
                UPDATE stock s SET reserved = s.reserved + take.quantity
                  FROM take
                 WHERE s.shard = :shard AND s.sku_id = take.sku_id AND s.location = take.location
            )
            INSERT INTO reservation (shard, reservation_id, sku_id, location, quantity, state, expires_at)
            SELECT :shard, :id, sku_id, location, quantity, 'HELD', now() + make_interval(secs => :ttl)
              FROM take
            ON CONFLICT (shard, reservation_id, sku_id, location)
            DO UPDATE SET quantity = excluded.quantity, state = 'HELD', expires_at = excluded.expires_at
            """)
        .param("skuIds", takes.stream().map(Take::skuId).toArray(Long[]::new))
        .param("locations", takes.stream().map(Take::location).toArray(String[]::new))
        .param("quantities", takes.stream().map(Take::quantity).toArray(Integer[]::new))
        .param("shard", shard)
        .param("id", reservationId)
        .param("ttl", ttlMillis / 1000.0)
        .update();
  }

  /** Held goods leave the house; returns the number of rows that changed. */
  int sell(Collection<Long> reservationIds) {
    return jdbc.sql(
            """
            WITH sold AS (
                UPDATE reservation SET state = 'CONFIRMED'
                 WHERE shard = :shard AND reservation_id = ANY(:ids) AND state = 'HELD'
                RETURNING reservation_id, sku_id, location, quantity
            ), counted AS (
                UPDATE stock s SET on_hand = s.on_hand - t.quantity, reserved = s.reserved - t.quantity
                  FROM (SELECT sku_id, location, sum(quantity) AS quantity
                          FROM sold GROUP BY sku_id, location) t
                 WHERE s.shard = :shard AND s.sku_id = t.sku_id AND s.location = t.location
            )
            INSERT INTO stock_movement (shard, sku_id, location, kind, cause, quantity)
            SELECT :shard, sku_id, location, 'sold', reservation_id::text, -quantity FROM sold
            """)
        .param("shard", shard)
        .param("ids", reservationIds.toArray(Long[]::new))
        .update();
  }

  /** Held goods are free again; returns the places they went back to. */
  int free(Collection<Long> reservationIds, String state) {
    return jdbc.sql(
            """
            WITH freed AS (
                UPDATE reservation SET state = :state
                 WHERE shard = :shard AND reservation_id = ANY(:ids) AND state = 'HELD'
                RETURNING sku_id, location, quantity
            )
            UPDATE stock s SET reserved = s.reserved - t.quantity
              FROM (SELECT sku_id, location, sum(quantity) AS quantity
                      FROM freed GROUP BY sku_id, location) t
             WHERE s.shard = :shard AND s.sku_id = t.sku_id AND s.location = t.location
            """)
        .param("state", state)
        .param("shard", shard)
        .param("ids", reservationIds.toArray(Long[]::new))
        .update();
  }

  /** What an expired reservation had held, to take it again. */
  List<Take> expired(long reservationId) {
    return jdbc.sql(
            """
            SELECT sku_id, location, quantity
              FROM reservation
             WHERE shard = :shard AND reservation_id = :id AND state = 'EXPIRED'
             ORDER BY sku_id, location
            """)
        .param("shard", shard)
        .param("id", reservationId)
        .query(Take.class)
        .list();
  }

  /**
   * Writes the movements that are new and adds them to the stock; returns the SKUs whose stock has
   * changed.
   */
  List<Long> add(String kind, String cause, String location, List<Line> lines) {
    return jdbc.sql(
            """
            WITH new AS (
                INSERT INTO stock_movement (shard, sku_id, location, kind, cause, quantity)
                SELECT :shard, sku_id, :location, :kind, :cause, quantity
                  FROM unnest(:skuIds, :quantities) AS t(sku_id, quantity)
                ON CONFLICT DO NOTHING
                RETURNING sku_id, quantity
            )
            INSERT INTO stock AS s (shard, sku_id, location, on_hand)
            SELECT :shard, sku_id, :location, quantity FROM new ORDER BY sku_id
            ON CONFLICT (shard, sku_id, location) DO UPDATE SET on_hand = s.on_hand + excluded.on_hand
            RETURNING sku_id
            """)
        .param("shard", shard)
        .param("location", location)
        .param("kind", kind)
        .param("cause", cause)
        .param("skuIds", lines.stream().map(Line::skuId).toArray(Long[]::new))
        .param("quantities", lines.stream().map(Line::quantity).toArray(Integer[]::new))
        .query(Long.class)
        .list();
  }

  /**
   * Writes a movement out of the house and takes it off the stock; the caller has looked that it is
   * there and new.
   */
  void remove(String kind, String cause, String location, Line line, String reason) {
    jdbc.sql(
            """
            WITH moved AS (
                INSERT INTO stock_movement (shard, sku_id, location, kind, cause, quantity, reason)
                VALUES (:shard, :skuId, :location, :kind, :cause, -:quantity, nullif(:reason, ''))
            )
            UPDATE stock SET on_hand = on_hand - :quantity
             WHERE shard = :shard AND sku_id = :skuId AND location = :location
            """)
        .param("shard", shard)
        .param("skuId", line.skuId())
        .param("location", location)
        .param("kind", kind)
        .param("cause", cause)
        .param("quantity", line.quantity())
        .param("reason", reason)
        .update();
  }

  /** Units that a movement has carried; 0 when there is none with this cause. */
  long moved(String kind, String cause, long skuId) {
    return jdbc.sql(
            """
            SELECT coalesce(sum(abs(quantity)), 0)
              FROM stock_movement
             WHERE shard = :shard AND sku_id = :skuId AND kind = :kind AND cause = :cause
            """)
        .param("shard", shard)
        .param("skuId", skuId)
        .param("kind", kind)
        .param("cause", cause)
        .query(Long.class)
        .single();
  }
}
