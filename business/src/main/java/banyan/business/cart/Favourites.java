package banyan.business.cart;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Buyer;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Products a buyer wants to find again. */
@Component
class Favourites {
  /** More than anybody looks through. */
  static final int FAVOURITES_MAX = 500;

  /**
   * @param position place in the list: microseconds since 1970
   */
  record Favourite(long productId, Instant addedAt, long position) {}

  private final Database database;

  Favourites(Databases databases) {
    this.database = databases.module("cart");
  }

  /** Newest first; of those added in the same microsecond the larger product id first. */
  List<Favourite> list(long buyerId, long beforePosition, long beforeProduct, int limit) {
    return database.read(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT product_id, added_at, position
                      FROM (SELECT product_id, added_at,
                                   (extract(epoch FROM added_at) * 1000000)::bigint AS position
                              FROM favourite
                             WHERE shard = :shard AND buyer_id = :buyerId) f
                     WHERE (position, product_id) < (:beforePosition, :beforeProduct)
                     ORDER BY position DESC, product_id DESC
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("buyerId", buyerId)
                .param("beforePosition", beforePosition)
                .param("beforeProduct", beforeProduct)
                .param("limit", limit)
                .query(Favourite.class)
                .list());
  }

  /**
   * Adds a product; a repeat does nothing.
   *
   * @return false when the list is full
   */
  boolean add(Buyer buyer, long productId) {
    return database.write(
        buyer.id(),
        jdbc -> {
          int shard = Ids.shardOf(buyer.id());
          int added =
              jdbc.sql(
                      """
                      INSERT INTO favourite (shard, buyer_id, product_id, guest)
                      SELECT :shard, :buyerId, :productId, :guest
                       WHERE (SELECT count(*) FROM favourite o
                               WHERE o.shard = :shard AND o.buyer_id = :buyerId
                                 AND o.product_id <> :productId) < :favouritesMax
                      ON CONFLICT (shard, buyer_id, product_id) DO UPDATE SET guest = excluded.guest
                      """)
                  .param("shard", shard)
                  .param("buyerId", buyer.id())
                  .param("productId", productId)
                  .param("guest", !buyer.member())
                  .param("favouritesMax", FAVOURITES_MAX)
                  .update();
          return added == 1;
        });
  }

  void remove(long buyerId, long productId) {
    database.change(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    DELETE FROM favourite
                     WHERE shard = :shard AND buyer_id = :buyerId AND product_id = :productId
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("buyerId", buyerId)
                .param("productId", productId)
                .update());
  }

  /** Adds a guest's favourites to a member's; a set needs no memory of having been added. */
  void bring(long guestId, long memberId) {
    Long[] products =
        list(guestId, Long.MAX_VALUE, 0, FAVOURITES_MAX).stream()
            .map(Favourite::productId)
            .toArray(Long[]::new);
    if (products.length == 0) {
      return;
    }
    database.change(
        memberId,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO favourite (shard, buyer_id, product_id, guest)
                    SELECT :shard, :memberId, product_id, false
                      FROM unnest(:products) AS product_id
                     LIMIT greatest(0, :favouritesMax - (SELECT count(*) FROM favourite o
                                                          WHERE o.shard = :shard
                                                            AND o.buyer_id = :memberId))
                    ON CONFLICT DO NOTHING
                    """)
                .param("shard", Ids.shardOf(memberId))
                .param("memberId", memberId)
                .param("products", products)
                .param("favouritesMax", FAVOURITES_MAX)
                .update());
    database.change(
        guestId,
        jdbc ->
            jdbc.sql(
                    """
                    DELETE FROM favourite
                     WHERE shard = :shard AND buyer_id = :guestId AND product_id = ANY(:products)
                    """)
                .param("shard", Ids.shardOf(guestId))
                .param("guestId", guestId)
                .param("products", products)
                .update());
  }
}
