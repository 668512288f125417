package banyan.checks;

import banyan.checks.Belonging.Asking;
import banyan.checks.Belonging.Request;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A thing of somebody's own for every operation that takes the id of one, and who may not have it.
 */
final class Belongings {
  private static final Map<String, Object> NOTHING_MORE = Map.of();

  private final Marketplace market;
  private final Shelf shelf;
  private final Client otherSeller;
  private final Client otherBuyer;
  private final Map<String, List<Belonging>> all = new HashMap<>();

  private Belongings(Marketplace market) {
    this.market = market;
    this.shelf = Shelf.onSale(market, 1_000);
    this.otherSeller = market.seller();
    this.otherBuyer = market.buyer();
  }

  /**
   * By operation; an id that stands in the body is named after it, for instance {@code POST
   * /api/checkouts quoteId}.
   */
  static Map<String, List<Belonging>> of(Marketplace market) {
    Belongings belongings = new Belongings(market);
    belongings.addresses();
    belongings.orders();
    belongings.sellersOrders();
    belongings.sellersThings();
    belongings.drafts();
    belongings.inBodies();
    return belongings.all;
  }

  /** Asks for the thing in the path. */
  private static Asking inPath(String operation, @Nullable Object body) {
    String[] words = operation.split(" ");
    return id -> new Request(words[0], words[1].replaceAll("\\{\\w+}", id), body);
  }

  private void add(String operation, Belonging... belongings) {
    all.put(operation, List.of(belongings));
  }

  private Client guest() {
    Client stranger = market.stranger();
    return stranger.with(
        "Guest-Token", String.valueOf(stranger.get("/api/cart").header("Guest-Token")));
  }

  private void addresses() {
    for (String operation :
        List.of("PUT /api/account/addresses/{id}", "DELETE /api/account/addresses/{id}")) {
      Client owner = market.buyer();
      String id = owner.post("/api/account/addresses", Shelf.ADDRESS).expect(201).text("/id");
      add(
          operation,
          Belonging.of(
              owner, List.of(otherBuyer, otherSeller), id, inPath(operation, Shelf.ADDRESS)));
    }
  }

  private String orderOf(Client buyer) {
    return buyer
        .post("/api/checkouts", shelf.checkout(2, "tok_approve"))
        .expect(201)
        .text("/orders/0/id");
  }

  private String shippedOrderOf(Client buyer) {
    String order = orderOf(buyer);
    shelf.seller().post("/api/seller/orders/" + order + "/shipments", Map.of()).expect(201);
    return order;
  }

  private Map<String, Object> oneUnit() {
    return Map.of("lines", List.of(Map.of("skuId", shelf.skuId(), "quantity", 1)));
  }

  /** Of a member and of a guest; its own seller is somebody else, too, where buyers ask. */
  private void orders() {
    ordersFor("GET /api/orders/{id}", NOTHING_MORE, this::orderOf);
    ordersFor("POST /api/orders/{id}/cancel", NOTHING_MORE, this::orderOf);
    ordersFor("POST /api/orders/{id}/receive", NOTHING_MORE, this::shippedOrderOf);
    ordersFor("POST /api/orders/{id}/refunds", oneUnit(), this::orderOf);
  }

  private void ordersFor(String operation, Object body, Function<Client, String> ordered) {
    add(
        operation,
        Stream.of(market.buyer(), guest())
            .map(owner ->
                Belonging.of(
                    owner,
                    List.of(otherBuyer, guest(), market.stranger(), shelf.seller()),
                    ordered.apply(owner),
                    inPath(operation, body)))
            .toArray(Belonging[]::new));
  }

  private void sellersOrders() {
    Map<String, Object> bodies =
        Map.of(
            "GET /api/seller/orders/{id}", NOTHING_MORE,
            "POST /api/seller/orders/{id}/shipments", NOTHING_MORE,
            "POST /api/seller/orders/{id}/refunds", oneUnit());
    bodies.forEach((operation, body) -> {
      Client buyerWithShop = market.seller();
      add(
          operation,
          Belonging.of(
              shelf.seller(),
              List.of(otherSeller, buyerWithShop),
              orderOf(buyerWithShop),
              inPath(operation, body)));
    });
  }

  private void sellersThings() {
    sellers("GET /api/seller/products/{id}", shelf.productId(), NOTHING_MORE);
    sellers(
        "PUT /api/seller/products/{id}",
        Shelf.onSale(shelf.seller(), 0).productId(),
        Goods.product("Samovar", "It boils more water.", 9_900));
    sellers("POST /api/seller/skus/{id}/receipts", shelf.skuId(), Map.of("quantity", 1));
    Answer coupon =
        shelf
            .seller()
            .post(
                "/api/seller/coupons",
                Map.of("code", Marketplace.unique("C"), "basisPointsOff", 500, "usesMax", 5))
            .expect(201);
    sellers("PUT /api/seller/coupons/{id}", coupon.text("/id"), Map.of("usesMax", 10));
    Answer sale =
        shelf.seller().post("/api/seller/flash-sales", flashSale(shelf.skuId())).expect(201);
    sellers("DELETE /api/seller/flash-sales/{id}", sale.text("/id"), NOTHING_MORE);
  }

  private void sellers(String operation, String id, Object body) {
    add(operation, Belonging.of(shelf.seller(), List.of(otherSeller), id, inPath(operation, body)));
  }

