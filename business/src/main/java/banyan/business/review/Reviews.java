package banyan.business.review;

import banyan.business.order.Orders.ReceivedLine;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reviews and how many of each rating a product has; the shard key is the product. */
@Component
class Reviews {
  /** What a repeat of a refused review finds. */
  private static final String ALL_REVIEWED = "all reviewed";

  /**
   * @param rating 1..5
   */
  record Draft(int rating, @Nullable String title, @Nullable String text) {}

  record Review(
      long reviewId,
      long productId,
      long skuId,
      int rating,
      @Nullable String title,
      @Nullable String text,
      Instant at) {}

  record Summary(long ones, long twos, long threes, long fours, long fives) {
    static final Summary NONE = new Summary(0, 0, 0, 0, 0);

    long count() {
      return ones + twos + threes + fours + fives;
    }

    long stars() {
      return ones + 2 * twos + 3 * threes + 4 * fours + 5 * fives;
    }
  }

  private record LineKey(long orderId, int lineNo) {}

  private final Database database;
  private final Ids ids;

  Reviews(Databases databases, Ids ids) {
    this.database = databases.module("review");
    this.ids = ids;
  }

  /**
   * Keeps a review of the first of these lines that has none yet.
   *
   * @param received lines of this buyer with this product, not empty
   * @return the review's id, or empty when every line has its review
   */
  OptionalLong write(
      Intent intent, long productId, long buyerId, List<ReceivedLine> received, Draft draft) {
    String made =
        database.once(
            productId,
            intent,
            jdbc -> {
              Set<LineKey> reviewed = reviewed(jdbc, productId, received);
              for (ReceivedLine line : received) {
                if (reviewed.contains(new LineKey(line.orderId(), line.lineNo()))) {
                  continue;
                }
                long reviewId = ids.next(productId);
                if (insert(jdbc, reviewId, productId, buyerId, line, draft)) {
                  count(jdbc, productId, draft.rating());
                  return Long.toString(reviewId);
                }
              }
              return ALL_REVIEWED;
            });
    return made.equals(ALL_REVIEWED) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(made));
  }

  private static Set<LineKey> reviewed(
      JdbcClient jdbc, long productId, List<ReceivedLine> received) {
    return new HashSet<>(
        jdbc.sql(
                """
                SELECT order_id, line_no
                  FROM review
                 WHERE shard = :shard AND product_id = :productId AND order_id = ANY(:orderIds)
                 LIMIT 10000
                """)
            .param("shard", Ids.shardOf(productId))
            .param("productId", productId)
            .param(
                "orderIds",
                received.stream().map(ReceivedLine::orderId).distinct().toArray(Long[]::new))
            .query(LineKey.class)
            .list());
  }

  /** False when somebody reviewed this line at the same moment. */
  private static boolean insert(
      JdbcClient jdbc,
      long reviewId,
      long productId,
      long buyerId,
      ReceivedLine line,
      Draft draft) {
    return jdbc.sql(
                """
                INSERT INTO review (shard, product_id, review_id, buyer_id, order_id, line_no, sku_id,
                                    rating, title, text)
                VALUES (:shard, :productId, :reviewId, :buyerId, :orderId, :lineNo, :skuId,
                        :rating, :title, :text)
                ON CONFLICT (shard, product_id, order_id, line_no) DO NOTHING
                """)
            .param("shard", Ids.shardOf(productId))
            .param("productId", productId)
            .param("reviewId", reviewId)
            .param("buyerId", buyerId)
            .param("orderId", line.orderId())
            .param("lineNo", line.lineNo())
            .param("skuId", line.skuId())
            .param("rating", draft.rating())
            .param("title", draft.title())
            .param("text", draft.text())
            .update()
        == 1;
  }

  private static void count(JdbcClient jdbc, long productId, int rating) {
    jdbc.sql(
            """
            INSERT INTO review_summary AS s (shard, product_id, ones, twos, threes, fours, fives)
            VALUES (:shard, :productId, (:rating = 1)::int, (:rating = 2)::int, (:rating = 3)::int,
                    (:rating = 4)::int, (:rating = 5)::int)
            ON CONFLICT (shard, product_id) DO UPDATE
               SET ones = s.ones + excluded.ones, twos = s.twos + excluded.twos,
                   threes = s.threes + excluded.threes, fours = s.fours + excluded.fours,
                   fives = s.fives + excluded.fives
            """)
        .param("shard", Ids.shardOf(productId))
        .param("productId", productId)
        .param("rating", rating)
        .update();
  }

  /** Reviews older than the given one, newest first. */
  List<Review> list(long productId, long before, int limit) {
    return database.read(
        productId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT review_id, product_id, sku_id, rating, title, text, at
                      FROM review
                     WHERE shard = :shard AND product_id = :productId AND review_id < :before
                     ORDER BY review_id DESC
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(productId))
                .param("productId", productId)
                .param("before", before)
                .param("limit", limit)
                .query((row, n) -> review(row))
                .list());
  }

  /** A review that was just written, from the primary. */
  Review find(long productId, long reviewId) {
    return database.fresh(
        productId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT review_id, product_id, sku_id, rating, title, text, at
                      FROM review
                     WHERE shard = :shard AND product_id = :productId AND review_id = :reviewId
                    """)
                .param("shard", Ids.shardOf(productId))
                .param("productId", productId)
                .param("reviewId", reviewId)
                .query((row, n) -> review(row))
                .single());
  }

  private static Review review(java.sql.ResultSet row) throws java.sql.SQLException {
    return new Review(
        row.getLong("review_id"),
        row.getLong("product_id"),
        row.getLong("sku_id"),
        row.getInt("rating"),
        row.getString("title"),
        row.getString("text"),
        row.getTimestamp("at").toInstant());
  }

  Summary summary(long productId) {
    Optional<Summary> kept =
        database.read(
            productId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT ones, twos, threes, fours, fives
                          FROM review_summary
                         WHERE shard = :shard AND product_id = :productId
                        """)
                    .param("shard", Ids.shardOf(productId))
                    .param("productId", productId)
                    .query(Summary.class)
                    .optional());
    return kept.orElse(Summary.NONE);
  }
}
