package banyan.business.flashsale;

import banyan.business.catalog.Catalog;
import banyan.business.inventory.Inventory;
import banyan.platform.cache.Cache;
import banyan.platform.cache.Caches;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.web.Page;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a flash sale looks like to people. */
@Component
class FlashSaleViews {
  /**
   * @param state {@code opening, upcoming, running, ended}
   * @param remaining units of its own stock that could be had, as of some seconds ago
   */
  record SaleView(
      String id,
      String skuId,
      String state,
      Money price,
      int quantity,
      long remaining,
      int perBuyerMax,
      Instant startsAt,
      Instant endsAt,
      @Nullable String productId,
      @Nullable String slug,
      @Nullable String title,
      Map<String, String> options,
      @Nullable String picture) {}

  /** A place in the list of open sales. */
  record Place(Instant startsAt, long saleId) {
    private static final Place FIRST = new Place(Instant.EPOCH, 0);

    /** Microseconds, as the database keeps them. */
    static String of(Sale sale) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, sale.startsAt()) + ":" + sale.saleId();
    }

    static Place of(@Nullable String cursor) {
      if (cursor == null) {
        return FIRST;
      }
      String[] parts = Page.decode(cursor).split(":", 2);
      long micros = Ids.parse(parts[0]).orElseThrow(Page::badCursor);
      long saleId = Ids.parse(parts[parts.length - 1]).orElseThrow(Page::badCursor);
      Instant startsAt = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
      if (startsAt.isAfter(Instant.parse("2200-01-01T00:00:00Z"))) {
        throw Page.badCursor();
      }
      return new Place(startsAt, saleId);
    }
  }

  private final Catalog catalog;
  private final Inventory inventory;

  /** Thousands look at a countdown; one of them counts the shelf. */
  private final Cache<Long, Long> remaining;

  FlashSaleViews(Catalog catalog, Inventory inventory, Caches caches) {
    this.catalog = catalog;
    this.inventory = inventory;
    this.remaining = caches.named("flashsale.remaining", Long.class);
  }

  Page<SaleView> of(Page<Sale> page) {
    Iterator<SaleView> views = of(page.data()).iterator();
    return page.map(sale -> views.next());
  }

  /** As {@link #of}, without what cannot be bought; so a page may be short. */
  Page<SaleView> onShow(Page<Sale> page) {
    Map<Long, Catalog.SkuCard> cards = cards(page.data());
    List<SaleView> shown =
        page.data().stream()
            .filter(sale -> {
              Catalog.SkuCard card = cards.get(sale.skuId());
              return card != null && card.published();
            })
            .map(sale -> view(sale, cards.get(sale.skuId())))
            .toList();
    return new Page<>(shown, page.nextCursor(), page.hasMore());
  }

  private Map<Long, Catalog.SkuCard> cards(List<Sale> sales) {
    return catalog.skus(sales.stream().map(Sale::skuId).distinct().toList());
  }

  List<SaleView> of(List<Sale> sales) {
    Map<Long, Catalog.SkuCard> cards = cards(sales);
    return sales.stream().map(sale -> view(sale, cards.get(sale.skuId()))).toList();
  }

  private SaleView view(Sale sale, Catalog.@Nullable SkuCard card) {
    String phase = sale.phase();
    Long left =
        phase.equals("ended")
            ? null
            : remaining.get(
                sale.saleId(), id -> inventory.availableAt(sale.skuId(), sale.location()));
    return new SaleView(
        Long.toString(sale.saleId()),
        Long.toString(sale.skuId()),
        phase,
        sale.price().rounded(),
        sale.quantity(),
        left == null ? 0 : left,
        sale.perBuyerMax(),
        sale.startsAt(),
        sale.endsAt(),
        card == null ? null : Long.toString(card.productId()),
        card == null ? null : card.slug(),
        card == null ? null : card.title(),
        card == null ? Map.of() : card.options(),
        card == null ? null : card.picture());
  }
}
