package banyan.business.catalog;

import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Products as a buyer sees them: with the shop's name, and the price and stock of this moment. */
@Component
class Display {
  record Seller(String id, String name) {}

  record CategoryRef(String id, String slug, String name) {}

  /**
   * @param available units that could be bought now
   */
  record SkuView(
      String id, String code, @Nullable Money price, long available, Map<String, String> options) {}

  /**
   * @param withdrawn why the staff has taken it from sale; absent when it has not
   * @param options names of what the SKUs differ in
   * @param price of the cheapest SKU
   */
  record ProductView(
      String id,
      String slug,
      String title,
      String description,
      Seller seller,
      @Nullable CategoryRef category,
      boolean published,
      @Nullable String withdrawn,
      List<String> options,
      List<String> pictures,
      @Nullable Money price,
      @Nullable Money priceMax,
      long available,
      List<SkuView> skus) {}

  /**
   * A product in a list.
   *
   * @param withdrawn why the staff has taken it from sale; absent when it has not
   * @param price of the cheapest SKU
   * @param available units of all SKUs together
   */
  record ProductCardView(
      String id,
      String slug,
      String title,
      Seller seller,
      @Nullable CategoryRef category,
      boolean published,
      @Nullable String withdrawn,
      @Nullable String picture,
      @Nullable Money price,
      @Nullable Money priceMax,
      long available,
      int skuCount) {}

  private final Shelf shelf;
  private final Shops shops;
  private final Categories categories;
  private final Offers offers;

  Display(Shelf shelf, Shops shops, Categories categories, Offers offers) {
    this.shelf = shelf;
    this.shops = shops;
    this.categories = categories;
    this.offers = offers;
  }

  ProductView whole(Product product) {
    Offers.Known known = offers.of(List.of(product));
    List<SkuView> skus =
        product.skus().stream()
            .map(sku -> {
              UnitPrice price = known.prices().get(sku.skuId());
              return new SkuView(
                  Long.toString(sku.skuId()),
                  sku.code(),
                  price == null ? null : price.rounded(),
                  known.available(sku.skuId()),
                  Product.choices(product.options(), sku.choices()));
            })
            .toList();
    return new ProductView(
        Long.toString(product.productId()),
        product.slug(),
        product.title(),
        product.description(),
        seller(product, shops.names(List.of(product.sellerId()))),
        category(product),
        product.published(),
        product.withdrawn(),
        product.options(),
        product.pictures(),
        cheapest(product, known),
        dearest(product, known),
        available(product, known),
        skus);
  }

  /**
   * These products in this order.
   *
   * @param hidden whether to show what is not published, as its seller sees it
   */
  List<ProductCardView> cards(Collection<Long> productIds, boolean hidden) {
    Map<Long, Product> products = shelf.products(productIds);
    products.values().removeIf(product -> !hidden && !product.onShow());
    Offers.Known known = offers.of(products.values());
    Map<Long, String> names =
        shops.names(products.values().stream().map(Product::sellerId).toList());
    return productIds.stream()
        .map(products::get)
        .filter(Objects::nonNull)
        .map(product ->
            new ProductCardView(
                Long.toString(product.productId()),
                product.slug(),
                product.title(),
                seller(product, names),
                category(product),
                product.published(),
                product.withdrawn(),
                product.pictures().isEmpty() ? null : product.pictures().getFirst(),
                cheapest(product, known),
                dearest(product, known),
                available(product, known),
                product.skus().size()))
        .toList();
  }

  private static Seller seller(Product product, Map<Long, String> names) {
    return new Seller(
        Long.toString(product.sellerId()), names.getOrDefault(product.sellerId(), ""));
  }

  private @Nullable CategoryRef category(Product product) {
    return categories
        .tree()
        .find(product.categoryId())
        .map(c -> new CategoryRef(Long.toString(c.categoryId()), c.slug(), c.name()))
        .orElse(null);
  }

  private static @Nullable Money cheapest(Product product, Offers.Known known) {
    return prices(product, known).stream().findFirst().orElse(null);
  }

  private static @Nullable Money dearest(Product product, Offers.Known known) {
    List<Money> prices = prices(product, known);
    return prices.isEmpty() ? null : prices.getLast();
  }

  private static List<Money> prices(Product product, Offers.Known known) {
    return product.skuIds().stream()
        .map(known.prices()::get)
        .filter(Objects::nonNull)
        .map(UnitPrice::rounded)
        .sorted(Comparator.comparingLong(Money::amount))
        .toList();
  }

  private static long available(Product product, Offers.Known known) {
    return product.skuIds().stream().mapToLong(known::available).sum();
  }
}
