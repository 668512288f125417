package banyan.business.catalog;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** The catalogue's door in this process. */
@Service
class LocalCatalog implements Catalog {
  private final Shelf shelf;
  private final ProductEditor editor;
  private final Shops shops;
  private final Categories categories;

  LocalCatalog(Shelf shelf, ProductEditor editor, Shops shops, Categories categories) {
    this.shelf = shelf;
    this.editor = editor;
    this.shops = shops;
    this.categories = categories;
  }

  @Override
  public Map<Long, SkuCard> skus(Collection<Long> skuIds) {
    return shelf.cards(skuIds);
  }

  @Override
  public void openShop(String idempotencyKey, long accountId, String name) {
    shops.open(accountId, name);
  }

  @Override
  public Map<Long, String> shopNames(Collection<Long> sellerIds) {
    return shops.names(sellerIds);
  }

  @Override
  public Written create(@Nullable String idempotencyKey, long sellerId, Draft draft) {
    return editor.create(idempotencyKey, sellerId, draft);
  }

  @Override
  public void ensureCategory(String slug, String name, @Nullable String parentSlug) {
    switch (categories.create(slug, name, parentSlug, 0, null)) {
      case Categories.Saved _, Categories.SlugTaken _ -> {}
      case Categories.NoSuchCategory(String absent) ->
          throw new IllegalArgumentException("no category " + absent);
      case Categories.TreeRefuses(String detail) ->
          throw new IllegalArgumentException("the tree of categories " + detail);
    }
  }

  @Override
  public Map<String, Long> skuIds(long sellerId, Collection<String> codes) {
    return shelf.byCode(sellerId, codes);
  }

  @Override
  public Optional<ProductCard> product(long productId) {
    return shelf
        .product(productId)
        .map(p -> new ProductCard(p.productId(), p.sellerId(), p.title(), p.slug(), p.onShow()));
  }
}
