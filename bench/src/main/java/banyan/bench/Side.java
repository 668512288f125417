package banyan.bench;

import banyan.bench.Crowd.Errand;
import banyan.bench.Shop.Sku;
import banyan.bench.Shop.Ware;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shop with its goods and what its visitors do over and over. */
final class Side {
  private final Shop shop;
  private final List<Ware> wares;
  private final Shelves<Ware> shelves;
  private final Map<String, Optional<Ware>> found = new ConcurrentHashMap<>();

  private Side(Shop shop, List<Ware> wares) {
    this.shop = shop;
    this.wares = wares;
    this.shelves = new Shelves<>(wares);
  }

  static Side of(Shop shop, Catalogue catalogue) {
    return new Side(shop, catalogue.at(shop));
  }

  Shop shop() {
    return shop;
  }

  Ware first() {
    return wares.getFirst();
  }

  Crowd crowd(int connections, Cpu database, Supplier<Errand> errand) {
    return new Crowd(
        shop.port(), shop::connect, connections, shop.server(), database, i -> errand.get());
  }

  Sku anySku() {
    List<Sku> skus = shelves.any().skus();
    return skus.get(ThreadLocalRandom.current().nextInt(skus.size()));
  }

  Errand look() {
    return wire -> shop.product(wire, shelves.popular());
  }

  Errand search() {
    return wire -> {
      String words = Market.words();
      shop.search(
          wire,
          words,
          found
              .computeIfAbsent(words, w -> Optional.ofNullable(Catalogue.found(wares, w)))
              .orElse(null));
    };
  }

  /** Puts lines into a cart; the fifth is the cart's last. */
  Errand fill() {
    String[] cart = {""};
    int[] lines = {0};
    return wire -> {
      String before = lines[0]++ % 5 == 0 ? "" : cart[0];
      cart[0] = there(shop.add(wire, anySku(), before));
    };
  }

  Errand buy() {
    return wire -> {
      Sku sku = anySku();
      if (!shop.buy(wire, there(shop.add(wire, sku, "")), sku)) {
        throw new BenchFailed(shop.name() + " has sold out");
      }
    };
  }

  private String there(@Nullable String cart) {
    if (cart == null) {
      throw new BenchFailed(shop.name() + " has sold out, or names no cart");
    }
    return cart;
  }

  /** Whether a new buyer gets one. */
  boolean grab(Wire wire, Sku sku) {
    String cart = shop.add(wire, sku, "");
    return cart != null && shop.buy(wire, cart, sku);
  }
}
