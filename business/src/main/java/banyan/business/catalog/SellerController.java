package banyan.business.catalog;

import banyan.business.inventory.Inventory;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a seller does with the own products. */
@RestController
class SellerController {
  private final Shelf shelf;
  private final ProductEditor editor;
  private final Display display;
  private final Receipts receipts;
  private final OwnProducts own;

  SellerController(
      Shelf shelf, ProductEditor editor, Display display, Receipts receipts, OwnProducts own) {
    this.own = own;
    this.shelf = shelf;
    this.editor = editor;
    this.display = display;
    this.receipts = receipts;
  }

  /**
   * @param amount in minor units
   */
  record Price(
      @NotNull @Min(0) @Max(UnitPrice.E4_MAX / 10_000) Long amount,
      @NotNull @Pattern(regexp = "[A-Z]{3}") String currency) {}

  /**
   * @param code the seller's own; an edit finds the SKU by it
   * @param options a value for each option of the product
   */
  record SkuRequest(
      @NotBlank @Size(max = 64) String code,
      @NotNull @Valid Price price,
      @Nullable @Size(max = 5)
          Map<@NotBlank @Size(max = 40) String, @NotBlank @Size(max = 80) String> options) {}

  /**
   * A whole product.
   *
   * @param published false when absent: nobody else sees it
   * @param category slug or id
   * @param options names of what the SKUs differ in; when absent, those of the first SKU
   * @param pictures paths that {@code POST /api/seller/pictures} has returned
   */
  record ProductRequest(
      @NotBlank @Size(max = 200) String title,
      @NotNull @Size(max = 20_000) String description,
      @Nullable Boolean published,
      @Nullable @Size(max = 100) String category,
      @Nullable @Size(max = 5) List<@NotBlank @Size(max = 40) String> options,
      @Nullable @Size(max = 12)
          List<@NotNull @Pattern(regexp = PictureController.PATH) String> pictures,
      @NotEmpty @Size(max = Catalog.SKUS_MAX) List<@NotNull @Valid SkuRequest> skus) {

    /**
     * @param asked prices that hold, by code: one that is sent back as it was shown stays exact
     */
    Catalog.Draft draft(Map<String, UnitPrice> asked) {
      return new Catalog.Draft(
          title.strip(),
          description.strip(),
          category,
          Boolean.TRUE.equals(published),
          options == null ? List.of() : options,
          pictures == null ? List.of() : pictures,
          skus.stream().map(sku -> skuDraft(sku, asked)).toList());
    }
  }

  private static Catalog.SkuDraft skuDraft(SkuRequest sku, Map<String, UnitPrice> asked) {
    Money price;
    try {
      price = new Money(sku.price().amount(), sku.price().currency());
    } catch (IllegalArgumentException unknownCurrency) {
      throw Problem.invalid("/skus/price/currency", "is not an ISO 4217 code");
    }
    String code = sku.code().strip();
    UnitPrice before = asked.get(code);
    return new Catalog.SkuDraft(
        code,
        before != null && before.rounded().equals(price) ? before : UnitPrice.of(price),
        sku.options() == null ? Map.of() : new LinkedHashMap<>(sku.options()));
  }

  /**
   * Products from new to old. A page may be short, or even empty, and still have a next one.
   *
   * @param q part of the title, or a whole SKU code
   */
  @GetMapping("/api/seller/products")
  @Allow(Role.SELLER)
  Page<Display.ProductCardView> mine(
      Caller caller,
      @RequestParam(defaultValue = "") @Size(max = 200) String q,
      @RequestParam(required = false) OwnProducts.@Nullable State state,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Size(max = 200) @Nullable String cursor) {
    Page<Long> page = own.list(caller.accountId(), q.strip(), state, Page.decodeId(cursor), limit);
    return new Page<>(display.cards(page.data(), true), page.nextCursor(), page.hasMore());
  }

  @GetMapping("/api/seller/products/{id}")
  @Allow(Role.SELLER)
  Display.ProductView one(Caller caller, @PathVariable String id) {
    return display.whole(
        shelf
            .product(idOf(id, "product"))
            .filter(product -> product.sellerId() == caller.accountId())
            .orElseThrow(() -> Problem.notFound("product")));
  }

  @PostMapping("/api/seller/products")
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  ResponseEntity<Display.ProductView> create(
      Caller caller, IdempotencyKey key, @RequestBody @Valid ProductRequest request) {
    Display.ProductView made =
        shown(editor.create(key.value(), caller.accountId(), request.draft(Map.of())));
    return ResponseEntity.created(URI.create("/api/products/" + made.slug())).body(made);
  }

  @PutMapping("/api/seller/products/{id}")
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  Display.ProductView edit(
      Caller caller, @PathVariable String id, @RequestBody @Valid ProductRequest request) {
    long productId = idOf(id, "product");
    Map<String, UnitPrice> asked = new LinkedHashMap<>();
    shelf
        .product(productId)
        .filter(product -> product.sellerId() == caller.accountId())
        .ifPresent(product -> product.skus().forEach(sku -> asked.put(sku.code(), sku.asked())));
    return shown(
        editor
            .edit(caller.accountId(), productId, request.draft(asked))
            .orElseThrow(() -> Problem.notFound("product")));
  }

  private Display.ProductView shown(Catalog.Written written) {
    return switch (written) {
      case Catalog.ProductWritten made ->
          display.whole(shelf.product(made.productId()).orElseThrow());
      case Catalog.CodeTaken(String code) ->
          throw Problem.of(
                  HttpStatus.CONFLICT,
                  "code_taken",
                  "Another product of this shop has the SKU code " + code + ".")
              .with("skuCode", code);
      case Catalog.UnknownCategory(String category) ->
          throw Problem.invalid("/category", "names no category: " + category);
      case Catalog.BadOptions(String detail) -> throw Problem.invalid("/skus", detail);
    };
  }

  /**
   * @param location where the goods lie; {@value Inventory#MAIN} when absent
   */
  record ReceiptRequest(
      @NotNull @Min(1) @Max(Inventory.QUANTITY_MAX) Integer quantity,
      @Nullable @Pattern(regexp = "(?!flash-)[a-z0-9][a-z0-9-]{0,39}") String location) {}

  record StockView(String skuId, long onHand, long reserved, long available) {}

  /** Books goods in. */
  @PostMapping("/api/seller/skus/{id}/receipts")
  @Allow(Role.SELLER)
  ResponseEntity<StockView> receive(
      Caller caller,
      @PathVariable String id,
      IdempotencyKey key,
      @RequestBody @Valid ReceiptRequest request) {
    long skuId = idOf(id, "SKU");
    if (!shelf.owns(caller.accountId(), skuId)) {
      throw Problem.notFound("SKU");
    }
    Inventory.Stock stock =
        receipts.book(
            key.value(),
            caller.accountId(),
            skuId,
            Objects.requireNonNullElse(request.location(), Inventory.MAIN),
            request.quantity());
    return ResponseEntity.status(HttpStatus.CREATED)
        .body(new StockView(id, stock.onHand(), stock.reserved(), stock.available()));
  }

  private static long idOf(String text, String what) {
    return Ids.parse(text).orElseThrow(() -> Problem.notFound(what));
  }
}
