package banyan.bench;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Banyan, as the peers are asked. */
record OurShop(Market market) implements Shop {
  @Override
  public String name() {
    return "Banyan";
  }

  @Override
  public int port() {
    return market.port();
  }

  @Override
  public Cpu server() {
    return market.server();
  }

  @Override
  public Wire connect() {
    return new Wire(port());
  }

  @Override
  public Map<String, Place> places(Wire wire) {
    Map<String, Place> places = new HashMap<>();
    for (Market.Product product : market.products()) {
      Market.get(wire, "/api/products/" + product.slug())
          .path("skus")
          .forEach(sku ->
              places.put(
                  sku.path("code").asString(),
                  new Place(product.slug(), sku.path("id").asString())));
    }
    return places;
  }

  @Override
  public void product(Wire wire, Ware ware) {
    Errands.must(200, wire.send(Requests.get("/api/products/" + ware.slug())), wire);
    Shop.holds(wire, "\"slug\":\"" + ware.slug() + "\"", amount(ware.skus().getFirst()));
  }

  @Override
  public void search(Wire wire, String words, @Nullable Ware best) {
    Errands.must(200, wire.send(Errands.search(words)), wire);
    Shop.holds(wire, "\"available\":");
    if (best != null) {
      Shop.holds(wire, "\"title\":\"" + best.title() + "\"");
    }
  }

  @Override
  public @Nullable String add(Wire wire, Sku sku, String cart) {
    int status = wire.send(Requests.add(sku.id(), cart));
    if (status == 409) {
      return null;
    }
    Errands.must(200, status, wire);
    // the line alone; its price is looked at when it is bought
    Shop.holds(wire, "\"skuId\":\"" + sku.id() + "\"", "\"quantity\":1");
    return cart.isEmpty() ? wire.guest() : cart;
  }

  @Override
  public boolean buy(Wire wire, String cart, Sku sku) {
    int status = wire.send(Requests.buy(cart));
    if (status == 409) {
      return false;
    }
    Errands.must(201, status, wire);
    Shop.holds(wire, "\"state\":\"PAID\"", amount(sku));
    return true;
  }

  @Override
  public String member(Wire wire, String name) {
    Errands.must(200, wire.send(Requests.get("/api/cart")), wire);
    return String.valueOf(wire.guest());
  }

  @Override
  public void lastTenOrders(Wire wire, String member) {
    Errands.must(200, wire.send(Requests.get("/api/orders?limit=10", member)), wire);
    if (wire.body().split("\"placedAt\"", -1).length != 11) {
      throw new BenchFailed("not ten orders: " + wire.body());
    }
  }

  private static String amount(Sku sku) {
    return "\"amount\":" + sku.cents();
  }
}
