package banyan.business.cart;

import banyan.business.catalog.Catalog;
import banyan.business.pricing.Pricing;
import banyan.platform.cache.Cache;
import banyan.platform.cache.Caches;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Buyer;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class CartController {
  record Quantity(@NotNull @Min(0) @Max(Pricing.QUANTITY_MAX) Integer quantity) {}

  record PutLine(String skuId, int quantity) {}

  private final CartRows rows;
  private final Handovers handovers;
  private final CartView view;
  private final Catalog catalog;

  /**
   * SKUs that were for sale a moment ago. Putting something aside is no promise, and checkout asks
   * again; so the hot path is one statement. Nobody remembers that a SKU was not for sale.
   */
  private final Cache<Long, Boolean> forSale;

  CartController(
      CartRows rows, Handovers handovers, CartView view, Catalog catalog, Caches caches) {
    this.rows = rows;
    this.handovers = handovers;
    this.view = view;
    this.catalog = catalog;
    this.forSale = caches.named("cart.for-sale", Boolean.class);
  }

  @GetMapping("/api/cart")
  @Allow(everyone = true)
  CartView.Cart cart(Buyer buyer) {
    handovers.bring(buyer.guestId(), buyer.id());
    return view.of(rows.lines(buyer.id()));
  }

  @PutMapping("/api/cart/lines/{skuId}")
  @Allow(everyone = true)
  @Refuses(HttpStatus.CONFLICT)
  PutLine put(Buyer buyer, @PathVariable String skuId, @Valid @RequestBody Quantity body) {
    long sku = idOf(skuId);
    int quantity = body.quantity();
    handovers.bring(buyer.guestId(), buyer.id());
    if (quantity == 0) {
      rows.remove(buyer.id(), List.of(sku));
      return new PutLine(skuId, 0);
    }
    if (forSale.get(sku, this::isForSale) == null) {
      throw Problem.notFound("SKU");
    }
    if (!rows.put(buyer, sku, quantity)) {
      throw Problem.of(
          HttpStatus.CONFLICT,
          "cart_full",
          "A cart has at most " + CartRows.LINES_MAX + " lines; buy or remove some.");
    }
    return new PutLine(skuId, quantity);
  }

  private @Nullable Boolean isForSale(long skuId) {
    Catalog.SkuCard card = catalog.skus(List.of(skuId)).get(skuId);
    return card != null && card.published() ? Boolean.TRUE : null;
  }

  @DeleteMapping("/api/cart/lines/{skuId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Allow(everyone = true)
  void remove(Buyer buyer, @PathVariable String skuId) {
    long sku = idOf(skuId);
    handovers.bring(buyer.guestId(), buyer.id());
    rows.remove(buyer.id(), List.of(sku));
  }

  @DeleteMapping("/api/cart")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Allow(everyone = true)
  void clear(Buyer buyer) {
    handovers.bring(buyer.guestId(), buyer.id());
    rows.clear(buyer.id());
  }

  private static long idOf(String skuId) {
    return Ids.parse(skuId).orElseThrow(() -> Problem.notFound("SKU"));
  }
}
