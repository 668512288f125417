package banyan.platform.search;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Product search in PostgreSQL: full text with English stems, spelling by trigrams, every order of
 * hits with a key to go on from, nothing counted to its end.
 */
public final class PostgresSearch implements SearchIndex {
  /** The index lies in one place: every statement runs where this key's rows would be. */
  private static final long HOME = 0;

  /** Letters of a description that are indexed: what matters is said at its beginning. */
  private static final int DESCRIPTION_MAX = 4_000;

  /** Letters of a suggestion's beginning: longer ones name one product anyway. */
  private static final int BEGINNING_MAX = 60;

  /**
   * Nothing but stop words ("it", "the who") is searched for as it stands. A sub-select, so that
   * the words are read once for a statement and not again for every hit.
   */
  private static final String QUERY =
      """
      (SELECT CASE WHEN numnode(websearch_to_tsquery('english', :text)) > 0
                   THEN websearch_to_tsquery('english', :text)
                   ELSE websearch_to_tsquery('simple', :text) END)\
      """;

  /** Parts of a filter, so that a facet can leave its own out. */
  private enum Part {
    CATEGORY,
    SELLER,
    PRICE,
    STOCK
  }

  private final Database database;
  private final Spelling spelling;

  public PostgresSearch(Databases databases) {
    this.database = databases.module("search");
    this.spelling = new Spelling(database);
  }

  @Override
  public void put(long version, List<Document> documents) {
    if (documents.isEmpty()) {
      return;
    }
    // in one order everywhere, so that two writers cannot wait for each other
    List<Document> sorted =
        documents.stream().sorted(Comparator.comparingLong(Document::productId)).toList();
    database.change(
        HOME,
        jdbc -> {
          Spelling.learn(
              jdbc,
              sorted.stream()
                  .flatMap(d -> java.util.stream.Stream.of(d.title(), d.keywords(), beginning(d)))
                  .toList());
          bind(jdbc.sql(PUT), sorted).param("version", version).update();
        });
  }

  private static final String PUT =
      """
      INSERT INTO search_document AS d
             (product_id, version, listed, seller_id, category_id, title, currency, price_min, price_max, in_stock,
              words)
      SELECT n.product_id, :version, true, n.seller_id, n.category_id, n.title, n.currency, n.price_min,
             n.price_max, n.in_stock,
             setweight(to_tsvector('english', n.title), 'A') || setweight(to_tsvector('simple', n.title), 'A')
             || setweight(to_tsvector('english', n.keywords), 'C')
             || setweight(to_tsvector('english', n.description), 'D')
        FROM unnest(:ids::bigint[], :sellers::bigint[], :categories::bigint[], :titles::text[], :keywords::text[],
                    :descriptions::text[], :currencies::text[], :priceMins::bigint[], :priceMaxs::bigint[],
                    :inStocks::boolean[])
             AS n(product_id, seller_id, category_id, title, keywords, description, currency, price_min, price_max,
                  in_stock)
          ON CONFLICT (product_id) DO UPDATE
         SET version = excluded.version, listed = true, seller_id = excluded.seller_id,
             category_id = excluded.category_id, title = excluded.title, currency = excluded.currency,
             price_min = excluded.price_min, price_max = excluded.price_max, in_stock = excluded.in_stock,
             words = excluded.words
       WHERE d.version < excluded.version
      """;

  private static StatementSpec bind(StatementSpec sql, List<Document> documents) {
    return sql.param("ids", column(documents, Document::productId).toArray(Long[]::new))
        .param("sellers", column(documents, Document::sellerId).toArray(Long[]::new))
        .param("categories", documents.stream().map(Document::category).toArray(Long[]::new))
        .param("titles", column(documents, Document::title).toArray(String[]::new))
        .param("keywords", column(documents, Document::keywords).toArray(String[]::new))
        .param("descriptions", column(documents, PostgresSearch::beginning).toArray(String[]::new))
        .param("currencies", column(documents, Document::currency).toArray(String[]::new))
        .param("priceMins", column(documents, Document::priceMin).toArray(Long[]::new))
        .param("priceMaxs", column(documents, Document::priceMax).toArray(Long[]::new))
        .param("inStocks", column(documents, Document::inStock).toArray(Boolean[]::new));
  }

