package banyan.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one shop is asked, and what its answers must hold: the same journeys at Banyan and at each
 * peer. Everything throws {@link BenchFailed} when an answer is not what it must be.
 */
interface Shop {
  /**
   * @param cents its price
   */
  record Sku(String id, int cents) {}

  /** One product of the catalogue that all shops have. */
  record Ware(String title, String slug, List<Sku> skus) {}

  /** Where a shop keeps an SKU: its product's slug, and its own id. */
  record Place(String slug, String skuId) {}

  String name();

  int port();

  Cpu server();

  Wire connect();

  /** Every SKU on sale, by the seller's code. */
  Map<String, Place> places(Wire wire);

  void product(Wire wire, Ware ware);

  /** 20 hits at most, with price and stock; {@code best} has every word in its title. */
  void search(Wire wire, String words, @Nullable Ware best);

  /**
   * Puts one unit into a cart.
   *
   * @param cart empty for a new one
   * @return the cart, or null when there is no such unit left
   */
  @Nullable String add(Wire wire, Sku sku, String cart);

  /** Buys a cart of one unit; false when there is no such unit left. */
  boolean buy(Wire wire, String cart, Sku sku);

  /** A buyer who can be asked for his orders later. */
  String member(Wire wire, String name);

  /** One unit to a paid order. */
  default void order(Wire wire, String member, Sku sku) {
    String cart = add(wire, sku, member);
    if (cart == null || !buy(wire, cart, sku)) {
      throw new BenchFailed(name() + " has sold out");
    }
  }

  void lastTenOrders(Wire wire, String member);

  static void holds(Wire wire, String... parts) {
    String body = wire.body();
    for (String part : parts) {
      if (!body.contains(part)) {
        throw new BenchFailed("no " + part + " in " + body);
      }
    }
  }
}
