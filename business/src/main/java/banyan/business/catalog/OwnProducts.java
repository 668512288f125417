package banyan.business.catalog;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import banyan.platform.web.Page;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A seller's list of products. Looking for words passes over a bounded number of titles, so that a
 * page costs the same however many products the seller has: it may be short, or empty, and still
 * have a next one.
 */
@Component
class OwnProducts {
  /** Titles one page looks at: 60 ms on a busy machine, of a million products of all sellers. */
  private static final int LOOKED_AT_MAX = 20_000;

  private static final Duration SWEEP = Duration.ofSeconds(5);
  private static final int SWEEP_MAX = 500;

  /** What a seller wants to see. */
  enum State {
    PUBLISHED("AND published"),
    DRAFT("AND NOT published"),
    /** On show, and nothing left. */
    SOLD_OUT("AND published AND sold_out");

    private final String condition;

    State(String condition) {
      this.condition = condition;
    }
  }

  private final Database database;
  private final Shelf shelf;
  private final Offers offers;

  OwnProducts(Databases databases, Shelf shelf, Offers offers, Jobs jobs) {
    this.database = databases.module("catalog");
    this.shelf = shelf;
    this.offers = offers;
    jobs.every(SWEEP, "catalog-sold-out", database, this::sweep);
  }

  private record Row(long productId, boolean fits) {}

  /**
   * Ids from new to old.
   *
   * @param words part of a title in any case, or a whole SKU code; empty for all
   * @param state null for all
   */
  Page<Long> list(long sellerId, String words, @Nullable State state, long before, int limit) {
    List<Row> rows =
        database.read(sellerId, jdbc -> rows(jdbc, sellerId, words, state, before, limit + 1));
    List<Long> fitting = rows.stream().filter(Row::fits).map(Row::productId).toList();
    boolean more = fitting.size() > limit;
    // the last title that was looked at is told whether it fits or not
    boolean cut = !rows.isEmpty() && !rows.getLast().fits();
    List<Long> data = more ? fitting.subList(0, limit) : fitting;
    Long last = more ? data.getLast() : cut ? rows.getLast().productId() : null;
    return new Page<>(data, last == null ? null : Page.encode(last.toString()), last != null);
  }

  private static List<Row> rows(
      JdbcClient jdbc, long sellerId, String words, @Nullable State state, long before, int limit) {
    return jdbc.sql(
            """
            SELECT product_id, fits
              FROM (SELECT product_id,
                           position(:words IN lower(title)) > 0
                           OR product_id IN (SELECT s.product_id FROM sku s
                                              WHERE s.shard = :shard AND s.seller_id = :seller
                                                AND s.code = :code) AS fits,
                           row_number() OVER (ORDER BY product_id DESC) AS place
                      FROM product
                     WHERE shard = :shard AND seller_id = :seller AND product_id < :before %s
                     ORDER BY product_id DESC
                     LIMIT :lookedAt) looked
             WHERE fits OR place = :lookedAt
             ORDER BY product_id DESC
             LIMIT :limit
            """
                .formatted(state == null ? "" : state.condition))
        .param("words", words.toLowerCase(Locale.ROOT))
        .param("code", words)
        .param("shard", Ids.shardOf(sellerId))
        .param("seller", sellerId)
        .param("before", before)
        .param("lookedAt", LOOKED_AT_MAX)
        .param("limit", limit)
        .query(Row.class)
        .list();
  }

  /** Products that nobody has looked at: they are older than this note, or an event was late. */
  private void sweep(JdbcClient jdbc) {
    List<Long> unseen =
        jdbc.sql(
                """
                -- every shard
                SELECT product_id FROM product
                 WHERE sold_out IS NULL AND created_at < now() - interval '5 seconds'
                 ORDER BY created_at
                 LIMIT :limit
                """)
            .param("limit", SWEEP_MAX)
            .query(Long.class)
            .list();
    if (!unseen.isEmpty()) {
      long ticket = shelf.ticket();
      var products = shelf.products(unseen).values();
      shelf.noteSoldOut(ticket, products, offers.of(products));
    }
  }
}