  private static <T> List<T> column(List<Document> documents, Function<Document, T> value) {
    return documents.stream().map(value).toList();
  }

  private static String beginning(Document document) {
    String text = document.description();
    return text.length() <= DESCRIPTION_MAX ? text : text.substring(0, DESCRIPTION_MAX);
  }

  @Override
  public void remove(long version, Collection<Long> productIds) {
    if (productIds.isEmpty()) {
      return;
    }
    database.change(
        HOME,
        jdbc ->
            jdbc.sql(
                    """
                    INSERT INTO search_document AS d (product_id, version, listed)
                    SELECT n.product_id, :version, false FROM unnest(:ids::bigint[]) AS n(product_id)
                        ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, listed = false
                     WHERE d.version < excluded.version
                    """)
                .param("version", version)
                .param("ids", productIds.stream().sorted().toArray(Long[]::new))
                .update());
  }

  @Override
  public Hits find(Filter filter, Sort sort, @Nullable Position after, int limit) {
    if (limit < 1 || limit > HITS_MAX) {
      throw new IllegalArgumentException("limit must be 1.." + HITS_MAX + ": " + limit);
    }
    String corrected = filter.text() == null ? null : spelling.correct(filter.text());
    Filter effective = corrected == null ? filter : withText(filter, corrected);
    boolean rising = sort == Sort.PRICE_ASC;
    String statement =
        """
        SELECT hit.key, hit.product_id
          FROM (SELECT %s AS key, d.product_id FROM search_document d WHERE %s) hit
         WHERE %s
         ORDER BY hit.key %4$s, hit.product_id %4$s
         LIMIT :limit
        """
            .formatted(
                keyOf(sort, effective),
                condition(effective, EnumSet.allOf(Part.class)),
                after == null
                    ? "true"
                    : "(hit.key, hit.product_id) "
                        + (rising ? ">" : "<")
                        + " (:afterKey, :afterId)",
                rising ? "ASC" : "DESC");
    List<Position> positions =
        database.read(
            HOME,
            jdbc -> {
              StatementSpec sql = bind(jdbc.sql(statement), effective).param("limit", limit);
              if (after != null) {
                sql = sql.param("afterKey", after.key()).param("afterId", after.productId());
              }
              return sql.query(
                      (row, number) -> new Position(row.getLong("key"), row.getLong("product_id")))
                  .list();
            });
    return new Hits(positions, corrected);
  }

  private static Filter withText(Filter filter, String text) {
    return new Filter(
        text,
        filter.categories(),
        filter.sellerId(),
        filter.priceMin(),
        filter.priceMax(),
        filter.inStockOnly());
  }

  /**
   * A word in the title weighs more than any number of them in the description: the rank of one
   * word never exceeds its weight. Whole numbers, so that a page can begin exactly after a hit.
   */
  private static String keyOf(Sort sort, Filter filter) {
    return switch (sort) {
      case PRICE_ASC, PRICE_DESC -> "d.price_min";
      case NEWEST -> "d.product_id";
      case RELEVANCE ->
          filter.text() == null
              ? "d.product_id"
              : "(ts_rank('{0.05, 0.2, 0.3, 1.0}', d.words, " + QUERY + ") * 1000000)::bigint";
    };
  }

  private static String condition(Filter filter, EnumSet<Part> parts) {
    List<String> all = new ArrayList<>(List.of("d.listed"));
    if (filter.text() != null) {
      all.add("d.words @@ " + QUERY);
    }
    if (parts.contains(Part.CATEGORY) && !filter.categories().isEmpty()) {
      all.add("d.category_id = ANY(:categories)");
    }
    if (parts.contains(Part.SELLER) && filter.sellerId() != null) {
      all.add("d.seller_id = :seller");
    }
    if (parts.contains(Part.PRICE) && filter.priceMin() != null) {
      all.add("d.price_max >= :priceMin");
    }
    if (parts.contains(Part.PRICE) && filter.priceMax() != null) {
      all.add("d.price_min <= :priceMax");
    }
    if (parts.contains(Part.STOCK) && filter.inStockOnly()) {
      all.add("d.in_stock");
    }
    return String.join(" AND ", all);
  }

