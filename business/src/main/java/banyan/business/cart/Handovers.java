package banyan.business.cart;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Brings what a guest put aside into the member's cart at sign-in.
 *
 * <p>The two carts may lie on different databases, so it takes three steps, each of them safe to
 * repeat: the guest's lines become a handover (they leave the guest's cart with the same
 * statement), the handover arrives at the member's (once, remembered there), the handover is
 * forgotten. After a crash anywhere the member's next look at the cart goes on. What the guest puts
 * aside after signing out again makes a new handover.
 */
@Component
class Handovers {
  /** Handovers of one guest to one member that can be unfinished: one for each crash. */
  private static final int UNFINISHED_MAX = 100;

  record Handover(long handoverId, Long[] skuIds, Integer[] quantities) {
    static Handover of(ResultSet row, int number) throws SQLException {
      return new Handover(
          row.getLong("handover_id"),
          (Long[]) row.getArray("sku_ids").getArray(),
          (Integer[]) row.getArray("quantities").getArray());
    }
  }

  private final Database database;
  private final CartRows rows;
  private final Favourites favourites;
  private final Ids ids;

  Handovers(Databases databases, CartRows rows, Favourites favourites, Ids ids) {
    this.database = databases.module("cart");
    this.rows = rows;
    this.favourites = favourites;
    this.ids = ids;
  }

  /**
   * @param guestId who the member was before signing in; 0 for nobody
   */
  void bring(long guestId, long memberId) {
    if (guestId == 0 || guestId == memberId || !hasSomething(guestId)) {
      return;
    }
    take(guestId, memberId);
    for (Handover handover : unfinished(guestId, memberId)) {
      rows.arrive(memberId, handover);
      forget(guestId, handover.handoverId());
    }
    favourites.bring(guestId, memberId);
  }

  private boolean hasSomething(long guestId) {
    return database.fresh(
        guestId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT EXISTS (SELECT FROM cart_line WHERE shard = :shard AND buyer_id = :guestId)
                        OR EXISTS (SELECT FROM cart_handover WHERE shard = :shard AND guest_id = :guestId)
                        OR EXISTS (SELECT FROM favourite WHERE shard = :shard AND buyer_id = :guestId)
                    """)
                .param("shard", Ids.shardOf(guestId))
                .param("guestId", guestId)
                .query(Boolean.class)
                .single());
  }

  private void take(long guestId, long memberId) {
    database.change(
        guestId,
        jdbc ->
            jdbc.sql(
                    """
                    WITH taken AS (
                        DELETE FROM cart_line WHERE shard = :shard AND buyer_id = :guestId
                        RETURNING sku_id, quantity)
                    INSERT INTO cart_handover (shard, guest_id, handover_id, member_id, sku_ids, quantities)
                    SELECT :shard, :guestId, :handoverId, :memberId, array_agg(sku_id), array_agg(quantity)
                      FROM taken
                    HAVING count(*) > 0
                    """)
                .param("shard", Ids.shardOf(guestId))
                .param("guestId", guestId)
                .param("handoverId", ids.next(guestId))
                .param("memberId", memberId)
                .update());
  }

  private List<Handover> unfinished(long guestId, long memberId) {
    return database.fresh(
        guestId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT handover_id, sku_ids, quantities
                      FROM cart_handover
                     WHERE shard = :shard AND guest_id = :guestId AND member_id = :memberId
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(guestId))
                .param("guestId", guestId)
                .param("memberId", memberId)
                .param("limit", UNFINISHED_MAX)
                .query(Handover::of)
                .list());
  }

  private void forget(long guestId, long handoverId) {
    database.change(
        guestId,
        jdbc ->
            jdbc.sql(
                    """
                    DELETE FROM cart_handover
                     WHERE shard = :shard AND guest_id = :guestId AND handover_id = :handoverId
                    """)
                .param("shard", Ids.shardOf(guestId))
                .param("guestId", guestId)
                .param("handoverId", handoverId)
                .update());
  }
}
