package banyan.business.cart;

import banyan.business.catalog.Catalog;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Buyer;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FavouriteController {
  /**
   * @param title null when the product is gone or withdrawn
   */
  record FavouriteView(
      String productId, @Nullable String slug, @Nullable String title, Instant addedAt) {}

  private final Favourites favourites;
  private final Handovers handovers;
  private final Catalog catalog;

  FavouriteController(Favourites favourites, Handovers handovers, Catalog catalog) {
    this.favourites = favourites;
    this.handovers = handovers;
    this.catalog = catalog;
  }

  @GetMapping("/api/favourites")
  @Allow(everyone = true)
  Page<FavouriteView> list(
      Buyer buyer,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    handovers.bring(buyer.guestId(), buyer.id());
    long beforePosition = Long.MAX_VALUE;
    long beforeProduct = Long.MAX_VALUE;
    if (cursor != null) {
      String[] place = Page.decode(cursor).split(":", 2);
      beforePosition = Ids.parse(place[0]).orElseThrow(Page::badCursor);
      beforeProduct = Ids.parse(place[place.length - 1]).orElseThrow(Page::badCursor);
    }
    Page<Favourites.Favourite> page =
        Page.of(
            favourites.list(buyer.id(), beforePosition, beforeProduct, limit + 1),
            limit,
            favourite -> favourite.position() + ":" + favourite.productId());
    Map<Long, Catalog.ProductCard> cards =
        catalog.products(page.data().stream().map(Favourites.Favourite::productId).toList());
    return page.map(favourite -> {
      Catalog.ProductCard card = cards.get(favourite.productId());
      return new FavouriteView(
          Long.toString(favourite.productId()),
          card != null && card.published() ? card.slug() : null,
          card != null && card.published() ? card.title() : null,
          favourite.addedAt());
    });
  }

  @PutMapping("/api/favourites/{productId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Allow(everyone = true)
  @Refuses(HttpStatus.CONFLICT)
  void add(Buyer buyer, @PathVariable String productId) {
    long product = idOf(productId);
    if (catalog.product(product).filter(Catalog.ProductCard::published).isEmpty()) {
      throw Problem.notFound("product");
    }
    handovers.bring(buyer.guestId(), buyer.id());
    if (!favourites.add(buyer, product)) {
      throw Problem.of(
          HttpStatus.CONFLICT,
          "favourites_full",
          "The list has at most " + Favourites.FAVOURITES_MAX + " products; remove some.");
    }
  }

  @DeleteMapping("/api/favourites/{productId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Allow(everyone = true)
  void remove(Buyer buyer, @PathVariable String productId) {
    long product = idOf(productId);
    handovers.bring(buyer.guestId(), buyer.id());
    favourites.remove(buyer.id(), product);
  }

  private static long idOf(String productId) {
    return Ids.parse(productId).orElseThrow(() -> Problem.notFound("product"));
  }
}