  private static StatementSpec bind(StatementSpec sql, Filter filter) {
    return sql.param("text", filter.text())
        .param("categories", filter.categories().toArray(Long[]::new))
        .param("seller", filter.sellerId())
        .param("priceMin", filter.priceMin())
        .param("priceMax", filter.priceMax());
  }

  @Override
  public Facets facets(Filter filter) {
    String corrected = filter.text() == null ? null : spelling.correct(filter.text());
    Filter effective = corrected == null ? filter : withText(filter, corrected);
    String statement = counting(effective);
    record Count(String facet, @Nullable Long value, long count) {}
    List<Count> counts =
        database.read(
            HOME,
            jdbc ->
                bind(jdbc.sql(statement), effective)
                    .param("bounds", PRICE_BOUNDS.toArray(Long[]::new))
                    .query((row, number) ->
                        new Count(
                            row.getString("facet"),
                            row.getObject("value", Long.class),
                            row.getLong("count")))
                    .list());
    Map<String, Map<Long, Long>> byFacet = new LinkedHashMap<>();
    Map<String, Long> seen = new LinkedHashMap<>();
    for (Count count : counts) {
      seen.merge(count.facet(), count.count(), Long::sum);
      Long value = count.value();
      if (value != null) {
        byFacet
            .computeIfAbsent(count.facet(), f -> new LinkedHashMap<>())
            .put(
                count.facet().equals("price") ? PRICE_BOUNDS.get(value.intValue() - 1) : value,
                count.count());
      }
    }
    return new Facets(
        byFacet.getOrDefault("category", Map.of()),
        byFacet.getOrDefault("seller", Map.of()),
        byFacet.getOrDefault("price", Map.of()),
        byFacet.getOrDefault("stock", Map.of()).getOrDefault(1L, 0L),
        seen.values().stream().anyMatch(total -> total >= COUNTED_MAX));
  }

  /** What a facet counts by. */
  private enum Facet {
    CATEGORY("category_id", Part.CATEGORY),
    SELLER("seller_id", Part.SELLER),
    PRICE("width_bucket(price_min, :bounds::bigint[])::bigint", Part.PRICE),
    STOCK("in_stock::int::bigint", Part.STOCK);

    final String value;
    final Part own;

    Facet(String value, Part own) {
      this.value = value;
      this.own = own;
    }
  }

  /** Facets that count the same hits, which are those that leave out nothing, find them once. */
  private static String counting(Filter filter) {
    Map<String, String> hits = new LinkedHashMap<>();
    List<String> counts = new ArrayList<>();
    for (Facet facet : Facet.values()) {
      String name =
          hits.computeIfAbsent(
              condition(filter, EnumSet.complementOf(EnumSet.of(facet.own))),
              condition -> facet.own.name().toLowerCase(Locale.ROOT));
      counts.add(
          """
          (SELECT '%s' AS facet, %s AS value, count(*) AS count
             FROM hit_%s
            GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT 200)
          """
              .formatted(facet.name().toLowerCase(Locale.ROOT), facet.value, name));
    }
    List<String> found = new ArrayList<>();
    hits.forEach((condition, name) ->
        found.add(
            """
            hit_%s AS MATERIALIZED
              (SELECT category_id, seller_id, price_min, in_stock FROM search_document d
                WHERE %s LIMIT %d)
            """
                .formatted(name, condition, COUNTED_MAX)));
    return "WITH " + String.join(", ", found) + String.join(" UNION ALL ", counts);
  }

  @Override
  public List<String> suggest(String beginning, int limit) {
    List<String> words =
        List.of(beginning.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")).stream()
            .filter(word -> !word.isEmpty())
            .limit(6)
            .toList();
    if (words.isEmpty() || beginning.length() > BEGINNING_MAX) {
      return List.of();
    }
    String query = String.join(" & ", words.stream().map(word -> word + ":*A").toList());
    return database.read(
        HOME,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT DISTINCT hit.title
                      FROM (SELECT title FROM search_document
                             WHERE listed AND words @@ to_tsquery('simple', :query)
                             LIMIT 200) hit
                     ORDER BY hit.title
                     LIMIT :limit
                    """)
                .param("query", query)
                .param("limit", limit)
                .query(String.class)
                .list());
  }
}
