package banyan.business.flashsale;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.money.UnitPrice;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of sales. */
@Component
class SaleRows {
  /** A sale as a seller wants it; a null start is now. */
  record Draft(
      long skuId,
      UnitPrice price,
      int quantity,
      int perBuyerMax,
      @Nullable Instant startsAt,
      Instant endsAt) {}

  /** Takes the transaction back: the SKU is in another sale at that time. */
  private static final class Overlaps extends RuntimeException {
    private static final long serialVersionUID = 1;

    Overlaps() {
      super("the SKU is in another sale at that time", null, false, false);
    }
  }

  private final Database database;
  private final Shared<Collection<Long>, Map<Long, Sale>> asked;
  private final Ids ids;

  SaleRows(Databases databases, Ids ids) {
    this.database = databases.module("flashsale");
    this.asked = database.sharedRead("sales", SaleRows::running);
    this.ids = ids;
  }

  /**
   * Writes a sale that still has to be given its stock.
   *
   * @return its id, or empty when the SKU is in another sale at that time
   */
  Optional<Long> create(long sellerId, @Nullable String idempotencyKey, Draft draft) {
    try {
      return Optional.of(
          Long.parseLong(
              database.once(
                  sellerId,
                  Intent.of("flash-sale:" + sellerId, idempotencyKey, draft),
                  jdbc -> insert(jdbc, ids.next(sellerId), sellerId, draft))));
    } catch (Overlaps refused) {
      return Optional.empty();
    }
  }

  private static String insert(JdbcClient jdbc, long saleId, long sellerId, Draft draft) {
    OffsetDateTime startsAt =
        draft.startsAt() == null ? null : draft.startsAt().atOffset(ZoneOffset.UTC);
    // sales of one SKU are made one after the other, so that none is made unseen by another
    jdbc.sql("SELECT pg_advisory_xact_lock(:skuId)").param("skuId", draft.skuId()).query(row -> {});
    int made =
        jdbc.sql(
                """
                INSERT INTO flash_sale (shard, sale_id, seller_id, sku_id, e4, currency, quantity,
                                        per_buyer_max, starts_at, ends_at, state, next_look_at)
                SELECT :shard, :saleId, :sellerId, :skuId, :e4, :currency, :quantity,
                       :perBuyerMax, coalesce(:startsAt, now()), :endsAt, 'OPENING',
                       now() + interval '10 seconds'
                 WHERE NOT EXISTS (SELECT FROM flash_sale o
                                    WHERE o.shard = :shard AND o.sku_id = :skuId
                                      AND o.state <> 'ENDED' AND o.starts_at < :endsAt
                                      AND o.ends_at > coalesce(:startsAt, now()))
                """)
            .param("shard", Ids.shardOf(saleId))
            .param("saleId", saleId)
            .param("sellerId", sellerId)
            .param("skuId", draft.skuId())
            .param("e4", draft.price().e4())
            .param("currency", draft.price().currency())
            .param("quantity", draft.quantity())
            .param("perBuyerMax", draft.perBuyerMax())
            .param("startsAt", startsAt, Types.TIMESTAMP_WITH_TIMEZONE)
            .param("endsAt", draft.endsAt().atOffset(ZoneOffset.UTC))
            .update();
    if (made == 0) {
      throw new Overlaps();
    }
    return Long.toString(saleId);
  }

