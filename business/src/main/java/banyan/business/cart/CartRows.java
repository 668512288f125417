package banyan.business.cart;

import banyan.business.cart.Carts.CartLine;
import banyan.business.pricing.Pricing;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import banyan.platform.web.Buyer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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

  CartRows(Databases databases, Jobs jobs) {
    this.database = databases.module("cart");
    jobs.every(SWEEP_EVERY, "guest-carts", database, CartRows::sweep);
  }

  List<CartLine> lines(long buyerId) {
    return database.fresh(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT sku_id, quantity
                      FROM cart_line
                     WHERE shard = :shard AND buyer_id = :buyerId
                     ORDER BY added_at, sku_id
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("buyerId", buyerId)
                .param("limit", LINES_MAX)
                .query(CartLine.class)
                .list());
  }

  /**
   * Puts so many units into the cart, whatever was there. Two new lines sent at the same moment may
   * together pass the limit by one; nothing depends on it.
   *
   * @return false when the cart is full
   */
  boolean put(Buyer buyer, long skuId, int quantity) {
    int rows =
        database.write(
            buyer.id(),
            jdbc ->
                jdbc.sql(
                        """
                        INSERT INTO cart_line (shard, buyer_id, sku_id, quantity, guest)
                        SELECT :shard, :buyerId, :skuId, :quantity, :guest
                         WHERE (SELECT count(*) FROM cart_line o
                                 WHERE o.shard = :shard AND o.buyer_id = :buyerId
                                   AND o.sku_id <> :skuId) < :linesMax
                        ON CONFLICT (shard, buyer_id, sku_id) DO UPDATE
                           SET quantity = excluded.quantity
                        """)
                    .param("shard", Ids.shardOf(buyer.id()))
                    .param("buyerId", buyer.id())
                    .param("skuId", skuId)
                    .param("quantity", quantity)
                    .param("guest", !buyer.member())
                    .param("linesMax", LINES_MAX)
                    .update());
    return rows == 1;
  }

  void remove(long buyerId, Collection<Long> skuIds) {
    database.change(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    DELETE FROM cart_line
                     WHERE shard = :shard AND buyer_id = :buyerId AND sku_id = ANY(:skuIds)
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("buyerId", buyerId)
                .param("skuIds", skuIds.toArray(Long[]::new))
                .update());
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
