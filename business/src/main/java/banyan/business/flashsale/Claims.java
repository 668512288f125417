package banyan.business.flashsale;

import banyan.business.flashsale.FlashSales.Claim;
import banyan.business.flashsale.FlashSales.Claimed;
import banyan.business.flashsale.FlashSales.LimitReached;
import banyan.business.flashsale.FlashSales.NotRunning;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What buyers have had of sales; rows of the buyer. */
@Component
class Claims {
  /** Takes a half-done transaction back. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Claim answer;

    Refused(Claim answer) {
      super("claim refused", null, false, false);
      this.answer = answer;
    }
  }

  private final Database database;

  Claims(Databases databases) {
    this.database = databases.module("flashsale");
  }

  Claim claim(long orderId, long buyerId, Sale sale, int quantity) {
    try {
      return database.write(
          buyerId,
          jdbc -> {
            if (!standing(jdbc, orderId, buyerId)) {
              throw new Refused(new NotRunning(sale.saleId()));
            }
            if (insert(jdbc, orderId, buyerId, sale.saleId(), quantity)
                && !count(jdbc, buyerId, sale, quantity)) {
              throw new Refused(new LimitReached(sale.saleId(), left(jdbc, buyerId, sale)));
            }
            return new Claimed(sale.saleId());
          });
    } catch (Refused refused) {
      return refused.answer;
    }
  }

  /** Locks the order's row; false when the order has come to nothing already. */
  private static boolean standing(JdbcClient jdbc, long orderId, long buyerId) {
    return !jdbc.sql(
            """
            INSERT INTO flash_order AS o (shard, order_id, buyer_id, given_back)
            VALUES (:shard, :orderId, :buyerId, false)
            ON CONFLICT (shard, order_id) DO UPDATE SET given_back = o.given_back
            RETURNING o.given_back
            """)
        .param("shard", Ids.shardOf(buyerId))
        .param("orderId", orderId)
        .param("buyerId", buyerId)
        .query(Boolean.class)
        .single();
  }

  private static boolean insert(
      JdbcClient jdbc, long orderId, long buyerId, long saleId, int quantity) {
    return jdbc.sql(
                """
                INSERT INTO flash_claim (shard, order_id, sale_id, quantity)
                VALUES (:shard, :orderId, :saleId, :quantity)
                ON CONFLICT DO NOTHING
                """)
            .param("shard", Ids.shardOf(buyerId))
            .param("orderId", orderId)
            .param("saleId", saleId)
            .param("quantity", quantity)
            .update()
        == 1;
  }

  private static boolean count(JdbcClient jdbc, long buyerId, Sale sale, int quantity) {
    return jdbc.sql(
                """
                INSERT INTO flash_buyer AS b (shard, buyer_id, sale_id, used, per_buyer_max)
                SELECT :shard, :buyerId, :saleId, :quantity, :perBuyerMax
                 WHERE :quantity <= :perBuyerMax
                ON CONFLICT (shard, buyer_id, sale_id) DO UPDATE SET used = b.used + excluded.used
                 WHERE b.used + excluded.used <= b.per_buyer_max
                """)
            .param("shard", Ids.shardOf(buyerId))
            .param("buyerId", buyerId)
            .param("saleId", sale.saleId())
            .param("quantity", quantity)
            .param("perBuyerMax", sale.perBuyerMax())
            .update()
        == 1;
  }

  private static int left(JdbcClient jdbc, long buyerId, Sale sale) {
    return sale.perBuyerMax()
        - jdbc.sql(
                """
                SELECT used
                  FROM flash_buyer
                 WHERE shard = :shard AND buyer_id = :buyerId AND sale_id = :saleId
                """)
            .param("shard", Ids.shardOf(buyerId))
            .param("buyerId", buyerId)
            .param("saleId", sale.saleId())
            .query(Integer.class)
            .optional()
            .orElse(0);
  }

  /** Whether the order has a claim on the sale that it has not given back. */
  boolean holds(long orderId, long buyerId, long saleId) {
    return database.fresh(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT EXISTS (SELECT FROM flash_claim c
                                     JOIN flash_order o ON o.shard = c.shard AND o.order_id = c.order_id
                                    WHERE c.shard = :shard AND c.order_id = :orderId
                                      AND c.sale_id = :saleId AND NOT o.given_back)
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("orderId", orderId)
                .param("saleId", saleId)
                .query(Boolean.class)
                .single());
  }

  void giveBack(long orderId, long buyerId) {
    database.change(
        buyerId,
        jdbc -> {
          int first =
              jdbc.sql(
                      """
                      INSERT INTO flash_order AS o (shard, order_id, buyer_id, given_back)
                      VALUES (:shard, :orderId, :buyerId, true)
                      ON CONFLICT (shard, order_id) DO UPDATE SET given_back = true
                       WHERE NOT o.given_back
                      """)
                  .param("shard", Ids.shardOf(buyerId))
                  .param("orderId", orderId)
                  .param("buyerId", buyerId)
                  .update();
          if (first == 1) {
            uncount(jdbc, orderId, buyerId);
          }
        });
  }

  private static void uncount(JdbcClient jdbc, long orderId, long buyerId) {
    jdbc.sql(
            """
            UPDATE flash_buyer b
               SET used = b.used - c.quantity
              FROM flash_claim c
             WHERE c.shard = :shard AND c.order_id = :orderId
               AND b.shard = :shard AND b.buyer_id = :buyerId AND b.sale_id = c.sale_id
            """)
        .param("shard", Ids.shardOf(buyerId))
        .param("orderId", orderId)
        .param("buyerId", buyerId)
        .update();
  }
}
