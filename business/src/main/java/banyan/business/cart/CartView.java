package banyan.business.cart;

import banyan.business.cart.Carts.CartLine;
import banyan.business.catalog.Catalog;
import banyan.business.flashsale.FlashSales;
import banyan.business.inventory.Inventory;
import banyan.business.pricing.Pricing;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a cart looks like now: today's prices and stock, one question to each neighbour. */
@Component
class CartView {
  /**
   * @param totals of the lines that can be bought, one for each currency
   */
  record Cart(List<Line> lines, Collection<Money> totals) {}

  /**
   * @param unitPrice in whole minor units, that of a running flash sale if there is one; null when
   *     the SKU has no price any more
   * @param lineTotal exact, rounded once
   * @param available units that could be had now; 0 when it is not for sale any more
   * @param seller null when the SKU is gone
   */
  record Line(
      String skuId,
      int quantity,
      @Nullable Money unitPrice,
      @Nullable Money lineTotal,
      long available,
      @Nullable String productId,
      @Nullable String slug,
      @Nullable String title,
      Map<String, String> options,
      @Nullable String picture,
      @Nullable Seller seller) {}

  record Seller(String id, @Nullable String name) {}

  private final Catalog catalog;
  private final Pricing pricing;
  private final Inventory inventory;
  private final FlashSales sales;

  CartView(Catalog catalog, Pricing pricing, Inventory inventory, FlashSales sales) {
    this.catalog = catalog;
    this.pricing = pricing;
    this.inventory = inventory;
    this.sales = sales;
  }

  Cart of(List<CartLine> put) {
    if (put.isEmpty()) {
      return new Cart(List.of(), List.of());
    }
    List<Long> skuIds = put.stream().map(CartLine::skuId).toList();
    Map<Long, Catalog.SkuCard> cards = catalog.skus(skuIds);
    Map<Long, UnitPrice> prices = new HashMap<>(pricing.prices(skuIds));
    sales.running(skuIds).forEach((skuId, offer) -> prices.put(skuId, offer.price()));
    Map<Long, Inventory.Stock> stock = inventory.stock(skuIds);
    Map<Long, String> shops =
        catalog.shopNames(
            cards.values().stream().map(Catalog.SkuCard::sellerId).distinct().toList());
    List<Line> lines = new ArrayList<>();
    Map<String, Money> totals = new TreeMap<>();
    for (CartLine line : put) {
      Catalog.SkuCard card = cards.get(line.skuId());
      UnitPrice price = prices.get(line.skuId());
      boolean forSale = card != null && card.published() && price != null;
      Inventory.Stock there = stock.get(line.skuId());
      long available = forSale && there != null ? Math.max(0, there.available()) : 0;
      lines.add(line(line, card, price, available, shops));
      if (price != null && forSale) {
        totals.merge(price.currency(), price.times(line.quantity()), Money::plus);
      }
    }
    return new Cart(lines, totals.values());
  }

  private static Line line(
      CartLine line,
      Catalog.@Nullable SkuCard card,
      @Nullable UnitPrice price,
      long available,
      Map<Long, String> shops) {
    Money unitPrice = price == null ? null : price.rounded();
    Money lineTotal = price == null ? null : price.times(line.quantity());
    String skuId = Long.toString(line.skuId());
    return card == null
        ? new Line(
            skuId, line.quantity(), unitPrice, lineTotal, 0, null, null, null, Map.of(), null, null)
        : new Line(
            skuId,
            line.quantity(),
            unitPrice,
            lineTotal,
            available,
            Long.toString(card.productId()),
            card.slug(),
            card.title(),
            card.options(),
            card.picture(),
            new Seller(Long.toString(card.sellerId()), shops.get(card.sellerId())));
  }
}
