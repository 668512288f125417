package banyan.cli.load;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/** Turns what a shopper does into a request, and an answer into what it means. */
final class Shopper {
  static final Map<String, String> ADDRESS =
      Map.of(
          "name", "Load Test",
          "line1", "1 Mill Lane",
          "city", "Bath",
          "postcode", "BA1 1AA",
          "country", "GB");
  static final Map<String, String> PAYMENT = Map.of("method", "sandbox", "token", "tok_approve");
  private static final int LINES_MAX = 3;

  private final Wire wire;
  private final Goods goods;
  private final List<String> guests;

  Shopper(Wire wire, Goods goods, List<String> guests) {
    this.wire = wire;
    this.goods = goods;
    this.guests = guests;
  }

  /**
   * @param guest whose request it is; the token finds the order again
   */
  record Errand(Mix.Act act, byte[] request, String guest) {
    boolean buys() {
      return act == Mix.Act.BUY || act == Mix.Act.BUY_HOT;
    }
  }

  Errand errand(Mix.Act act, RandomGenerator random) {
    String guest = guests.get(random.nextInt(guests.size()));
    byte[] request =
        switch (act) {
          case VIEW -> get("/api/products/" + goods.popular(random).slug());
          case SEARCH -> get("/api/products?limit=20&q=" + words(goods.popular(random).title()));
          case HOME -> get("/");
          case REVIEWS ->
              get("/api/products/" + goods.popular(random).productId() + "/reviews?limit=10");
          case ADD ->
              wire.request(
                  "PUT",
                  "/api/cart/lines/" + Goods.sku(goods.popular(random), random),
                  "{\"quantity\":1}",
                  "Guest-Token",
                  guest);
          case FAVOURITE ->
              wire.request(
                  "PUT",
                  "/api/favourites/" + goods.popular(random).productId(),
                  null,
                  "Guest-Token",
                  guest);
          case BUY -> buy(lines(random), guest);
          case BUY_HOT -> buy(Map.of(goods.hot(), 1), guest);
          case SESSION, DASHBOARD, PRICE, REPLACE, DELIVERY ->
              throw new IllegalArgumentException("more than one request: " + act);
        };
    return new Errand(act, request, guest);
  }

  private byte[] get(String path) {
    return wire.request("GET", path, null);
  }

  private static String words(String title) {
    return URLEncoder.encode(title, StandardCharsets.UTF_8);
  }

  private Map<String, Integer> lines(RandomGenerator random) {
    Map<String, Integer> lines = new LinkedHashMap<>();
    int wanted = 1 + random.nextInt(LINES_MAX);
    for (int i = 0; i < wanted; i++) {
      lines.merge(Goods.sku(goods.any(random), random), 1, Integer::sum);
    }
    return lines;
  }

  private byte[] buy(Map<String, Integer> units, String guest) {
    List<Map<String, Object>> lines = new ArrayList<>();
    units.forEach((skuId, quantity) -> lines.add(Map.of("skuId", skuId, "quantity", quantity)));
    return wire.request(
        "POST",
        "/api/checkouts",
        Shop.JSON.writeValueAsString(
            Map.of("lines", lines, "address", ADDRESS, "payment", PAYMENT)),
        "Guest-Token",
        guest,
        "Idempotency-Key",
        UUID.randomUUID().toString());
  }

  /** The orders that a purchase was acknowledged with. */
  static List<Journal.Acknowledged> acknowledged(Errand errand, Wire.Answer answer) {
    List<Journal.Acknowledged> orders = new ArrayList<>();
    for (JsonNode order : Shop.JSON.readTree(answer.body()).path("orders")) {
      orders.add(
          new Journal.Acknowledged(
              order.path("id").asString(),
              order.path("total").path("amount").asLong(),
              errand.guest()));
    }
    return orders;
  }
}
