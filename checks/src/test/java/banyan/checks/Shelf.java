package banyan.checks;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.util.List;
import java.util.Map;

/** A seller with one product, and the words to buy it. */
public record Shelf(Client seller, String productId, String skuId) {
  public static final Map<String, Object> ADDRESS =
      Map.of(
          "name",
          "Ada",
          "line1",
          "1 Mill Lane",
          "city",
          "Bath",
          "postcode",
          "BA1 1AA",
          "country",
          "GB");

  /** A new seller with units of a new SKU at £12.50. */
  public static Shelf onSale(Marketplace market, int units) {
    return onSale(market.seller(), units);
  }

  public static Shelf onSale(Client seller, int units) {
    Answer product =
        seller
            .post(
                "/api/seller/products",
                Map.of(
                    "title",
                    Marketplace.unique("Kettle"),
                    "description",
                    "It boils water.",
                    "published",
                    true,
                    "skus",
                    List.of(
                        Map.of(
                            "code", Marketplace.unique("K"),
                            "price", Map.of("amount", 1250, "currency", "GBP")))))
            .expect(201);
    Shelf goods = new Shelf(seller, product.text("/id"), product.text("/skus/0/id"));
    if (units > 0) {
      seller
          .post("/api/seller/skus/" + goods.skuId() + "/receipts", Map.of("quantity", units))
          .expect(201);
    }
    return goods;
  }

  /** The body of a checkout of so many units. */
  public Map<String, Object> checkout(int quantity, String token) {
    return checkout(List.of(Map.of("skuId", skuId, "quantity", quantity)), token);
  }

  public static Map<String, Object> checkout(List<Map<String, Object>> lines, String token) {
    return Map.of(
        "lines", lines, "address", ADDRESS, "payment", Map.of("method", "sandbox", "token", token));
  }

  /** What the shop window says is left. */
  public long available(Marketplace market) {
    return market
        .stranger()
        .get("/api/products/" + productId)
        .expect(200)
        .number("/skus/0/available");
  }
}
