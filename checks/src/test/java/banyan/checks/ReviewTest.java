package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Reviews are written by those who have received the product, one for each order line. */
class ReviewTest {
  private final Marketplace market = Marketplace.open();
  private final Client seller = market.seller();
  private final Answer product = newProduct();
  private final String path = "/api/products/" + product.text("/id") + "/reviews";

  private Answer newProduct() {
    Answer made =
        seller
            .post(
                "/api/seller/products",
                Map.of(
                    "title",
                    "Teapot",
                    "description",
                    "Holds tea",
                    "published",
                    true,
                    "skus",
                    List.of(
                        Map.of("code", "T1", "price", Map.of("amount", 1_500, "currency", "GBP")))))
            .expect(201);
    seller
        .post("/api/seller/skus/" + made.text("/skus/0/id") + "/receipts", Map.of("quantity", 100))
        .expect(201);
    return made;
  }

  private String buy(Client buyer) {
    return buyer
        .post(
            "/api/checkouts",
            Map.of(
                "lines",
                List.of(Map.of("skuId", product.text("/skus/0/id"), "quantity", 1)),
                "address",
                Map.of(
                    "name",
                    "Ada",
                    "line1",
                    "1 Road",
                    "city",
                    "Ely",
                    "postcode",
                    "CB7",
                    "country",
                    "GB"),
                "payment",
                Map.of("method", "sandbox", "token", "tok_approve")))
        .expect(201)
        .text("/orders/0/id");
  }

  private String buyAndReceive(Client buyer) {
    String order = buy(buyer);
    seller.post("/api/seller/orders/" + order + "/shipments", Map.of()).expect(201);
    buyer.post("/api/orders/" + order + "/receive", Map.of()).expect(200);
    return order;
  }

  @Test
  void who_has_received_the_product_reviews_it_once() {
    Client buyer = market.buyer();
    String order = buyAndReceive(buyer);
    Answer made =
        buyer
            .post(path, Map.of("rating", 4, "title", "Pours well", "text", "No drips.\nGood."))
            .expect(201);
    assertThat(made.number("/rating")).isEqualTo(4);
    assertThat(made.text("/text")).isEqualTo("No drips.\nGood.");
    assertThat(buyer.post(path, Map.of("rating", 1)).expect(409).text("/code"))
        .isEqualTo("already_reviewed");
    assertThat(buyer.post(path, Map.of("rating", 1, "orderId", order)).expect(409).text("/code"))
        .isEqualTo("already_reviewed");
    Answer list = market.stranger().get(path).expect(200);
    assertThat(list.at("/data")).hasSize(1);
    assertThat(list.at("/data/0")).isEqualTo(made.body());
  }

  @Test
  void who_has_not_received_it_cannot_review_it() {
    Client buyer = market.buyer();
    assertThat(buyer.post(path, Map.of("rating", 5)).expect(409).text("/code"))
        .isEqualTo("not_received");
    buy(buyer);
    assertThat(buyer.post(path, Map.of("rating", 5)).expect(409).text("/code"))
        .isEqualTo("not_received");
    market.stranger().post(path, Map.of("rating", 5)).expect(401);
    assertThat(market.stranger().get(path + "/summary").expect(200).number("/count")).isZero();
  }

