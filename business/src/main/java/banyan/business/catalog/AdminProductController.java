package banyan.business.catalog;

import banyan.platform.audit.Staff;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the staff sees of anybody's products, on sale or not. */
@RestController
class AdminProductController {
  private final Shelf shelf;
  private final AllProducts products;
  private final Display display;
  private final Withdrawals withdrawals;

  AdminProductController(
      Shelf shelf, AllProducts products, Display display, Withdrawals withdrawals) {
    this.products = products;
    this.shelf = shelf;
    this.display = display;
    this.withdrawals = withdrawals;
  }

  /**
   * Products of all sellers from new to old.
   *
   * @param seller id of a shop, for its products only
   */
  @GetMapping("/api/admin/products")
  @Allow({Role.SUPPORT, Role.ADMIN})
  Page<Display.ProductCardView> list(
      @RequestParam(required = false) @Size(max = 19) @Nullable String seller,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Size(max = 100) @Nullable String cursor) {
    long before = Page.decodeId(cursor);
    List<Long> ids =
        seller == null || seller.isBlank()
            ? products.newest(before, limit + 1)
            : products.ofSeller(
                Ids.parse(seller.strip())
                    .orElseThrow(() -> Problem.invalid("seller", "is not an id")),
                before,
                limit + 1);
    Page<Long> page = Page.of(ids, limit, productId -> Long.toString(productId));
    return new Page<>(display.cards(page.data(), true), page.nextCursor(), page.hasMore());
  }

  /** One product as its seller sees it. */
  @GetMapping("/api/admin/products/{id}")
  @Allow({Role.SUPPORT, Role.ADMIN})
  Display.ProductView show(@PathVariable String id) {
    return display.whole(find(id));
  }

  private Product find(String id) {
    return shelf
        .product(Ids.parse(id).orElseThrow(() -> Problem.notFound("product")))
        .orElseThrow(() -> Problem.notFound("product"));
  }

  /**
   * @param reason the seller reads it too
   */
  record ReasonRequest(@NotBlank @Size(max = 500) String reason) {}

  /** Takes the product from sale, whatever its seller wants. */
  @PostMapping("/api/admin/products/{id}/withdraw")
  @Allow({Role.SUPPORT, Role.ADMIN})
  Display.ProductView withdraw(
      Staff staff, @PathVariable String id, @RequestBody @Valid ReasonRequest request) {
    withdrawals.withdraw(find(id), request.reason().strip(), staff);
    return show(id);
  }

  /** Gives the product back to its seller's wish. */
  @PostMapping("/api/admin/products/{id}/restore")
  @Allow({Role.SUPPORT, Role.ADMIN})
  Display.ProductView restore(
      Staff staff, @PathVariable String id, @RequestBody @Valid ReasonRequest request) {
    withdrawals.restore(find(id), request.reason().strip(), staff);
    return show(id);
  }
}
