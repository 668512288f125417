package banyan.business.cart;

import static banyan.platform.data.Columns.integers;
import static banyan.platform.data.Columns.numbers;

import banyan.business.cart.Carts.CartLine;
import banyan.business.pricing.Pricing;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import banyan.platform.web.Buyer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of carts. */
@Component
class CartRows {
  /** Lines of a cart: a page that can still be read, and one question to each neighbour. */
  static final int LINES_MAX = 200;

  /** As long as a guest's cookie lives. */
  private static final int GUEST_DAYS = 90;

  private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

  /** Rows one pass of the sweeper deletes: short enough to hold nobody up. */
  private static final int SWEEP_MAX = 5_000;

  private final Database database;
  private final Shared<Long, List<CartLine>> lines;
  private final Shared<Put, Boolean> puts;
  private final Shared<List<Place>, Boolean> removals;

  CartRows(Databases databases, Jobs jobs) {
    this.database = databases.module("cart");
    this.lines = database.sharedRead("lines", CartRows::linesOf);
    this.puts = database.shared("puts", CartRows::put);
    this.removals = database.shared("removals", CartRows::remove);
    jobs.every(SWEEP_EVERY, "guest-carts", database, CartRows::sweep);
  }

  List<CartLine> lines(long buyerId) {
    return lines.take(buyerId, buyerId);
  }

  private static List<List<CartLine>> linesOf(JdbcClient jdbc, List<Long> buyerIds) {
    Map<Long, List<CartLine>> lines = new HashMap<>();
    jdbc.sql(
            """
            SELECT n.buyer_id, l.sku_id, l.quantity
              FROM (SELECT DISTINCT shard, buyer_id FROM unnest(:shards, :buyerIds) AS b(shard, buyer_id)) n
             CROSS JOIN LATERAL (SELECT sku_id, quantity, added_at
                                   FROM cart_line c
                                  WHERE c.shard = n.shard AND c.buyer_id = n.buyer_id
                                  ORDER BY added_at, sku_id
                                  LIMIT :limit) l
             ORDER BY l.added_at, l.sku_id
            """)
        .param("shards", integers(buyerIds, Ids::shardOf))
        .param("buyerIds", buyerIds.toArray(Long[]::new))
        .param("limit", LINES_MAX)
        .query(row -> {
          lines
              .computeIfAbsent(row.getLong(1), buyerId -> new ArrayList<>())
              .add(new CartLine(row.getLong(2), row.getInt(3)));
        });
    return buyerIds.stream().map(buyerId -> lines.getOrDefault(buyerId, List.of())).toList();
  }

  /**
   * Puts so many units into the cart, whatever was there. Two new lines sent at the same moment may
   * together pass the limit by one; nothing depends on it.
   *
   * @return false when the cart is full
   */
  boolean put(Buyer buyer, long skuId, int quantity) {
    return puts.take(buyer.id(), new Put(new Place(buyer.id(), skuId), quantity, !buyer.member()));
  }

  private record Place(long buyerId, long skuId) {}

  private record Put(Place place, int quantity, boolean guest) {}

  private static List<Boolean> put(JdbcClient jdbc, List<Put> all) {
    // of two puts at one place the later one stays
    Map<Place, Put> puts = new LinkedHashMap<>();
    all.forEach(put -> puts.put(put.place(), put));
    Set<Place> done =
        new HashSet<>(
            jdbc.sql(
                    """
                    INSERT INTO cart_line (shard, buyer_id, sku_id, quantity, guest)
                    SELECT shard, buyer_id, sku_id, quantity, guest
                      FROM unnest(:shards, :buyerIds, :skuIds, :quantities, :guests)
                           AS n(shard, buyer_id, sku_id, quantity, guest)
                     WHERE (SELECT count(*) FROM cart_line o
                             WHERE o.shard = n.shard AND o.buyer_id = n.buyer_id
                               AND o.sku_id <> n.sku_id) < :linesMax
                     ORDER BY shard, buyer_id, sku_id
                    ON CONFLICT (shard, buyer_id, sku_id) DO UPDATE
                       SET quantity = excluded.quantity
                    RETURNING buyer_id, sku_id
                    """)
                .param("shards", integers(puts.keySet(), place -> Ids.shardOf(place.buyerId())))
                .param("buyerIds", numbers(puts.keySet(), Place::buyerId))
                .param("skuIds", numbers(puts.keySet(), Place::skuId))
                .param("quantities", integers(puts.values(), Put::quantity))
                .param("guests", puts.values().stream().map(Put::guest).toArray(Boolean[]::new))
                .param("linesMax", LINES_MAX)
                .query((row, n) -> new Place(row.getLong(1), row.getLong(2)))
                .list());
    return all.stream().map(put -> done.contains(put.place())).toList();
  }

