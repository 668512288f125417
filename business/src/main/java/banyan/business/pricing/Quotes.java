package banyan.business.pricing;

import banyan.business.pricing.Pricing.Quote;
import banyan.platform.data.Database;
import banyan.platform.ids.Ids;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Quotes that bind us for a while; rows of the buyer. */
final class Quotes {
  /** Rows one pass of the sweeper deletes: short enough to hold nobody up. */
  private static final int SWEEP_MAX = 5_000;

  static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

  private final Database database;
  private final Ids ids;
  private final JsonMapper json;

  Quotes(Database database, Ids ids, JsonMapper json) {
    this.database = database;
    this.ids = ids;
    this.json = json;
  }

  long keep(long buyerId, Quote quote) {
    long quoteId = ids.next(buyerId);
    String body = json.writeValueAsString(quote);
    database.change(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO quote (shard, quote_id, buyer_id, body, expires_at)
                    VALUES (:shard, :quoteId, :buyerId, :body::jsonb,
                            now() + make_interval(secs => :lifeSeconds))
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("quoteId", quoteId)
                .param("buyerId", buyerId)
                .param("body", body)
                .param("lifeSeconds", Pricing.QUOTE_LIFE.toSeconds())
                .update());
    return quoteId;
  }

  @Nullable Quote recall(long buyerId, long quoteId) {
    return database
        .fresh(
            buyerId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT body::text
                          FROM quote
                         WHERE shard = :shard AND quote_id = :quoteId AND buyer_id = :buyerId
                           AND expires_at > now()
                        """)
                    .param("shard", Ids.shardOf(buyerId))
                    .param("quoteId", quoteId)
                    .param("buyerId", buyerId)
                    .query(String.class)
                    .optional())
        .map(body -> json.readValue(body, Quote.class))
        .orElse(null);
  }

  static void sweep(JdbcClient jdbc) {
    jdbc.sql(
            """
            -- every shard
            DELETE FROM quote
             WHERE (shard, quote_id) IN
                   (SELECT shard, quote_id FROM quote WHERE expires_at < now() LIMIT :limit)
            """)
        .param("limit", SWEEP_MAX)
        .update();
  }
}
