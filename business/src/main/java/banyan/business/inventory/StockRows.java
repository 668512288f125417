package banyan.business.inventory;

import banyan.business.inventory.Inventory.Line;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The statements on stock, reservations and movements of one seller's shard. */
class StockRows {
  /** A place where a SKU lies, locked until the transaction ends. */
  record Place(long skuId, String location, long free) {
    /**
     * Whether goods may be taken from here by who asks for this place; empty for any ordinary one.
     */
    boolean serves(String wanted) {
      return wanted.isEmpty() ? !location.startsWith("flash-") : location.equals(wanted);
    }

    Place without(Take take) {
      return take.location().equals(location)
          ? new Place(skuId, location, free - take.quantity())
          : this;
    }
  }

  /** Units to take from a place. */
  record Take(long skuId, String location, int quantity) {
    boolean ordinary() {
      return !location.startsWith("flash-");
    }
  }

  /** Units taken for a reservation, which holds them so long. */
  record Hold(long reservationId, Take take, long ttlMillis) {}

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

  /** {@link #lock} for SKUs of several sellers: every place of theirs, in the order of shards. */
  static List<Place> lockAll(JdbcClient jdbc, Collection<Long> skuIds) {
    return jdbc.sql(
            """
            SELECT sku_id, location, on_hand - reserved AS free
              FROM stock
             WHERE shard = ANY(:shards) AND sku_id = ANY(:skuIds)
             ORDER BY shard, sku_id, location
               FOR UPDATE
            """)
        .param("shards", shards(skuIds))
        .param("skuIds", skuIds.toArray(Long[]::new))
        .query((row, n) -> new Place(row.getLong(1), row.getString(2), row.getLong(3)))
        .list();
  }

  /** Those of the reservations that were made and still hold, or have held until it was sold. */
  static Set<Long> held(JdbcClient jdbc, Map<Long, Integer> shardOf) {
    return new HashSet<>(
        jdbc.sql(
                """
                SELECT DISTINCT reservation_id FROM reservation
                 WHERE shard = ANY(:shards) AND reservation_id = ANY(:ids) AND state IN ('HELD', 'CONFIRMED')
                """)
            .param("shards", shardOf.values().stream().distinct().toArray(Integer[]::new))
            .param("ids", shardOf.keySet().toArray(Long[]::new))
            .query(Long.class)
            .list());
  }

  private static Integer[] shards(Collection<Long> ids) {
    return ids.stream().map(Ids::shardOf).distinct().toArray(Integer[]::new);
  }

  /** Writes holds of several reservations, and counts them on the places they take from. */
  static void hold(JdbcClient jdbc, List<Hold> holds) {
    if (holds.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            WITH hold AS (
                SELECT * FROM unnest(:shards, :ids, :skuIds, :locations, :quantities, :ttls)
                           AS t(shard, reservation_id, sku_id, location, quantity, ttl)
            ), counted AS (
                UPDATE stock s SET reserved = s.reserved + t.quantity
                  FROM (SELECT shard, sku_id, location, sum(quantity) AS quantity
                          FROM hold GROUP BY shard, sku_id, location) t
                 WHERE s.shard = t.shard AND s.sku_id = t.sku_id AND s.location = t.location
            )
            INSERT INTO reservation (shard, reservation_id, sku_id, location, quantity, state, expires_at)
            SELECT shard, reservation_id, sku_id, location, quantity, 'HELD', now() + make_interval(secs => ttl)
              FROM hold
            ON CONFLICT (shard, reservation_id, sku_id, location)
            DO UPDATE SET quantity = excluded.quantity, state = 'HELD', expires_at = excluded.expires_at
            """)
        .param(
            "shards",
            holds.stream()
                .map(hold -> (short) Ids.shardOf(hold.take().skuId()))
                .toArray(Short[]::new))
        .param("ids", holds.stream().map(Hold::reservationId).toArray(Long[]::new))
        .param("skuIds", holds.stream().map(hold -> hold.take().skuId()).toArray(Long[]::new))
        .param(
            "locations", holds.stream().map(hold -> hold.take().location()).toArray(String[]::new))
        .param(
            "quantities",
            holds.stream().map(hold -> hold.take().quantity()).toArray(Integer[]::new))
        .param("ttls", holds.stream().map(hold -> hold.ttlMillis() / 1000.0).toArray(Double[]::new))
        .update();
  }

  void hold(List<Hold> holds) {
    hold(jdbc, holds);
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

  /** What those of the reservations that have expired had held, to take it again. */
  Map<Long, List<Take>> expired(Collection<Long> reservationIds) {
    Map<Long, List<Take>> expired = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT reservation_id, sku_id, location, quantity
              FROM reservation
             WHERE shard = :shard AND reservation_id = ANY(:ids) AND state = 'EXPIRED'
             ORDER BY reservation_id, sku_id, location
            """)
        .param("shard", shard)
        .param("ids", reservationIds.toArray(Long[]::new))
        .query(row -> {
          expired
              .computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
              .add(new Take(row.getLong(2), row.getString(3), row.getInt(4)));
        });
    return expired;
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
