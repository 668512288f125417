package banyan.business.catalog;

import banyan.platform.money.UnitPrice;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A product as its rows have it, with the SKUs that were not withdrawn, in the seller's order.
 *
 * @param version counts edits
 * @param priced whether the prices of some version are in force: before that nobody else sees it
 * @param withdrawn why the staff has taken it from sale; null when it has not
 */
record Product(
    long productId,
    long sellerId,
    String slug,
    String title,
    String description,
    @Nullable Long categoryId,
    boolean published,
    List<String> options,
    List<String> pictures,
    int version,
    boolean priced,
    @Nullable String withdrawn,
    Instant createdAt,
    List<Sku> skus) {

  /**
   * @param choices one value for each option of the product
   * @param asked the price the seller has asked for; what holds is decided in pricing
   */
  record Sku(long skuId, String code, List<String> choices, UnitPrice asked) {}

  boolean onShow() {
    return published && priced && withdrawn == null;
  }

  List<Long> skuIds() {
    return skus.stream().map(Sku::skuId).toList();
  }

  Product with(List<Sku> known) {
    return new Product(
        productId,
        sellerId,
        slug,
        title,
        description,
        categoryId,
        published,
        options,
        pictures,
        version,
        priced,
        withdrawn,
        createdAt,
        known);
  }

  /** Names of options with the choices made; in the order of the options. */
  static Map<String, String> choices(List<String> options, List<String> choices) {
    Map<String, String> made = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(options.size(), choices.size()); i++) {
      made.put(options.get(i), choices.get(i));
    }
    return made;
  }
}