  private static Map<String, Object> flashSale(String skuId) {
    return Map.of(
        "skuId",
        skuId,
        "price",
        Goods.price(500),
        "quantity",
        1,
        "perBuyerMax",
        1,
        "endsAt",
        Instant.now().plus(Duration.ofHours(1)).toString());
  }

  /** A product that its seller has not put on show yet. */
  private record Draft(Client seller, Map<String, Object> product, Answer made) {
    String productId() {
      return made.text("/id");
    }

    String skuId() {
      return made.text("/skus/0/id");
    }

    void publish() {
      seller
          .put("/api/seller/products/" + productId(), Goods.with(product, "published", true))
          .expect(200);
    }
  }

  private Draft draft() {
    Client seller = market.seller();
    Map<String, Object> product =
        Goods.with(Goods.product("Secret", "Not yet.", 700), "published", false);
    Answer made = seller.post("/api/seller/products", product).expect(201);
    seller
        .post("/api/seller/skus/" + made.text("/skus/0/id") + "/receipts", Map.of("quantity", 9))
        .expect(201);
    return new Draft(seller, product, made);
  }

  /** What is not on show is there for its seller only. */
  private void drafts() {
    for (String operation :
        List.of(
            "GET /api/products/{idOrSlug}",
            "GET /api/products/{id}/reviews",
            "GET /api/products/{id}/reviews/summary")) {
      Draft draft = draft();
      add(
          operation,
          Belonging.of(
              draft.seller(),
              List.of(otherSeller, otherBuyer, market.stranger()),
              draft.productId(),
              inPath(operation, null)));
    }
    untilPublished("PUT /api/favourites/{productId}", Draft::productId, NOTHING_MORE);
    untilPublished("PUT /api/cart/lines/{skuId}", Draft::skuId, Map.of("quantity", 1));
    withdrawn();
  }

  private void untilPublished(String operation, Function<Draft, String> id, Object body) {
    Draft draft = draft();
    add(
        operation,
        Belonging.of(
                otherBuyer,
                List.of(otherBuyer, otherSeller, market.stranger()),
                id.apply(draft),
                inPath(operation, body))
            .grantedBy(draft::publish));
  }

  /** Who has received a product may review it when it is gone from the window. */
  private void withdrawn() {
    Draft draft = draft();
    draft.publish();
    Client buyer = market.buyer();
    receive(draft.seller(), buyer, draft.skuId());
    draft.seller().put("/api/seller/products/" + draft.productId(), draft.product()).expect(200);
    String operation = "POST /api/products/{id}/reviews";
    add(
        operation,
        Belonging.of(
            buyer,
            List.of(otherBuyer, otherSeller),
            draft.productId(),
            inPath(operation, Map.of("rating", 5))));
  }

  private static String receive(Client seller, Client buyer, String skuId) {
    List<Map<String, Object>> lines = List.of(Map.of("skuId", skuId, "quantity", 1));
    String order =
        buyer
            .post("/api/checkouts", Shelf.checkout(lines, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");
    seller.post("/api/seller/orders/" + order + "/shipments", Map.of()).expect(201);
    buyer.post("/api/orders/" + order + "/receive", Map.of()).expect(200);
    return order;
  }

  private void inBodies() {
    Draft quoted = draft();
    add(
        "POST /api/quotes skuId",
        Belonging.of(
                otherBuyer,
                List.of(otherBuyer, market.stranger(), quoted.seller()),
                quoted.skuId(),
                id -> new Request("POST", "/api/quotes", Map.of("lines", lines(id))))
            .grantedBy(quoted::publish));
    Draft bought = draft();
    add(
        "POST /api/checkouts skuId",
        Belonging.of(
                otherBuyer,
                List.of(otherBuyer, guest(), bought.seller()),
                bought.skuId(),
                id ->
                    new Request("POST", "/api/checkouts", Shelf.checkout(lines(id), "tok_approve")))
            .grantedBy(bought::publish));
    add(
        "POST /api/checkouts quoteId",
        Stream.of(market.buyer(), guest()).map(this::quote).toArray(Belonging[]::new));
    add(
        "POST /api/seller/flash-sales skuId",
        Belonging.of(
            shelf.seller(),
            List.of(otherSeller),
            shelf.skuId(),
            id -> new Request("POST", "/api/seller/flash-sales", flashSale(id))));
    Client reader = market.buyer();
    Client otherReader = market.buyer();
    receive(shelf.seller(), otherReader, shelf.skuId());
    add(
        "POST /api/products/{id}/reviews orderId",
        Belonging.of(
            reader,
            List.of(otherBuyer, otherReader),
            receive(shelf.seller(), reader, shelf.skuId()),
            id ->
                new Request(
                    "POST",
                    "/api/products/" + shelf.productId() + "/reviews",
                    Map.of("rating", 4, "orderId", id))));
  }

  private static List<Map<String, Object>> lines(String skuId) {
    return List.of(Map.of("skuId", skuId, "quantity", 1));
  }

  private Belonging quote(Client owner) {
    Map<String, Object> checkout = shelf.checkout(1, "tok_approve");
    String id =
        owner.post("/api/quotes", Map.of("lines", lines(shelf.skuId()))).expect(201).text("/id");
    return Belonging.of(
        owner,
        List.of(otherBuyer, guest(), market.stranger()),
        id,
        quoteId -> new Request("POST", "/api/checkouts", Goods.with(checkout, "quoteId", quoteId)));
  }
}
