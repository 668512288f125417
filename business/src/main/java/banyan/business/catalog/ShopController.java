package banyan.business.catalog;

import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.Problem;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Shops. */
@RestController
class ShopController {
  private final Shops shops;

  ShopController(Shops shops) {
    this.shops = shops;
  }

  record ShopRequest(@NotBlank @Size(max = 80) String name) {}

  record ShopView(String id, String name, Instant openedAt) {}

  /** Opens the caller's shop and makes the caller a seller; a repeat returns the shop. */
  @PostMapping("/api/seller/shop")
  @Allow({Role.BUYER, Role.SELLER, Role.SUPPORT, Role.ADMIN})
  ResponseEntity<ShopView> open(Caller caller, @RequestBody @Valid ShopRequest request) {
    ShopView shop = view(shops.open(caller.accountId(), request.name().strip()));
    return ResponseEntity.created(URI.create("/api/shops/" + shop.id())).body(shop);
  }

  @GetMapping("/api/shops/{id}")
  @Allow(everyone = true)
  ShopView look(@PathVariable String id) {
    return view(
        shops
            .find(Ids.parse(id).orElseThrow(() -> Problem.notFound("shop")))
            .orElseThrow(() -> Problem.notFound("shop")));
  }

  private static ShopView view(Shops.Shop shop) {
    return new ShopView(Long.toString(shop.sellerId()), shop.name(), shop.openedAt());
  }
}
