package banyan.business.catalog;

import banyan.business.catalog.Catalog.BadOptions;
import banyan.business.catalog.Catalog.CodeTaken;
import banyan.business.catalog.Catalog.Draft;
import banyan.business.catalog.Catalog.ProductWritten;
import banyan.business.catalog.Catalog.SkuDraft;
import banyan.business.catalog.Catalog.UnknownCategory;
import banyan.business.catalog.Catalog.Written;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes and edits products.
 *
 * <p>Two modules must agree: the rows are ours, the prices are pricing's, and no transaction
 * crosses them. A product is written with the prices its seller asks for; {@link Pricetags} brings
 * them over and only then is the product shown and told about. A crash between the two leaves a
 * product that nobody sees, until the same call is sent again or the sweeper comes by.
 */
@Component
class ProductEditor {
  private final Database database;
  private final Ids ids;
  private final Categories categories;
  private final Pricetags pricetags;
  private final Showcase showcase;
  private final JsonMapper json;

  ProductEditor(
      Databases databases,
      Ids ids,
      Categories categories,
      Pricetags pricetags,
      Showcase showcase,
      JsonMapper json) {
    this.database = databases.module("catalog");
    this.ids = ids;
    this.categories = categories;
    this.pricetags = pricetags;
    this.showcase = showcase;
    this.json = json;
  }

  /** Rolls the transaction back: a refused draft leaves nothing, not even its key. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Written refusal;

    Refused(Written refusal) {
      super(refusal.toString(), null, false, false);
      this.refusal = refusal;
    }
  }

  /** Why the draft would be refused, as far as the draft itself says it. */
  Optional<Written> objection(Draft draft) {
    return Optional.ofNullable(check(draft).refusal());
  }

  Written create(@Nullable String idempotencyKey, long sellerId, Draft draft) {
    Checked checked = check(draft);
    if (checked.refusal() != null) {
      return checked.refusal();
    }
    try {
      long productId =
          Long.parseLong(
              database.once(
                  sellerId,
                  Intent.of("product:" + sellerId, idempotencyKey, draft),
                  jdbc -> Long.toString(insert(jdbc, sellerId, checked))));
      showcase.changed(List.of(productId));
      pricetags.bring(productId);
      return written(productId);
    } catch (Refused refused) {
      return refused.refusal;
    }
  }

  /** Empty when the seller has no such product. */
  Optional<Written> edit(long sellerId, long productId, Draft draft) {
    Checked checked = check(draft);
    try {
      boolean known =
          database.write(
              productId,
              jdbc -> {
                boolean mine = lock(jdbc, sellerId, productId);
                if (mine) {
                  if (checked.refusal() != null) {
                    throw new Refused(checked.refusal());
                  }
                  update(jdbc, sellerId, productId, checked);
                }
                return mine;
              });
      if (!known) {
        return Optional.empty();
      }
      showcase.changed(List.of(productId));
      pricetags.bring(productId);
      return Optional.of(written(productId));
    } catch (Refused refused) {
      return Optional.of(refused.refusal);
    }
  }

  /**
   * A draft after its check.
   *
   * @param options named, or taken from the first SKU
   */
  private record Checked(
      @Nullable Written refusal, Draft draft, @Nullable Long categoryId, List<String> options) {}

  private Checked check(Draft draft) {
    Long categoryId = null;
    if (draft.category() != null) {
      Optional<Categories.Category> category = categories.tree().named(draft.category());
      if (category.isEmpty()) {
        return new Checked(new UnknownCategory(draft.category()), draft, null, List.of());
      }
      categoryId = category.get().categoryId();
    }
    List<String> options =
        draft.options().isEmpty() && !draft.skus().isEmpty()
            ? List.copyOf(draft.skus().getFirst().options().keySet())
            : draft.options();
    String fault = fault(draft.skus(), options);
    return new Checked(fault == null ? null : new BadOptions(fault), draft, categoryId, options);
  }

  private static @Nullable String fault(List<SkuDraft> skus, List<String> options) {
    if (skus.isEmpty() || skus.size() > Catalog.SKUS_MAX) {
      return "a product has 1 to " + Catalog.SKUS_MAX + " SKUs";
    }
    if (new HashSet<>(options).size() != options.size()) {
      return "an option is named twice";
    }
    Set<String> codes = new HashSet<>();
    Set<Map<String, String>> choices = new HashSet<>();
    String currency = skus.getFirst().price().currency();
    for (SkuDraft sku : skus) {
      if (!codes.add(sku.code())) {
        return "the code " + sku.code() + " occurs twice";
      }
      if (!sku.options().keySet().equals(Set.copyOf(options))) {
        return "SKU " + sku.code() + " must choose a value for each of " + options;
      }
      if (!choices.add(sku.options())) {
        return "SKU " + sku.code() + " has the same options as another one";
      }
      if (!sku.price().currency().equals(currency)) {
        return "all prices of a product have one currency";
      }
    }
    return null;
  }