  void remove(long buyerId, Collection<Long> skuIds) {
    removals.take(buyerId, skuIds.stream().map(skuId -> new Place(buyerId, skuId)).toList());
  }

  private static List<Boolean> remove(JdbcClient jdbc, List<List<Place>> all) {
    List<Place> places = all.stream().flatMap(List::stream).toList();
    jdbc.sql(
            """
            DELETE FROM cart_line c
             USING unnest(:shards, :buyerIds, :skuIds) AS n(shard, buyer_id, sku_id)
             WHERE c.shard = n.shard AND c.buyer_id = n.buyer_id AND c.sku_id = n.sku_id
            """)
        .param("shards", integers(places, place -> Ids.shardOf(place.buyerId())))
        .param("buyerIds", numbers(places, Place::buyerId))
        .param("skuIds", numbers(places, Place::skuId))
        .update();
    return all.stream().map(done -> true).toList();
  }

  void clear(long buyerId) {
    database.change(
        buyerId,
        jdbc ->
            jdbc.sql("DELETE FROM cart_line WHERE shard = :shard AND buyer_id = :buyerId")
                .param("shard", Ids.shardOf(buyerId))
                .param("buyerId", buyerId)
                .update());
  }

  /** Adds the lines of a handover to a member's cart, once. */
  void arrive(long memberId, Handovers.Handover handover) {
    database.change(
        memberId,
        jdbc -> {
          int first =
              jdbc.sql(
                      """
                      INSERT INTO cart_arrival (shard, member_id, handover_id)
                      VALUES (:shard, :memberId, :handoverId)
                      ON CONFLICT DO NOTHING
                      """)
                  .param("shard", Ids.shardOf(memberId))
                  .param("memberId", memberId)
                  .param("handoverId", handover.handoverId())
                  .update();
          if (first == 1) {
            add(jdbc, memberId, handover);
            dropSurplus(jdbc, memberId);
          }
        });
  }

  private static void add(JdbcClient jdbc, long memberId, Handovers.Handover handover) {
    jdbc.sql(
            """
            INSERT INTO cart_line AS c (shard, buyer_id, sku_id, quantity, guest)
            SELECT :shard, :memberId, n.sku_id, n.quantity, false
              FROM unnest(:skuIds, :quantities) AS n (sku_id, quantity)
             ORDER BY n.sku_id
            ON CONFLICT (shard, buyer_id, sku_id) DO UPDATE
               SET quantity = least(c.quantity + excluded.quantity, :quantityMax)
            """)
        .param("shard", Ids.shardOf(memberId))
        .param("memberId", memberId)
        .param("skuIds", handover.skuIds())
        .param("quantities", handover.quantities())
        .param("quantityMax", Pricing.QUANTITY_MAX)
        .update();
  }

  /** What the member put aside first stays; of what came last, the rest is left out. */
  private static void dropSurplus(JdbcClient jdbc, long memberId) {
    jdbc.sql(
            """
            DELETE FROM cart_line
             WHERE shard = :shard AND buyer_id = :memberId
               AND sku_id IN (SELECT o.sku_id FROM cart_line o
                               WHERE o.shard = :shard AND o.buyer_id = :memberId
                               ORDER BY o.added_at, o.sku_id
                              OFFSET :linesMax)
            """)
        .param("shard", Ids.shardOf(memberId))
        .param("memberId", memberId)
        .param("linesMax", LINES_MAX)
        .update();
  }

  private static void sweep(JdbcClient jdbc) {
    jdbc.sql(
            """
            -- every shard
            DELETE FROM cart_line
             WHERE (shard, buyer_id, sku_id) IN
                   (SELECT shard, buyer_id, sku_id FROM cart_line
                     WHERE guest AND added_at < now() - make_interval(days => :days)
                     LIMIT :limit)
            """)
        .param("days", GUEST_DAYS)
        .param("limit", SWEEP_MAX)
        .update();
    jdbc.sql(
            """
            -- every shard
            DELETE FROM favourite
             WHERE (shard, buyer_id, product_id) IN
                   (SELECT shard, buyer_id, product_id FROM favourite
                     WHERE guest AND added_at < now() - make_interval(days => :days)
                     LIMIT :limit)
            """)
        .param("days", GUEST_DAYS)
        .param("limit", SWEEP_MAX)
        .update();
  }
}
