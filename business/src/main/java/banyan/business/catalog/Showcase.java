package banyan.business.catalog;

import banyan.platform.cache.Cache;
import banyan.platform.cache.Caches;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Products as they are looked at: copies near the reader. Whoever decides something (an edit, a
 * checkout) asks the {@link Shelf}; prices and stock are not in here at all.
 */
@Component
class Showcase {
  /** Whoever tries ids out is told "no such product" from memory for so long. */
  private static final Duration UNKNOWN = Duration.ofSeconds(5);

  private final Shelf shelf;
  private final Cache<Long, Product> copies;

  Showcase(Shelf shelf, Caches caches) {
    this.shelf = shelf;
    this.copies = caches.named("catalog.products", Product.class, UNKNOWN);
  }

  Optional<Product> product(long productId) {
    return Optional.ofNullable(copies.get(productId, id -> shelf.product(id).orElse(null)));
  }

  /** To be called after the commit of whatever made or changed these products. */
  void changed(Collection<Long> productIds) {
    copies.evictAll(productIds);
  }
}
