package banyan.bench;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Vendure's GraphQL: a cart is its session's token, a checkout's five steps go in one request. */
record Vendure(PeerServer peer) implements Shop {
  private static final String PRODUCT =
      """
      query($slug: String!) { product(slug: $slug) { id name slug description enabled
      optionGroups { name } assets { preview }
      variants { id sku name priceWithTax currencyCode stockLevel options { code name } } } }\
      """;
  private static final String SEARCH =
      """
      query($term: String!) { search(input: { term: $term, take: 20, groupByProduct: true }) { totalItems
      items { productId productName slug sku inStock currencyCode
      priceWithTax { ... on PriceRange { min max } } }
      facetValues { count facetValue { id name } } } }\
      """;
  private static final String ADD =
      """
      mutation($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 1) { __typename
      ... on ErrorResult { errorCode message }
      ... on Order { code totalWithTax lines { id quantity unitPriceWithTax linePriceWithTax
      productVariant { id name sku stockLevel } } } } }\
      """;
  private static final String BUY =
      """
      mutation { setCustomerForOrder(input: { firstName: "Ada", lastName: "Buyer",
      emailAddress: "ada@example.com" }) { __typename }
      setOrderShippingAddress(input: { fullName: "Ada Buyer", streetLine1: "1 Long Lane",
      city: "London", postalCode: "EC1A 9PT", countryCode: "GB" }) { __typename }
      setOrderShippingMethod(shippingMethodId: ["1"]) { __typename }
      transitionOrderToState(state: "ArrangingPayment") { __typename
      ... on OrderStateTransitionError { errorCode transitionError } }
      addPaymentToOrder(input: { method: "dummy", metadata: {} }) { __typename
      ... on ErrorResult { errorCode message }
      ... on Order { code state totalWithTax payments { state amount }
      lines { quantity unitPriceWithTax productVariant { id name sku } } } } }\
      """;
  private static final String ALL =
      """
      query($skip: Int!) { products(options: { take: 100, skip: $skip }) {
      items { slug variants { id sku } } } }\
      """;
  private static final String REGISTER =
      """
      mutation($name: String!) { registerCustomerAccount(input: { emailAddress: $name,
      password: "secret of the bench" }) { __typename } }\
      """;
  private static final String SIGN_IN =
      """
      mutation($name: String!) { login(username: $name, password: "secret of the bench") {
      __typename } }\
      """;
  private static final String LAST_TEN =
      """
      query { activeCustomer { orders(options: { take: 10, sort: { orderPlacedAt: DESC } }) { totalItems
      items { code state orderPlacedAt totalWithTax currencyCode
      lines { quantity unitPriceWithTax productVariant { id name sku } } } } } }\
      """;

  @Override
  public String name() {
    return "Vendure";
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
    return new Wire(port(), "vendure-auth-token:");
  }

  private static void ask(Wire wire, String query, Map<String, Object> variables, String session) {
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("query", query);
    asked.put("variables", variables);
    String headers = session.isEmpty() ? "" : "Authorization: Bearer " + session + "\r\n";
    String body = Market.JSON.writeValueAsString(asked);
    Errands.must(200, wire.send(Requests.post("/shop-api", headers, body)), wire);
    if (wire.body().contains("\"errors\":[")) {
      throw new BenchFailed("Vendure answered " + wire.body());
    }
  }

  @Override
  public Map<String, Place> places(Wire wire) {
    Map<String, Place> places = new HashMap<>();
    for (int skip = 0; ; skip += 100) {
      ask(wire, ALL, Map.of("skip", skip), "");
      JsonNode items = Market.JSON.readTree(wire.body()).at("/data/products/items");
      for (JsonNode item : items) {
        item.path("variants")
            .forEach(variant ->
                places.put(
                    variant.path("sku").asString(),
                    new Place(item.path("slug").asString(), variant.path("id").asString())));
      }
      if (items.size() < 100) {
        return places;
      }
    }
  }

  @Override
  public void product(Wire wire, Ware ware) {
    ask(wire, PRODUCT, Map.of("slug", ware.slug()), "");
    Shop.holds(
        wire, "\"slug\":\"" + ware.slug() + "\"", "\"priceWithTax\":" + ware.skus().get(0).cents());
  }

  @Override
  public void search(Wire wire, String words, @Nullable Ware best) {
    ask(wire, SEARCH, Map.of("term", words), "");
    Shop.holds(wire, "\"totalItems\":");
    if (best != null) {
      Shop.holds(wire, "\"productName\":\"" + best.title() + "\"", "\"inStock\":true");
    }
  }

  @Override
  public @Nullable String add(Wire wire, Sku sku, String cart) {
    ask(wire, ADD, Map.of("id", sku.id()), cart);
    if (wire.body().contains("\"INSUFFICIENT_STOCK_ERROR\"")) {
      return null;
    }
    Shop.holds(wire, "\"id\":\"" + sku.id() + "\"", "\"unitPriceWithTax\":" + sku.cents());
    return cart.isEmpty() ? wire.guest() : cart;
  }

  @Override
  public boolean buy(Wire wire, String cart, Sku sku) {
    ask(wire, BUY, Map.of(), cart);
    if (wire.body().contains("insufficient stock")) {
      return false;
    }
    Shop.holds(
        wire,
        "\"state\":\"PaymentSettled\"",
        "\"payments\":[{\"state\":\"Settled\",\"amount\":" + sku.cents());
    return true;
  }

  @Override
  public String member(Wire wire, String name) {
    ask(wire, REGISTER, Map.of("name", name + "@example.com"), "");
    Shop.holds(wire, "\"Success\"");
    ask(wire, SIGN_IN, Map.of("name", name + "@example.com"), "");
    Shop.holds(wire, "\"CurrentUser\"");
    return String.valueOf(wire.guest());
  }

  @Override
  public void lastTenOrders(Wire wire, String member) {
    ask(wire, LAST_TEN, Map.of(), member);
    if (wire.body().split("\"PaymentSettled\"", -1).length != 11) {
      throw new BenchFailed("not ten orders: " + wire.body());
    }
  }
}
