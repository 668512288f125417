package banyan.business.catalog;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.money.UnitPrice;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads products and SKUs. */
@Component
class Shelf {
  private static final long HOME = 0;

  private final Database database;
  private final Shared<Collection<Long>, Map<Long, Catalog.SkuCard>> cards;
  private final Shared<Collection<Long>, Map<Long, Product>> products;

  Shelf(Databases databases) {
    this.database = databases.module("catalog");
    this.cards = database.sharedRead("cards", Shelf::cards);
    this.products = database.sharedRead("products", Shelf::products);
  }

  Map<Long, Catalog.SkuCard> cards(Collection<Long> skuIds) {
    Map<Long, Catalog.SkuCard> found = new LinkedHashMap<>();
    for (Families.Family family : Families.of(database, skuIds)) {
      found.putAll(cards.take(family.key(), Arrays.asList(family.ids())));
    }
    return found;
  }

  private static List<Map<Long, Catalog.SkuCard>> cards(
      JdbcClient jdbc, List<Collection<Long>> asked) {
    Families.Family all = Families.Family.of(asked);
    Map<Long, Catalog.SkuCard> found = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT s.sku_id, s.product_id, s.seller_id, s.code, s.choices, p.title, p.slug, p.options,
                   p.pictures[1] AS picture,
                   p.published AND p.priced_version > 0 AND p.withdrawn IS NULL AND NOT s.withdrawn
                     AS published
              FROM sku s
              JOIN product p ON p.shard = s.shard AND p.product_id = s.product_id
             WHERE s.shard = ANY(:shards) AND s.sku_id = ANY(:ids)
             LIMIT :limit
            """)
        .param("shards", all.shards())
        .param("ids", all.ids())
        .param("limit", all.ids().length)
        .query(row -> {
          found.put(row.getLong("sku_id"), card(row));
        });
    return Shared.each(asked, found);
  }

  private static Catalog.SkuCard card(ResultSet row) throws SQLException {
    return new Catalog.SkuCard(
        row.getLong("sku_id"),
        row.getLong("product_id"),
        row.getLong("seller_id"),
        row.getString("code"),
        row.getString("title"),
        row.getString("slug"),
        Product.choices(texts(row, "options"), texts(row, "choices")),
        row.getString("picture"),
        row.getBoolean("published"));
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  Optional<Product> product(long productId) {
    return Optional.ofNullable(products(List.of(productId)).get(productId));
  }

  /** Products with their SKUs, in no order; unknown ones are absent. */
  Map<Long, Product> products(Collection<Long> productIds) {
    Map<Long, Product> found = new LinkedHashMap<>();
    for (Families.Family family : Families.of(database, productIds)) {
      found.putAll(products.take(family.key(), Arrays.asList(family.ids())));
    }
    return found;
  }

  private static List<Map<Long, Product>> products(JdbcClient jdbc, List<Collection<Long>> asked) {
    Families.Family all = Families.Family.of(asked);
    Map<Long, Product> products = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT product_id, seller_id, slug, title, description, category_id, published, options,
                   pictures, version, priced_version, withdrawn, created_at
              FROM product
             WHERE shard = ANY(:shards) AND product_id = ANY(:ids)
             LIMIT :limit
            """)
        .param("shards", all.shards())
        .param("ids", all.ids())
        .param("limit", all.ids().length)
        .query(row -> {
          Product product = product(row);
          products.put(product.productId(), product);
        });
    skus(jdbc, all)
        .forEach((productId, skus) -> products.computeIfPresent(productId, (i, p) -> p.with(skus)));
    return Shared.each(asked, products);
  }

  private static Product product(ResultSet row) throws SQLException {
    return new Product(
        row.getLong("product_id"),
        row.getLong("seller_id"),
        row.getString("slug"),
        row.getString("title"),
        row.getString("description"),
        row.getObject("category_id", Long.class),
        row.getBoolean("published"),
        texts(row, "options"),
        texts(row, "pictures"),
        row.getInt("version"),
        row.getInt("priced_version") > 0,
        row.getString("withdrawn"),
        row.getTimestamp("created_at").toInstant(),
        List.of());
  }

  private static Map<Long, List<Product.Sku>> skus(JdbcClient jdbc, Families.Family family) {
    Map<Long, List<Product.Sku>> skus = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT sku_id, product_id, code, choices, price_e4, currency
              FROM sku
             WHERE shard = ANY(:shards) AND product_id = ANY(:ids) AND NOT withdrawn
             ORDER BY product_id, place
             LIMIT :limit
            """)
        .param("shards", family.shards())
        .param("ids", family.ids())
        .param("limit", family.ids().length * Catalog.SKUS_MAX)
        .query(row -> {
          skus.computeIfAbsent(row.getLong("product_id"), id -> new ArrayList<>())
              .add(
                  new Product.Sku(
                      row.getLong("sku_id"),
                      row.getString("code"),
                      texts(row, "choices"),
                      new UnitPrice(row.getLong("price_e4"), row.getString("currency"))));
        });
    return skus;
  }

  /**
   * Notes whether anything is left of these products, unless somebody who saw more has noted it.
   *
   * @param ticket drawn before the stock was asked for
   */
  void noteSoldOut(long ticket, Collection<Product> products, Offers.Known known) {
    Map<Long, Boolean> soldOut = new TreeMap<>();
    products.forEach(product ->
        soldOut.put(
            product.productId(),
            product.skuIds().stream().noneMatch(skuId -> known.available(skuId) > 0)));
    for (Families.Family family : Families.of(database, soldOut.keySet())) {
      database.change(
          family.key(),
          jdbc ->
              jdbc.sql(
                      """
                      UPDATE product p
                         SET sold_out = seen.sold_out, stock_seen = :ticket
                        FROM unnest(:ids, :soldOut) AS seen (product_id, sold_out)
                       WHERE p.shard = (seen.product_id & %d)::smallint AND p.product_id = seen.product_id
                         AND p.stock_seen < :ticket
                      """
                          .formatted(Ids.SHARDS - 1))
                  .param("ticket", ticket)
                  .param("ids", family.ids())
                  .param(
                      "soldOut",
                      Arrays.stream(family.ids()).map(soldOut::get).toArray(Boolean[]::new))
                  .update());
    }
  }

  /** Whether the SKU is one of the seller's, withdrawn or not. */
  boolean owns(long sellerId, long skuId) {
    return database.fresh(
        skuId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT 1 FROM sku WHERE shard = :shard AND sku_id = :sku AND seller_id = :seller
                    """)
                .param("shard", Ids.shardOf(skuId))
                .param("sku", skuId)
                .param("seller", sellerId)
                .query(Integer.class)
                .optional()
                .isPresent());
  }

  /** SKU ids by code, withdrawn ones too. */
  Map<String, Long> byCode(long sellerId, Collection<String> codes) {
    Map<String, Long> ids = new LinkedHashMap<>();
    for (List<String> part : Families.parts(codes.stream().distinct().toList())) {
      database.fresh(
          sellerId,
          jdbc -> {
            jdbc.sql(
                    """
                    SELECT sku_id, code FROM sku
                     WHERE shard = :shard AND seller_id = :seller AND code = ANY(:codes)
                     LIMIT 1000
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("seller", sellerId)
                .param("codes", part.toArray(String[]::new))
                .query(row -> {
                  ids.put(row.getString("code"), row.getLong("sku_id"));
                });
            return ids;
          });
    }
    return ids;
  }

  /** The products that these SKUs belong to. */
  Set<Long> productsOf(Collection<Long> skuIds) {
    Set<Long> products = new LinkedHashSet<>();
    for (Families.Family family : Families.of(database, skuIds)) {
      products.addAll(
          database.fresh(
              family.key(),
              jdbc ->
                  jdbc.sql(
                          """
                          SELECT DISTINCT product_id FROM sku
                           WHERE shard = ANY(:shards) AND sku_id = ANY(:ids)
                           LIMIT 1000
                          """)
                      .param("shards", family.shards())
                      .param("ids", family.ids())
                      .query(Long.class)
                      .list()));
    }
    return products;
  }

  /**
   * A number higher than any before. Whoever draws it and then reads a product has seen at least
   * what all holders of lower numbers saw of changes that were told before.
   */
  long ticket() {
    return database.fresh(
        HOME, jdbc -> jdbc.sql("SELECT nextval('catalog_ticket')").query(Long.class).single());
  }
}
