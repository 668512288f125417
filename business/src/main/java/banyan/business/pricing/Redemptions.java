package banyan.business.pricing;

import banyan.business.pricing.Pricing.CouponRefused;
import banyan.business.pricing.Pricing.Redeemed;
import banyan.business.pricing.Pricing.Redemption;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Uses of coupons. Three rows change together, or none: the use of this trade, the buyer's count,
 * the coupon's count. They are taken in this order so that the coupon's row, which all its users
 * want, is locked last and shortest.
 */
@Component
class Redemptions {
  /** Coupons one trade may try: far more than a checkout has fields for. */
  private static final int COUPONS_OF_TRADE_MAX = 100;

  /** Takes a half-done transaction back. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String reason;

    Refused(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  private final Database database;
  private final Coupons coupons;

  Redemptions(Databases databases, Coupons coupons) {
    this.database = databases.module("pricing");
    this.coupons = coupons;
  }

  Redemption redeem(long tradeId, long buyerId, String code) {
    Optional<Coupon> found = coupons.find(code);
    if (found.isEmpty()) {
      return new CouponRefused(code, "unknown");
    }
    Coupon coupon = found.get();
    remember(tradeId, buyerId, coupon.couponId());
    try {
      database.change(coupon.couponId(), jdbc -> use(jdbc, coupon.couponId(), tradeId, buyerId));
      return new Redeemed(coupon.code());
    } catch (Refused refused) {
      return new CouponRefused(coupon.code(), refused.reason);
    }
  }

  private void remember(long tradeId, long buyerId, long couponId) {
    database.change(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO coupon_trade (shard, trade_id, coupon_id)
                    VALUES (:shard, :tradeId, :couponId)
                    ON CONFLICT DO NOTHING
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("tradeId", tradeId)
                .param("couponId", couponId)
                .update());
  }

  private static void use(JdbcClient jdbc, long couponId, long tradeId, long buyerId) {
    if (!insertUse(jdbc, couponId, tradeId, buyerId, "REDEEMED")) {
      boolean redeemed =
          jdbc.sql(
                  """
                  SELECT state = 'REDEEMED'
                    FROM coupon_use
                   WHERE shard = :shard AND coupon_id = :couponId AND trade_id = :tradeId
                  """)
              .param("shard", Ids.shardOf(couponId))
              .param("couponId", couponId)
              .param("tradeId", tradeId)
              .query(Boolean.class)
              .single();
      if (!redeemed) {
        throw new Refused("used_up");
      }
      return;
    }
    if (!countBuyer(jdbc, couponId, buyerId)) {
      throw new Refused("used_by_buyer");
    }
    int counted =
        jdbc.sql(
                """
                UPDATE coupon
                   SET used = used + 1
                 WHERE shard = :shard AND coupon_id = :couponId
                   AND (uses_max IS NULL OR used < uses_max)
                """)
            .param("shard", Ids.shardOf(couponId))
            .param("couponId", couponId)
            .update();
    if (counted == 0) {
      throw new Refused("used_up");
    }
  }

  private static boolean insertUse(
      JdbcClient jdbc, long couponId, long tradeId, long buyerId, String state) {
    return jdbc.sql(
                """
                INSERT INTO coupon_use (shard, coupon_id, trade_id, buyer_id, state)
                VALUES (:shard, :couponId, :tradeId, :buyerId, :state)
                ON CONFLICT DO NOTHING
                """)
            .param("shard", Ids.shardOf(couponId))
            .param("couponId", couponId)
            .param("tradeId", tradeId)
            .param("buyerId", buyerId)
            .param("state", state)
            .update()
        == 1;
  }

  private static boolean countBuyer(JdbcClient jdbc, long couponId, long buyerId) {
    return jdbc.sql(
                """
                INSERT INTO coupon_buyer AS b (shard, coupon_id, buyer_id, used)
                VALUES (:shard, :couponId, :buyerId, 1)
                ON CONFLICT (shard, coupon_id, buyer_id) DO UPDATE SET used = b.used + 1
                 WHERE b.used < coalesce((SELECT c.uses_per_buyer_max
                                            FROM coupon c
                                           WHERE c.shard = :shard AND c.coupon_id = :couponId),
                                         2147483647)
                """)
            .param("shard", Ids.shardOf(couponId))
            .param("couponId", couponId)
            .param("buyerId", buyerId)
            .update()
        == 1;
  }

  void giveBack(long tradeId, long buyerId) {
    for (long couponId : wantedBy(tradeId, buyerId)) {
      database.change(couponId, jdbc -> unuse(jdbc, couponId, tradeId, buyerId));
    }
  }

  private List<Long> wantedBy(long tradeId, long buyerId) {
    return database.fresh(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT coupon_id
                      FROM coupon_trade
                     WHERE shard = :shard AND trade_id = :tradeId
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("tradeId", tradeId)
                .param("limit", COUPONS_OF_TRADE_MAX)
                .query(Long.class)
                .list());
  }

  /**
   * A trade that gave its coupon back before it was used never uses it: the row it leaves stands in
   * the way of a use that is still under way.
   */
  private static void unuse(JdbcClient jdbc, long couponId, long tradeId, long buyerId) {
    if (insertUse(jdbc, couponId, tradeId, buyerId, "GIVEN_BACK")) {
      return;
    }
    int given =
        jdbc.sql(
                """
                UPDATE coupon_use SET state = 'GIVEN_BACK'
                 WHERE shard = :shard AND coupon_id = :couponId AND trade_id = :tradeId
                   AND state = 'REDEEMED'
                """)
            .param("shard", Ids.shardOf(couponId))
            .param("couponId", couponId)
            .param("tradeId", tradeId)
            .update();
    if (given == 1) {
      jdbc.sql(
              """
              UPDATE coupon_buyer SET used = used - 1
               WHERE shard = :shard AND coupon_id = :couponId AND buyer_id = :buyerId
              """)
          .param("shard", Ids.shardOf(couponId))
          .param("couponId", couponId)
          .param("buyerId", buyerId)
          .update();
      jdbc.sql(
              """
              UPDATE coupon SET used = used - 1
               WHERE shard = :shard AND coupon_id = :couponId
              """)
          .param("shard", Ids.shardOf(couponId))
          .param("couponId", couponId)
          .update();
    }
  }

  /** How often the buyer has used the coupon. */
  int usedBy(long couponId, long buyerId) {
    return database
        .fresh(
            couponId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT used
                          FROM coupon_buyer
                         WHERE shard = :shard AND coupon_id = :couponId AND buyer_id = :buyerId
                        """)
                    .param("shard", Ids.shardOf(couponId))
                    .param("couponId", couponId)
                    .param("buyerId", buyerId)
                    .query(Integer.class)
                    .optional())
        .orElse(0);
  }
}
