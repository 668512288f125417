package banyan.checks;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Products as a seller sends them. */
final class Goods {
  private Goods() {}

  /** A published product with one SKU for each price, in pence. */
  static Map<String, Object> product(String title, String description, long... prices) {
    List<Map<String, Object>> skus = new java.util.ArrayList<>();
    for (int i = 0; i < prices.length; i++) {
      skus.add(
          Map.of(
              "code",
              Marketplace.unique("code"),
              "price",
              price(prices[i]),
              "options",
              prices.length == 1 ? Map.of() : Map.of("Size", "size " + i)));
    }
    return Map.of("title", title, "description", description, "published", true, "skus", skus);
  }

  static Map<String, Object> price(long amount) {
    return Map.of("amount", amount, "currency", "GBP");
  }

  /** The same product with one field changed; null takes it away. */
  static Map<String, Object> with(
      Map<String, Object> product, String field, @Nullable Object value) {
    Map<String, Object> changed = new java.util.HashMap<>(product);
    if (value == null) {
      changed.remove(field);
    } else {
      changed.put(field, value);
    }
    return changed;
  }
}
