package banyan.business.catalog;

import banyan.platform.money.UnitPrice;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The shop window. The shard key is the seller; product and SKU ids carry the seller's gene. */
public interface Catalog {
  /** SKUs one product may have: colours × sizes with room to spare. */
  int SKUS_MAX = 100;

  /**
   * What others may know of a SKU; orders keep a copy.
   *
   * @param options what tells it from its sisters, for instance {@code {"Colour": "red"}}; empty
   *     for a product of one
   * @param picture path of a picture, or null
   * @param published whether it can be bought
   */
  record SkuCard(
      long skuId,
      long productId,
      long sellerId,
      String code,
      String title,
      String slug,
      Map<String, String> options,
      @Nullable String picture,
      boolean published)
      implements Serializable {}

  /** Cards of these SKUs from the primary; unknown ones are absent. At most 1,000 at a time. */
  Map<Long, SkuCard> skus(Collection<Long> skuIds);

  /** Opens a shop, or returns the one the account has; the shop's id is the account's. */
  void openShop(String idempotencyKey, long accountId, String name);

  /** The name of each seller's shop. At most 1,000 at a time. */
  Map<Long, String> shopNames(Collection<Long> sellerIds);

  /**
   * A product as a seller describes it.
   *
   * @param category slug of the category, or null
   * @param options names of what its SKUs differ in, in the order to show
   * @param pictures paths or data that {@code POST /api/seller/pictures} has returned
   */
  record Draft(
      String title,
      String description,
      @Nullable String category,
      boolean published,
      List<String> options,
      List<String> pictures,
      List<SkuDraft> skus)
      implements Serializable {}

  /**
   * @param code the seller's own, unique in the shop; names the SKU in an edit
   */
  record SkuDraft(String code, UnitPrice price, Map<String, String> options)
      implements Serializable {}

  /** What writing a product came to. */
  sealed interface Written extends Serializable
      permits ProductWritten, CodeTaken, UnknownCategory, BadOptions {}

  /**
   * @param skuIds by the seller's code
   */
  record ProductWritten(long productId, String slug, Map<String, Long> skuIds) implements Written {}

  record CodeTaken(String code) implements Written {}

  record UnknownCategory(String category) implements Written {}

  record BadOptions(String detail) implements Written {}

  /**
   * Makes a product with its SKUs and prices.
   *
   * @param idempotencyKey null when the caller will not repeat; a repeat returns the first product
   */
  Written create(@Nullable String idempotencyKey, long sellerId, Draft draft);

  /** Makes or finds a category; a repeat returns without a change. */
  void ensureCategory(String slug, String name, @Nullable String parentSlug);

  /**
   * SKU ids of a seller by the seller's codes; withdrawn ones too; unknown ones are absent. At most
   * 10,000 at a time.
   */
  Map<String, Long> skuIds(long sellerId, Collection<String> codes);

  /** The product's seller and title, whether published or not. */
  Optional<ProductCard> product(long productId);

  /** {@link #product} for many; unknown ones are absent. At most 1,000 at a time. */
  default Map<Long, ProductCard> products(Collection<Long> productIds) {
    Map<Long, ProductCard> cards = new java.util.HashMap<>();
    productIds.forEach(id -> product(id).ifPresent(card -> cards.put(id, card)));
    return cards;
  }

  record ProductCard(long productId, long sellerId, String title, String slug, boolean published)
      implements Serializable {}
}
