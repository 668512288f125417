package banyan.bench;

import banyan.bench.Crowd.Errand;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What a connection does over and over; every answer is looked at. */
final class Errands {
  private Errands() {}

  static void must(int expected, int status, Wire wire) {
    if (status != expected) {
      throw new BenchFailed(status + " in place of " + expected + ": " + wire.body());
    }
  }

  static Errand ask(Supplier<byte[]> request) {
    return wire -> {
      must(200, wire.send(request.get()), wire);
      if (wire.bodyLength() < 2) {
        throw new BenchFailed("an answer without content");
      }
    };
  }

  static byte[] product(Market.Product product) {
    return Requests.get("/api/products/" + product.slug());
  }

  static byte[] search() {
    return search(Market.words());
  }

  static byte[] search(String words) {
    return Requests.get("/api/products?limit=20&q=" + words.replace(" ", "+"));
  }

  /** Puts lines into a cart; the fifth is the cart's last. */
  static Errand fill(Supplier<String> sku) {
    String[] guest = {""};
    int[] lines = {0};
    return wire -> {
      if (lines[0]++ % 5 == 0) {
        guest[0] = "";
      }
      guest[0] = add(wire, sku.get(), guest[0]);
    };
  }

  private static String add(Wire wire, String sku, String guest) {
    must(200, wire.send(Requests.add(sku, guest)), wire);
    if (!guest.isEmpty()) {
      return guest;
    }
    String token = wire.guest();
    if (token == null) {
      throw new BenchFailed("a new guest was given no token");
    }
    return token;
  }

  /** A new guest puts one unit into an empty cart and buys it. */
  static Errand buy(Supplier<String> sku) {
    return wire -> {
      String guest = add(wire, sku.get(), "");
      must(201, wire.send(Requests.buy(guest)), wire);
      if (!wire.body().contains("\"state\":\"PAID\"")) {
        throw new BenchFailed("an order that is not paid: " + wire.body());
      }
    };
  }

  /** Buys what there is; a refusal for want of goods is an answer as good as any. */
  static Errand grab(String sku, AtomicLong sold) {
    return wire -> {
      wire.send(Requests.get("/api/cart"));
      String guest = wire.guest();
      int status = wire.send(Requests.buyOne(guest == null ? "" : guest, sku));
      if (status == 201) {
        sold.incrementAndGet();
      } else {
        must(409, status, wire);
      }
    };
  }
}
