package banyan.business.catalog;

import banyan.business.inventory.StockChanged;
import banyan.platform.events.Events;
import banyan.platform.money.UnitPrice;
import banyan.platform.search.SearchIndex;
import banyan.platform.search.SearchIndex.Document;
import banyan.platform.web.Answers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Keeps the search index like the shop window: when something is told of a product, the product is
 * read again as it is now, whatever the event said.
 */
@Component
class SearchFeed {
  private final SearchIndex index;
  private final Shelf shelf;
  private final Showcase showcase;
  private final Offers offers;
  private final Categories categories;
  private final Answers answers;

  SearchFeed(
      Events events,
      SearchIndex index,
      Shelf shelf,
      Showcase showcase,
      Offers offers,
      Categories categories,
      Answers answers) {
    this.index = index;
    this.shelf = shelf;
    this.showcase = showcase;
    this.offers = offers;
    this.categories = categories;
    this.answers = answers;
    events.drive(
        "search.products",
        ProductChanged.class,
        changes -> changed(changes.stream().map(ProductChanged::productId).toList()));
    events.drive(
        "search.stock",
        StockChanged.class,
        changes -> refresh(shelf.productsOf(changes.stream().map(StockChanged::skuId).toList())));
  }

  /**
   * Who made the change has said so to the showcase, unless he died before he could. Lists are
   * found by the index, so they are forgotten when it knows.
   */
  private void changed(Collection<Long> productIds) {
    showcase.changed(productIds);
    refresh(productIds);
    answers.forget(productIds.stream().distinct().map(Answers::ofCard).toList());
  }

  private void refresh(Collection<Long> productIds) {
    List<Long> distinct = List.copyOf(new LinkedHashSet<>(productIds));
    if (distinct.isEmpty()) {
      return;
    }
    answers.forget(distinct.stream().map(Answers::ofProduct).toList());
    long version = shelf.ticket();
    Map<Long, Product> products = shelf.products(distinct);
    Offers.Known known = offers.of(products.values());
    shelf.noteSoldOut(version, products.values(), known);
    List<Document> documents = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    for (Long productId : distinct) {
      Product product = products.get(productId);
      List<UnitPrice> prices =
          product == null
              ? List.of()
              : product.skuIds().stream()
                  .map(known.prices()::get)
                  .filter(Objects::nonNull)
                  .toList();
      if (product == null || !product.onShow() || prices.isEmpty()) {
        gone.add(productId);
      } else {
        documents.add(document(product, prices, known));
      }
    }
    index.put(version, documents);
    index.remove(version, gone);
  }

  private Document document(Product product, List<UnitPrice> prices, Offers.Known known) {
    String keywords =
        Stream.of(
                product.skus().stream().map(Product.Sku::code),
                product.skus().stream().flatMap(sku -> sku.choices().stream()),
                categories.tree().path(product.categoryId()).stream()
                    .map(Categories.Category::name))
            .flatMap(words -> words)
            .distinct()
            .collect(Collectors.joining(" "));
    return new Document(
        product.productId(),
        product.sellerId(),
        product.categoryId(),
        product.title(),
        keywords,
        product.description(),
        prices.getFirst().currency(),
        prices.stream().mapToLong(price -> price.rounded().amount()).min().orElseThrow(),
        prices.stream().mapToLong(price -> price.rounded().amount()).max().orElseThrow(),
        product.skuIds().stream().anyMatch(skuId -> known.available(skuId) > 0));
  }
}
