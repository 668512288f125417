package banyan.bench;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses products: by popularity, or each as likely as any other. */
final class Shelves<T> {
  private final List<T> products;
  private final double[] upTo;

  Shelves(List<T> products) {
    this.products = products;
    // Zipf's law with exponent 1: the n-th is asked for 1/n as often as the first
    this.upTo = new double[products.size()];
    double sum = 0;
    for (int rank = 0; rank < upTo.length; rank++) {
      sum += 1.0 / (rank + 1);
      upTo[rank] = sum;
    }
  }

  T popular() {
    double drawn = ThreadLocalRandom.current().nextDouble() * upTo[upTo.length - 1];
    int at = Arrays.binarySearch(upTo, drawn);
    return products.get(Math.min(at < 0 ? -at - 1 : at, upTo.length - 1));
  }

  T any() {
    return products.get(ThreadLocalRandom.current().nextInt(products.size()));
  }

  static String anySku(Shelves<Market.Product> shelves) {
    List<String> skuIds = shelves.any().skuIds();
    return skuIds.get(ThreadLocalRandom.current().nextInt(skuIds.size()));
  }
}
