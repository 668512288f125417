package banyan.business.catalog;

import banyan.business.inventory.Inventory;
import banyan.business.pricing.Pricing;
import banyan.platform.money.UnitPrice;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** What SKUs cost and how many there are, asked where it is decided, for a whole list at once. */
@Component
class Offers {
  /**
   * @param prices of the SKUs that have one
   * @param stock of the SKUs that ever had some
   */
  record Known(Map<Long, UnitPrice> prices, Map<Long, Inventory.Stock> stock) {
    long available(long skuId) {
      Inventory.Stock known = stock.get(skuId);
      return known == null ? 0 : Math.max(known.available(), 0);
    }
  }

  private final Pricing pricing;
  private final Inventory inventory;

  Offers(Pricing pricing, Inventory inventory) {
    this.pricing = pricing;
    this.inventory = inventory;
  }

  Known of(Collection<Product> products) {
    List<Long> skuIds = products.stream().flatMap(p -> p.skuIds().stream()).toList();
    return new Known(gather(skuIds, pricing::prices), gather(skuIds, inventory::stock));
  }

  private static <V> Map<Long, V> gather(
      List<Long> skuIds, Function<Collection<Long>, Map<Long, V>> door) {
    Map<Long, V> all = new LinkedHashMap<>();
    for (List<Long> part : Families.parts(skuIds)) {
      all.putAll(door.apply(part));
    }
    return all;
  }
}