  private long insert(JdbcClient jdbc, long sellerId, Checked checked) {
    long productId = ids.next(sellerId);
    Draft draft = checked.draft();
    jdbc.sql(
            """
            INSERT INTO product (shard, product_id, seller_id, slug, title, description, category_id, published,
                                 options, pictures)
            VALUES (:shard, :product, :seller, :slug, :title, :description, :category, :published, :options, :pictures)
            """)
        .param("shard", Ids.shardOf(productId))
        .param("product", productId)
        .param("seller", sellerId)
        .param("slug", Slug.of(draft.title(), productId))
        .param("title", draft.title())
        .param("description", draft.description())
        .param("category", checked.categoryId(), java.sql.Types.BIGINT)
        .param("published", draft.published())
        .param("options", checked.options().toArray(String[]::new))
        .param("pictures", draft.pictures().toArray(String[]::new))
        .update();
    upsertSkus(jdbc, sellerId, productId, checked);
    return productId;
  }

  private static boolean lock(JdbcClient jdbc, long sellerId, long productId) {
    return jdbc.sql(
            """
            SELECT 1 FROM product
             WHERE shard = :shard AND product_id = :product AND seller_id = :seller
               FOR UPDATE
            """)
        .param("shard", Ids.shardOf(productId))
        .param("product", productId)
        .param("seller", sellerId)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  private void update(JdbcClient jdbc, long sellerId, long productId, Checked checked) {
    Draft draft = checked.draft();
    jdbc.sql(
            """
            UPDATE product
               SET title = :title, description = :description, category_id = :category, published = :published,
                   options = :options, pictures = :pictures, version = version + 1, updated_at = now()
             WHERE shard = :shard AND product_id = :product
            """)
        .param("title", draft.title())
        .param("description", draft.description())
        .param("category", checked.categoryId(), java.sql.Types.BIGINT)
        .param("published", draft.published())
        .param("options", checked.options().toArray(String[]::new))
        .param("pictures", draft.pictures().toArray(String[]::new))
        .param("shard", Ids.shardOf(productId))
        .param("product", productId)
        .update();
    upsertSkus(jdbc, sellerId, productId, checked);
    jdbc.sql(
            """
            UPDATE sku SET withdrawn = true
             WHERE shard = :shard AND product_id = :product AND NOT withdrawn AND code <> ALL(:codes)
            """)
        .param("shard", Ids.shardOf(productId))
        .param("product", productId)
        .param("codes", draft.skus().stream().map(SkuDraft::code).toArray(String[]::new))
        .update();
  }

  /** One SKU of a draft as a row; a code that is known keeps its id and this one is not used. */
  private record SkuRow(
      long skuId, String code, List<String> choices, int place, long priceE4, String currency) {}

  private void upsertSkus(JdbcClient jdbc, long sellerId, long productId, Checked checked) {
    List<SkuDraft> drafts = checked.draft().skus();
    List<SkuRow> rows =
        IntStream.range(0, drafts.size())
            .mapToObj(place -> row(sellerId, drafts.get(place), checked.options(), place))
            // rows are locked in one order everywhere
            .sorted(Comparator.comparing(SkuRow::code))
            .toList();
    Set<String> written =
        new HashSet<>(
            jdbc.sql(
                    """
                    INSERT INTO sku AS s
                           (shard, sku_id, product_id, seller_id, code, choices, place, price_e4, currency)
                    SELECT :shard, n."skuId", :product, :seller, n.code, n.choices, n.place, n."priceE4", n.currency
                      FROM jsonb_to_recordset(:rows::jsonb)
                           AS n("skuId" bigint, code text, choices text[], place smallint, "priceE4" bigint,
                                currency text)
                        ON CONFLICT (shard, seller_id, code) DO UPDATE
                       SET choices = excluded.choices, place = excluded.place, price_e4 = excluded.price_e4,
                           currency = excluded.currency, withdrawn = false
                     WHERE s.product_id = excluded.product_id
                    RETURNING code
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("product", productId)
                .param("seller", sellerId)
                .param("rows", json.writeValueAsString(rows))
                .query(String.class)
                .list());
    for (SkuDraft draft : drafts) {
      if (!written.contains(draft.code())) {
        throw new Refused(new CodeTaken(draft.code()));
      }
    }
  }

  private SkuRow row(long sellerId, SkuDraft draft, List<String> options, int place) {
    return new SkuRow(
        ids.next(sellerId),
        draft.code(),
        options.stream().map(option -> draft.options().getOrDefault(option, "")).toList(),
        place,
        draft.price().e4(),
        draft.price().currency());
  }

  private ProductWritten written(long productId) {
    record Row(String slug, String code, long skuId) {}
    List<Row> rows =
        database.fresh(
            productId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT p.slug, s.code, s.sku_id
                          FROM product p JOIN sku s ON s.shard = p.shard AND s.product_id = p.product_id
                         WHERE p.shard = :shard AND p.product_id = :product AND NOT s.withdrawn
                         ORDER BY s.place
                         LIMIT :limit
                        """)
                    .param("shard", Ids.shardOf(productId))
                    .param("product", productId)
                    .param("limit", Catalog.SKUS_MAX)
                    .query(Row.class)
                    .list());
    Map<String, Long> skuIds = new LinkedHashMap<>();
    rows.forEach(row -> skuIds.put(row.code(), row.skuId()));
    return new ProductWritten(productId, rows.getFirst().slug(), skuIds);
  }
}
