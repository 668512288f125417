package banyan.cli.load;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What there is to look at and to buy.
 *
 * @param items in the order of their popularity
 */
record Goods(List<Item> items) {
  record Item(String productId, String slug, String title, List<String> skuIds) {}

  Goods {
    if (items.isEmpty()) {
      throw new IllegalArgumentException("the shop has nothing for sale");
    }
  }

  /** Popularity falls with the rank: Zipf's law with exponent 1, by its inverse, approximately. */
  Item popular(RandomGenerator random) {
    double rank = Math.exp(random.nextDouble() * Math.log(items.size() + 1.0));
    return items.get(Math.min(items.size() - 1, (int) rank - 1));
  }

  Item any(RandomGenerator random) {
    return items.get(random.nextInt(items.size()));
  }

  static String sku(Item item, RandomGenerator random) {
    return item.skuIds().get(random.nextInt(item.skuIds().size()));
  }

  String hot() {
    return items.getFirst().skuIds().getFirst();
  }
}