  Optional<Sale> find(long saleId) {
    return database.fresh(
        saleId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT sale_id, seller_id, sku_id, e4, currency, quantity, per_buyer_max,
                           starts_at, ends_at, state, moved, returns,
                           starts_at <= now() AS begun, ends_at <= now() AS over
                      FROM flash_sale
                     WHERE shard = :shard AND sale_id = :saleId
                    """)
                .param("shard", Ids.shardOf(saleId))
                .param("saleId", saleId)
                .query(Sale.class)
                .optional());
  }

  /** A seller's sales, newest first. */
  List<Sale> ofSeller(long sellerId, long before, int limit) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT sale_id, seller_id, sku_id, e4, currency, quantity, per_buyer_max,
                           starts_at, ends_at, state, moved, returns,
                           starts_at <= now() AS begun, ends_at <= now() AS over
                      FROM flash_sale
                     WHERE shard = :shard AND seller_id = :sellerId AND sale_id < :before
                     ORDER BY sale_id DESC
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("sellerId", sellerId)
                .param("before", before)
                .param("limit", limit)
                .query(Sale.class)
                .list());
  }

  /** Sales of these SKUs whose window is open now; at most one each. */
  List<Sale> running(Collection<Long> skuIds) {
    List<Sale> running = new ArrayList<>();
    skuIds.stream()
        .distinct()
        .collect(Collectors.groupingBy(database::nodeNumber))
        .values()
        .forEach(together -> running.addAll(asked.take(together.getFirst(), together).values()));
    return running;
  }

  private static List<Map<Long, Sale>> running(JdbcClient jdbc, List<Collection<Long>> asked) {
    Long[] skuIds = asked.stream().flatMap(Collection::stream).distinct().toArray(Long[]::new);
    Map<Long, Sale> found =
        jdbc
            .sql(
                """
                SELECT sale_id, seller_id, sku_id, e4, currency, quantity, per_buyer_max,
                       starts_at, ends_at, state, moved, returns,
                       true AS begun, false AS over
                  FROM flash_sale
                 WHERE shard = ANY(:shards) AND sku_id = ANY(:skuIds)
                   AND state = 'OPEN' AND starts_at <= now() AND ends_at > now()
                 LIMIT :limit
                """)
            .param(
                "shards",
                Arrays.stream(skuIds).map(Ids::shardOf).distinct().toArray(Integer[]::new))
            .param("skuIds", skuIds)
            .param("limit", skuIds.length)
            .query(Sale.class)
            .list()
            .stream()
            .collect(Collectors.toMap(Sale::skuId, Function.identity(), (a, b) -> a));
    return Shared.each(asked, found);
  }

  /** Running and coming sales of all sellers, in the order they start. */
  List<Sale> open(Instant from, long afterSale, int limit) {
    return database
        .readEach(jdbc ->
            jdbc.sql(
                    """
                    -- every shard
                    SELECT sale_id, seller_id, sku_id, e4, currency, quantity, per_buyer_max,
                           starts_at, ends_at, state, moved, returns,
                           starts_at <= now() AS begun, false AS over
                      FROM flash_sale
                     WHERE state = 'OPEN' AND ends_at > now()
                       AND (starts_at, sale_id) > (:from, :afterSale)
                     ORDER BY starts_at, sale_id
                     LIMIT :limit
                    """)
                .param("from", from.atOffset(ZoneOffset.UTC))
                .param("afterSale", afterSale)
                .param("limit", limit)
                .query(Sale.class)
                .list())
        .stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(Sale::startsAt).thenComparing(Sale::saleId))
        .limit(limit)
        .toList();
  }

  /** Sales that have waited long enough for the next step, on one database. */
  static List<Long> due(JdbcClient jdbc, int limit) {
    return jdbc.sql(
            """
            -- every shard
            SELECT sale_id
              FROM flash_sale
             WHERE next_look_at <= now()
             ORDER BY next_look_at
             LIMIT :limit
            """)
        .param("limit", limit)
        .query(Long.class)
        .list();
  }

  /** The stock has been moved, all of it or too little: then the sale ends before it began. */
  void opened(Sale sale, int moved) {
    step(
        sale,
        statement ->
            statement
                .sql(
                    """
                    UPDATE flash_sale
                       SET state = CASE WHEN :moved >= quantity THEN 'OPEN' ELSE 'ENDED' END,
                           moved = :moved,
                           ends_at = CASE WHEN :moved >= quantity THEN ends_at
                                          ELSE greatest(starts_at, least(ends_at, now())) END,
                           next_look_at = CASE WHEN :moved >= quantity THEN ends_at ELSE now() END
                     WHERE shard = :shard AND sale_id = :saleId AND state = 'OPENING'
                    """)
                .param("moved", moved));
  }

  /** The window closes now, if it has not closed yet. */
  void close(Sale sale) {
    step(
        sale,
        jdbc ->
            jdbc.sql(
                """
                UPDATE flash_sale
                   SET starts_at = least(starts_at, now()), ends_at = least(ends_at, now()),
                       next_look_at = now()
                 WHERE shard = :shard AND sale_id = :saleId AND state <> 'ENDED'
                """));
  }

  void ended(Sale sale) {
    step(
        sale,
        jdbc ->
            jdbc.sql(
                """
                UPDATE flash_sale
                   SET state = 'ENDED', next_look_at = now()
                 WHERE shard = :shard AND sale_id = :saleId AND state = 'OPEN' AND ends_at <= now()
                """));
  }

  /**
   * What was left has gone home. An order may still give something back, less and less likely as
   * time goes by: so the next look comes after a tenth of the time that has passed since the end,
   * and the last one after two months.
   *
   * @param moved whether there was something to move, so that the next movement needs a new cause
   */
  void returned(Sale sale, boolean moved) {
    step(
        sale,
        jdbc ->
            jdbc.sql(
                    """
                    UPDATE flash_sale
                       SET returns = returns + :rounds,
                           next_look_at = CASE
                               WHEN ends_at < now() - interval '60 days' THEN 'infinity'
                               ELSE now() + greatest((now() - ends_at) / 10, interval '5 seconds') END
                     WHERE shard = :shard AND sale_id = :saleId AND returns = :returns
                    """)
                .param("rounds", moved ? 1 : 0)
                .param("returns", sale.returns()));
  }

  private void step(Sale sale, Function<JdbcClient, JdbcClient.StatementSpec> statement) {
    database.change(
        sale.saleId(),
        jdbc ->
            statement
                .apply(jdbc)
                .param("shard", Ids.shardOf(sale.saleId()))
                .param("saleId", sale.saleId())
                .update());
  }
}
