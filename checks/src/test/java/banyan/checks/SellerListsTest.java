package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a seller looks for among the own products, orders and refunds. */
class SellerListsTest {
  private final Marketplace market = Marketplace.open();
  private final Client seller = market.seller();

  private static List<String> titles(Answer page) {
    return StreamSupport.stream(page.expect(200).at("/data").spliterator(), false)
        .map(product -> product.at("/title").asString())
        .toList();
  }

  private static void eventually(BooleanSupplier holds) {
    await().atMost(Duration.ofSeconds(15)).until(holds::getAsBoolean);
  }

  private Answer make(Client by, String title, boolean published, String code) {
    return by.post(
            "/api/seller/products",
            Map.of(
                "title",
                title,
                "description",
                "",
                "published",
                published,
                "skus",
                List.of(Map.of("code", code, "price", Map.of("amount", 100, "currency", "GBP")))))
        .expect(201);
  }

  @Test
  void a_seller_finds_products_by_a_part_of_the_title_or_by_a_code() {
    make(seller, "Blue Teapot", true, "TP-1");
    make(seller, "Red teacup", false, "TC-100%");
    make(seller, "Wooden spoon", true, "SP-1");
    make(market.seller(), "Teapot of somebody else", true, "TP-1");

    assertThat(titles(seller.get("/api/seller/products?q=TEA")))
        .containsExactly("Red teacup", "Blue Teapot");
    assertThat(titles(seller.get("/api/seller/products?q=SP-1"))).containsExactly("Wooden spoon");
    assertThat(titles(seller.get("/api/seller/products?q=TC-100%25")))
        .containsExactly("Red teacup");
    assertThat(titles(seller.get("/api/seller/products?q=%25"))).isEmpty();
    assertThat(titles(seller.get("/api/seller/products?q=tea&state=DRAFT")))
        .containsExactly("Red teacup");
    assertThat(titles(seller.get("/api/seller/products?state=PUBLISHED")))
        .containsExactly("Wooden spoon", "Blue Teapot");
    seller.get("/api/seller/products?state=LOST").expect(400);
  }

  @Test
  void the_parts_of_a_filtered_list_come_to_the_whole() {
    for (int number = 0; number < 7; number++) {
      make(seller, (number % 2 == 0 ? "Even " : "Odd ") + number, true, "N-" + number);
    }
    List<String> seen = new ArrayList<>();
    String path = "/api/seller/products?q=even&limit=2";
    Answer page = seller.get(path);
    seen.addAll(titles(page));
    while (page.at("/hasMore").asBoolean()) {
      page = seller.get(path + "&cursor=" + page.text("/nextCursor"));
      seen.addAll(titles(page));
    }
    assertThat(seen).containsExactly("Even 6", "Even 4", "Even 2", "Even 0");
  }

  @Test
  void what_is_published_and_gone_is_listed_as_sold_out_until_goods_arrive() {
    String skuId = make(seller, "Lantern", true, "LA-1").text("/skus/0/id");
    make(seller, "Draft lantern", false, "LA-2");
    String soldOut = "/api/seller/products?state=SOLD_OUT";

    eventually(() -> titles(seller.get(soldOut)).equals(List.of("Lantern")));
    seller.post("/api/seller/skus/" + skuId + "/receipts", Map.of("quantity", 2)).expect(201);
    eventually(() -> titles(seller.get(soldOut)).isEmpty());
    Shelf shelf = new Shelf(seller, "", skuId);
    market.buyer().post("/api/checkouts", shelf.checkout(2, "tok_approve")).expect(201);
    eventually(() -> titles(seller.get(soldOut)).equals(List.of("Lantern")));
  }

  @Test
  void a_seller_sees_what_is_to_ship_and_the_whole_life_of_an_order() {
    Shelf shelf = Shelf.onSale(seller, 10);
    String paid = orderOf(market.buyer().post("/api/checkouts", shelf.checkout(2, "tok_approve")));
    String shipped =
        orderOf(market.buyer().post("/api/checkouts", shelf.checkout(1, "tok_approve")));
    seller
        .post("/api/seller/orders/" + shipped + "/shipments", Map.of("tracking", "T-1"))
        .expect(201);

    eventually(() -> ids("/api/seller/orders?state=TO_SHIP").equals(List.of(paid)));
    assertThat(ids("/api/seller/orders?state=SHIPPED")).containsExactly(shipped);
    Answer order = seller.get("/api/seller/orders/" + shipped).expect(200);
    assertThat(order.text("/shipments/0/tracking")).isEqualTo("T-1");
    assertThat(order.at("/timeline").size()).isGreaterThan(1);
    market.seller().get("/api/seller/orders/" + shipped).expect(404);
  }

  @Test
  void a_seller_sees_what_was_given_back() {
    Shelf shelf = Shelf.onSale(seller, 10);
    String order = orderOf(market.buyer().post("/api/checkouts", shelf.checkout(3, "tok_approve")));
    seller
        .post(
            "/api/seller/orders/" + order + "/refunds",
            Map.of("lines", List.of(Map.of("skuId", shelf.skuId(), "quantity", 2))))
        .expect(201);

    eventually(() -> seller.get("/api/seller/refunds").expect(200).at("/data").size() == 1);
    JsonNode refund = seller.get("/api/seller/refunds").at("/data/0");
    assertThat(refund.at("/orderId").asString()).isEqualTo(order);
    assertThat(refund.at("/amount/amount").asLong()).isEqualTo(2_500);
    assertThat(market.seller().get("/api/seller/refunds").expect(200).at("/data").size()).isZero();
  }

  private static String orderOf(Answer trade) {
    return trade.expect(201).text("/orders/0/id");
  }

  private List<String> ids(String path) {
    return StreamSupport.stream(seller.get(path).expect(200).at("/data").spliterator(), false)
        .map(order -> order.at("/id").asString())
        .toList();
  }
}
