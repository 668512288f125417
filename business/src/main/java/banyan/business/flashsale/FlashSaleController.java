package banyan.business.flashsale;

import banyan.business.catalog.Catalog;
import banyan.business.flashsale.FlashSaleViews.SaleView;
import banyan.business.inventory.Inventory;
import banyan.business.pricing.Pricing;
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
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Flash sales as sellers make them and everybody sees them. */
@RestController
class FlashSaleController {
  /** The longest window: what lasts a quarter is a price. */
  private static final Duration WINDOW_MAX = Duration.ofDays(90);

  /** How far ahead a sale may be announced. */
  private static final Duration AHEAD_MAX = Duration.ofDays(366);

  /**
   * @param price of one unit, in the currency of the SKU's price
   * @param quantity units that the sale takes from the main stock
   * @param perBuyerMax units one buyer may have; a guest is known by a cookie only, and can drop it
   * @param startsAt null for now
   */
  record NewSale(
      @NotNull @Size(min = 1, max = 19) String skuId,
      @NotNull Money price,
      @NotNull @Min(1) @Max(Inventory.QUANTITY_MAX) Integer quantity,
      @NotNull @Min(1) @Max(Pricing.QUANTITY_MAX) Integer perBuyerMax,
      @Nullable Instant startsAt,
      @NotNull Instant endsAt) {

    SaleRows.Draft draft(long sku) {
      Instant now = Instant.now();
      Instant start = startsAt == null || startsAt.isBefore(now) ? now : startsAt;
      if (start.isAfter(now.plus(AHEAD_MAX))) {
        throw Problem.invalid("/startsAt", "must be within " + AHEAD_MAX.toDays() + " days");
      }
      if (!endsAt.isAfter(start) || endsAt.isAfter(start.plus(WINDOW_MAX))) {
        throw Problem.invalid(
            "/endsAt", "must be after the start and within " + WINDOW_MAX.toDays() + " days of it");
      }
      if (price.amount() < 0 || price.amount() > UnitPrice.E4_MAX / 10_000) {
        throw Problem.invalid("/price/amount", "must be 0.." + UnitPrice.E4_MAX / 10_000);
      }
      return new SaleRows.Draft(
          sku,
          UnitPrice.of(price),
          quantity,
          perBuyerMax,
          startsAt == null || startsAt.isBefore(now) ? null : startsAt,
          endsAt);
    }
  }

  private final SaleRows rows;
  private final SaleStock stock;
  private final FlashSaleViews views;
  private final Catalog catalog;
  private final Pricing pricing;

  FlashSaleController(
      SaleRows rows, SaleStock stock, FlashSaleViews views, Catalog catalog, Pricing pricing) {
    this.rows = rows;
    this.stock = stock;
    this.views = views;
    this.catalog = catalog;
    this.pricing = pricing;
  }

  @PostMapping("/api/seller/flash-sales")
  @ResponseStatus(HttpStatus.CREATED)
  @Allow(Role.SELLER)
  @Refuses({HttpStatus.NOT_FOUND, HttpStatus.CONFLICT})
  SaleView create(Caller caller, IdempotencyKey key, @Valid @RequestBody NewSale body) {
    long sku = Ids.parse(body.skuId()).orElseThrow(() -> Problem.notFound("SKU"));
    SaleRows.Draft draft = body.draft(sku);
    Catalog.SkuCard card = catalog.skus(List.of(sku)).get(sku);
    if (card == null || card.sellerId() != caller.accountId()) {
      throw Problem.notFound("SKU");
    }
    UnitPrice usual = pricing.prices(List.of(sku)).get(sku);
    if (usual != null && !usual.currency().equals(draft.price().currency())) {
      throw Problem.invalid("/price/currency", "must be that of the SKU: " + usual.currency());
    }
    long saleId =
        rows.create(caller.accountId(), key.value(), draft)
            .orElseThrow(() ->
                Problem.of(
                    HttpStatus.CONFLICT,
                    "sale_overlaps",
                    "The SKU is in another flash sale at that time; end that one first."));
    stock.settle(saleId);
    Sale sale = rows.find(saleId).orElseThrow();
    if (sale.moved() < sale.quantity()) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "out_of_stock",
              "The main stock has fewer free units than the sale wants.")
          .with("skuId", body.skuId())
          .with("available", sale.moved());
    }
    return views.of(List.of(sale)).getFirst();
  }

  @GetMapping("/api/seller/flash-sales")
  @Allow(Role.SELLER)
  Page<SaleView> list(
      Caller caller,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return views.of(
        Page.of(
            rows.ofSeller(caller.accountId(), Page.decodeId(cursor), limit + 1),
            limit,
            sale -> Long.toString(sale.saleId())));
  }

  /** Ends a sale now; a repeat does nothing. */
  @DeleteMapping("/api/seller/flash-sales/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Allow(Role.SELLER)
  void end(Caller caller, @PathVariable String id) {
    Sale sale =
        Ids.parse(id).stream()
            .mapToObj(rows::find)
            .flatMap(java.util.Optional::stream)
            .filter(found -> found.sellerId() == caller.accountId())
            .findFirst()
            .orElseThrow(() -> Problem.notFound("flash sale"));
    rows.close(sale);
    stock.settle(sale.saleId());
  }

  /**
   * Running and coming sales, in the order they start.
   *
   * @param skuIds only those that run now for one of these SKUs, all on one page
   */
  @GetMapping("/api/flash-sales")
  @Allow(everyone = true)
  Page<SaleView> open(
      @RequestParam(required = false) @Size(max = Catalog.SKUS_MAX)
          @Nullable List<@Size(max = 19) String> skuIds,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    if (skuIds != null) {
      List<Long> skus = skuIds.stream().map(id -> Ids.parse(id).orElse(0)).toList();
      return views.onShow(new Page<>(rows.running(skus), null, false));
    }
    FlashSaleViews.Place place = FlashSaleViews.Place.of(cursor);
    return views.onShow(
        Page.of(
            rows.open(place.startsAt(), place.saleId(), limit + 1),
            limit,
            FlashSaleViews.Place::of));
  }
}