  @Test
  void every_order_line_has_a_review_of_its_own_and_the_summary_counts_them() {
    Client buyer = market.buyer();
    String first = buyAndReceive(buyer);
    String second = buyAndReceive(buyer);
    buyer.post(path, Map.of("rating", 5, "orderId", second)).expect(201);
    buyer.post(path, Map.of("rating", 2)).expect(201);
    buyer.post(path, Map.of("rating", 2, "orderId", first)).expect(409);
    Client other = market.buyer();
    buyAndReceive(other);
    other.post(path, Map.of("rating", 4)).expect(201);
    Answer summary = market.stranger().get(path + "/summary").expect(200);
    assertThat(summary.number("/count")).isEqualTo(3);
    assertThat(summary.at("/average").decimalValue()).isEqualByComparingTo("3.67");
    assertThat(summary.number("/histogram/5")).isOne();
    assertThat(summary.number("/histogram/1")).isZero();
    Answer page = market.stranger().get(path + "?limit=2").expect(200);
    assertThat(page.number("/data/0/rating")).isEqualTo(4);
    Answer rest =
        market.stranger().get(path + "?limit=2&cursor=" + page.text("/nextCursor")).expect(200);
    assertThat(rest.at("/data")).hasSize(1);
    assertThat(rest.number("/data/0/rating")).isEqualTo(5);
    assertThat(rest.at("/hasMore").asBoolean()).isFalse();
    assertThat(book().violations()).isEmpty();
  }

  @Test
  void the_same_review_many_times_at_once_is_one_review() throws Exception {
    Client buyer = market.buyer();
    buyAndReceive(buyer);
    Client keyed = buyer.with("Idempotency-Key", "my review");
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 6; i++) {
        Client client = i < 3 ? keyed : buyer;
        answers.add(threads.submit(() -> client.post(path, Map.of("rating", 3))));
      }
    }
    int made = 0;
    for (Future<Answer> answer : answers) {
      assertThat(answer.get().status()).isIn(201, 409);
      made += answer.get().status() == 201 ? 1 : 0;
    }
    // either one without a key was first, or all three with the key got the same answer
    assertThat(made).isIn(1, 3);
    assertThat(market.stranger().get(path + "/summary").number("/count")).isOne();
    Answer again = keyed.post(path, Map.of("rating", 5));
    assertThat(again.expect(422).text("/code")).isEqualTo("idempotency_key_reused");
  }

  @Test
  void what_is_no_review_is_refused() {
    Client buyer = market.buyer();
    for (String body :
        List.of(
            "{}",
            "{\"rating\":0}",
            "{\"rating\":6}",
            "{\"rating\":4.5}",
            "{\"rating\":\"good\"}",
            "{\"rating\":5,\"title\":\"" + "x".repeat(121) + "\"}",
            "{\"rating\":5,\"text\":\"" + "x".repeat(5_001) + "\"}",
            "{\"rating\":5,\"text\":\"\\u0000\"}",
            "{\"rating\":5,\"orderId\":[1]}",
            "[]",
            "{")) {
      Answer answer = buyer.send("POST", path, body).expect(400);
      assertThat(answer.text("/code")).as(body).isEqualTo("invalid");
    }
    market.stranger().get("/api/products/1/reviews").expect(404);
    market.stranger().get("/api/products/teapot/reviews/summary").expect(404);
    market.stranger().get(path + "?cursor=nonsense!").expect(400);
    market.stranger().get(path + "?limit=0").expect(400);
    buyer.post("/api/products/1/reviews", Map.of("rating", 5)).expect(404);
  }

  @Test
  void the_book_notices_a_summary_that_was_changed_by_hand() {
    Client buyer = market.buyer();
    buyAndReceive(buyer);
    buyer.post(path, Map.of("rating", 3)).expect(201);
    long productId = Long.parseLong(product.text("/id"));
    addFives(productId, 1);
    assertThat(book().violations()).anyMatch(v -> v.contains(product.text("/id")));
    addFives(productId, -1);
    assertThat(book().violations()).isEmpty();
  }

  private void addFives(long productId, int change) {
    Database database = market.part(Databases.class).module("review");
    database.change(
        productId,
        jdbc ->
            jdbc.sql(
                    """
                    UPDATE review_summary SET fives = fives + :change
                     WHERE shard = :shard AND product_id = :productId
                    """)
                .param("change", change)
                .param("shard", Ids.shardOf(productId))
                .param("productId", productId)
                .update());
  }

  private Book book() {
    return market.parts(Book.class).stream()
        .filter(book -> book.name().equals("reviews-counted"))
        .findAny()
        .orElseThrow();
  }
}
