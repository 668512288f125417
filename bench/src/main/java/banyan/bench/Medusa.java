package banyan.bench;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Medusa's store API, as its own starter asks it; a cart is its id. */
final class Medusa implements Shop {
  private static final String CARD =
      "&fields=title,handle,thumbnail,*variants.calculated_price,%2Bvariants.inventory_quantity";
  private static final String PAGE =
      "&fields=title,handle,description,*images,*options,*variants.options,"
          + "*variants.calculated_price,%2Bvariants.inventory_quantity";
  private static final String SECRET = "\"password\":\"secret of the bench\"";

  private final PeerServer peer;
  private final String key;
  private final String region;
  private final String shipping;

  Medusa(PeerServer peer) {
    this.peer = peer;
    this.key =
        "x-publishable-api-key: "
            + peer.value("SELECT token FROM api_key WHERE title = 'shop'")
            + "\r\n";
    this.region = peer.value("SELECT id FROM region WHERE name = 'shop'");
    this.shipping = peer.value("SELECT id FROM shipping_option WHERE name = 'shop'");
  }

  @Override
  public String name() {
    return "Medusa";
  }

  @Override
  public int port() {
    return peer.port();
  }

  @Override
  public Cpu server() {
    return peer.cpu();
  }

  @Override
  public Wire connect() {
    return new Wire(port());
  }

  private void get(Wire wire, String path, String headers) {
    Errands.must(200, wire.send(Requests.ask(path, key + headers)), wire);
  }

  private void post(Wire wire, String path, String headers, String body) {
    Errands.must(200, wire.send(Requests.post(path, key + headers, body)), wire);
  }

  @Override
  public Map<String, Place> places(Wire wire) {
    Map<String, Place> places = new HashMap<>();
    for (int offset = 0; ; offset += 100) {
      get(wire, "/store/products?limit=100&fields=handle,*variants&offset=" + offset, "");
      JsonNode products = Market.JSON.readTree(wire.body()).path("products");
      for (JsonNode product : products) {
        product
            .path("variants")
            .forEach(variant ->
                places.put(
                    variant.path("sku").asString(),
                    new Place(product.path("handle").asString(), variant.path("id").asString())));
      }
      if (products.size() < 100) {
        return places;
      }
    }
  }

  @Override
  public void product(Wire wire, Ware ware) {
    get(wire, "/store/products?handle=" + ware.slug() + "&region_id=" + region + PAGE, "");
    Shop.holds(
        wire,
        "\"handle\":\"" + ware.slug() + "\"",
        "\"calculated_amount\":" + price(ware.skus().getFirst()),
        "\"inventory_quantity\":");
  }

  @Override
  public void search(Wire wire, String words, @Nullable Ware best) {
    String wanted = words.replace(" ", "%20");
    get(wire, "/store/products?limit=20&q=" + wanted + "&region_id=" + region + CARD, "");
    if (best != null) {
      Shop.holds(wire, "\"title\":\"" + best.title() + "\"", "\"inventory_quantity\":");
    }
  }

  @Override
  public @Nullable String add(Wire wire, Sku sku, String cart) {
    return add(wire, sku, cart, "");
  }

  private @Nullable String add(Wire wire, Sku sku, String cart, String headers) {
    String line = "\"variant_id\":\"" + sku.id() + "\",\"quantity\":1";
    int status =
        cart.isEmpty()
            ? wire.send(
                Requests.post(
                    "/store/carts",
                    key + headers,
                    "{\"region_id\":\"" + region + "\",\"items\":[{" + line + "}]}"))
            : wire.send(
                Requests.post(
                    "/store/carts/" + cart + "/line-items", key + headers, "{" + line + "}"));
    if (soldOut(status, wire)) {
      return null;
    }
    Errands.must(200, status, wire);
    Shop.holds(
        wire, "\"variant_id\":\"" + sku.id() + "\"", "\"unit_price\":" + price(sku), "\"cart_");
    String body = wire.body();
    int from = body.indexOf("\"cart_") + 1;
    return body.substring(from, body.indexOf('"', from));
  }

  private static boolean soldOut(int status, Wire wire) {
    return status == 400
        && (wire.body().contains("required inventory") || wire.body().contains("Not enough stock"));
  }

  @Override
  public boolean buy(Wire wire, String cart, Sku sku) {
    return buy(wire, cart, sku, "");
  }

  private boolean buy(Wire wire, String cart, Sku sku, String headers) {
    post(
        wire,
        "/store/carts/" + cart,
        headers,
        """
        {"email":"ada@example.com","shipping_address":{"first_name":"Ada","last_name":"Buyer",\
        "address_1":"1 Long Lane","city":"London","postal_code":"EC1A 9PT","country_code":"gb"}}\
        """);
    post(
        wire,
        "/store/carts/" + cart + "/shipping-methods",
        headers,
        "{\"option_id\":\"" + shipping + "\"}");
    post(wire, "/store/payment-collections", headers, "{\"cart_id\":\"" + cart + "\"}");
    String body = wire.body();
    int from = body.indexOf("\"pay_col_") + 1;
    post(
        wire,
        "/store/payment-collections/"
            + body.substring(from, body.indexOf('"', from))
            + "/payment-sessions",
        headers,
        "{\"provider_id\":\"pp_paid_paid\"}");
    int status =
        wire.send(Requests.post("/store/carts/" + cart + "/complete", key + headers, "{}"));
    if (soldOut(status, wire)) {
      return false;
    }
    Errands.must(200, status, wire);
    Shop.holds(
        wire,
        "\"type\":\"order\"",
        "\"captured_amount\":" + price(sku),
        "\"variant_id\":\"" + sku.id() + "\"");
    return true;
  }

  @Override
  public String member(Wire wire, String name) {
    String email = "\"email\":\"" + name + "@example.com\"";
    String known = "{" + email + "," + SECRET + "}";
    post(wire, "/auth/customer/emailpass/register", "", known);
    post(wire, "/store/customers", bearer(wire), "{" + email + "}");
    post(wire, "/auth/customer/emailpass", "", known);
    return bearer(wire);
  }

  private static String bearer(Wire wire) {
    String token = Market.JSON.readTree(wire.body()).path("token").asString();
    return "Authorization: Bearer " + token + "\r\n";
  }

  @Override
  public void order(Wire wire, String member, Sku sku) {
    String cart = add(wire, sku, "", member);
    if (cart == null || !buy(wire, cart, sku, member)) {
      throw new BenchFailed("Medusa has sold out");
    }
  }

  @Override
  public void lastTenOrders(Wire wire, String member) {
    get(wire, "/store/orders?limit=10&fields=display_id,status,total,*items", member);
    if (wire.body().split("\"display_id\"", -1).length != 11) {
      throw new BenchFailed("not ten orders: " + wire.body());
    }
  }

  private static String price(Sku sku) {
    return BigDecimal.valueOf(sku.cents(), 2).stripTrailingZeros().toPlainString();
  }
}
