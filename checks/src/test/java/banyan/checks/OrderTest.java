package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import banyan.platform.web.Role;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderTest {
  private final Marketplace market = Marketplace.open();

  @AfterEach
  void the_books_balance() {
    for (Book book : market.parts(Book.class)) {
      await(book.name())
          .untilAsserted(() -> assertThat(book.violations()).as(book.statement()).isEmpty());
    }
  }

  @Test
  void a_guest_buys_from_two_sellers_in_one_trade_and_sees_it_in_the_list() {
    Shelf tea = Shelf.onSale(market, 5);
    Shelf pot = Shelf.onSale(market, 5);
    Answer cart = market.stranger().get("/api/cart");
    Client guest =
        market.stranger().with("Guest-Token", String.valueOf(cart.header("Guest-Token")));

    Answer trade =
        guest
            .post(
                "/api/checkouts",
                Shelf.checkout(
                    List.of(
                        Map.of("skuId", tea.skuId(), "quantity", 2),
                        Map.of("skuId", pot.skuId(), "quantity", 1)),
                    "tok_approve"))
            .expect(201);

    assertThat(trade.text("/state")).isEqualTo("PAID");
    assertThat(trade.number("/total/amount")).isEqualTo(3 * 1250);
    assertThat(trade.at("/orders").size()).isEqualTo(2);
    assertThat(guest.get("/api/orders").expect(200).at("/data").size()).isEqualTo(2);
    assertThat(tea.available(market)).isEqualTo(3);
    assertThat(pot.available(market)).isEqualTo(4);
    assertThat(tea.seller().get("/api/seller/orders").expect(200).at("/data").size()).isEqualTo(1);
    market.buyer().get("/api/orders/" + trade.text("/orders/0/id")).expect(404);
  }

  /** A batch that breaks gives right answers, one by one: only its count tells. */
  @Test
  void one_buyer_may_ask_for_his_orders_many_times_at_once() throws Exception {
    Shelf goods = Shelf.onSale(market, 5);
    Client buyer = market.buyer();
    String id =
        buyer
            .post("/api/checkouts", goods.checkout(1, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");
    double broken = batchesBroken();
    Callable<String> look = () -> buyer.get("/api/orders?limit=10").expect(200).text("/data/0/id");
    assertThat(CouponConcurrencyTest.atOnce(Collections.nCopies(40, look))).containsOnly(id);
    assertThat(batchesBroken()).isEqualTo(broken);
  }

  private double batchesBroken() {
    return market
        .part(MeterRegistry.class)
        .get("database.batches.broken")
        .tag("module", "order")
        .counter()
        .count();
  }

  @Test
  void an_order_is_shipped_in_two_parcels_received_and_its_seller_is_paid_less_commission() {
    Shelf goods = Shelf.onSale(market, 10);
    Client buyer = market.buyer();
    String id =
        buyer
            .post("/api/checkouts", goods.checkout(4, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");

    Map<String, Object> parcel =
        Map.of("lines", List.of(Map.of("skuId", goods.skuId(), "quantity", 3)));
    String path = "/api/seller/orders/" + id + "/shipments";
    assertThat(goods.seller().post(path, parcel).expect(201).text("/state"))
        .isEqualTo("PARTLY_SHIPPED");
    buyer.post("/api/orders/" + id + "/receive", Map.of()).expect(409);
    goods.seller().post(path, parcel).expect(409);
    assertThat(goods.seller().post(path, Map.of()).expect(201).text("/state")).isEqualTo("SHIPPED");
    market.buyer().post("/api/orders/" + id + "/receive", Map.of()).expect(404);
    assertThat(buyer.post("/api/orders/" + id + "/receive", Map.of()).expect(200).text("/state"))
        .isEqualTo("RECEIVED");

    await()
        .untilAsserted(() ->
            assertThat(
                    goods.seller().get("/api/seller/balance").expect(200).number("/owed/0/amount"))
                .isEqualTo(5000 - 250));
    assertThat(
            goods
                .seller()
                .post("/api/seller/payouts", Map.of())
                .expect(201)
                .number("/amounts/0/amount"))
        .isEqualTo(4750);
    goods.seller().post("/api/seller/payouts", Map.of()).expect(409);
  }

  @Test
  void partial_refunds_before_and_after_receipt_sum_to_the_total_and_bring_the_goods_back() {
    Shelf goods = Shelf.onSale(market, 3);
    Client buyer = market.buyer();
    String id =
        buyer
            .post("/api/checkouts", goods.checkout(3, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");
    Map<String, Object> one =
        Map.of("lines", List.of(Map.of("skuId", goods.skuId(), "quantity", 1)));
    String refunds = "/api/orders/" + id + "/refunds";

    assertThat(buyer.post(refunds, one).expect(201).number("/amount/amount")).isEqualTo(1250);
    goods.seller().post("/api/seller/orders/" + id + "/shipments", Map.of()).expect(201);
    buyer.post("/api/orders/" + id + "/receive", Map.of()).expect(200);
    await()
        .untilAsserted(() ->
            assertThat(goods.seller().get("/api/seller/balance").expect(200).at("/owed").size())
                .isEqualTo(1));
    Client sameKey = buyer.with("Idempotency-Key", "second");
    String second = sameKey.post(refunds, one).expect(201).text("/id");
    assertThat(sameKey.post(refunds, one).expect(201).text("/id")).isEqualTo(second);
    buyer.post(refunds, one).expect(201);
    Answer fourth = buyer.post(refunds, one).expect(409);

    assertThat(fourth.text("/code")).isEqualTo("too_many_units");
    assertThat(buyer.get("/api/orders/" + id).expect(200).number("/refunded/amount"))
        .isEqualTo(3750);
    assertThat(goods.available(market)).isEqualTo(3);
    assertThat(goods.seller().get("/api/seller/balance").expect(200).at("/owed").size()).isZero();
    Answer ledger =
        market.staff(Role.SUPPORT).get("/api/admin/orders/" + id + "/ledger").expect(200);
    assertThat(
            ledger
                .at("/data")
                .valueStream()
                .mapToLong(posting -> posting.at("/amount/amount").asLong())
                .sum())
        .isZero();
  }

  @Test
  void what_is_sold_out_is_refused_with_the_number_that_is_left_and_nothing_is_held() {
    Shelf goods = Shelf.onSale(market, 2);

    Answer refused =
        market.buyer().post("/api/checkouts", goods.checkout(3, "tok_approve")).expect(409);

    assertThat(refused.text("/code")).isEqualTo("out_of_stock");
    assertThat(refused.text("/skuId")).isEqualTo(goods.skuId());
    assertThat(refused.number("/available")).isEqualTo(2);
    assertThat(goods.available(market)).isEqualTo(2);
  }

  @Test
  void a_declined_card_leaves_no_order_and_no_reservation() {
    Shelf goods = Shelf.onSale(market, 1);
    Client buyer = market.buyer();

    Answer refused = buyer.post("/api/checkouts", goods.checkout(1, "tok_decline")).expect(402);

    assertThat(refused.text("/code")).isEqualTo("payment_declined");
    assertThat(goods.available(market)).isEqualTo(1);
    assertThat(buyer.get("/api/orders").expect(200).at("/data").size()).isZero();
  }

  @Test
  void a_late_payment_arrives_by_webhook_also_when_every_webhook_comes_twice() {
    Shelf goods = Shelf.onSale(market, 2);
    Client buyer = market.buyer();
    for (String token : List.of("tok_late", "tok_twice")) {
      Answer trade = buyer.post("/api/checkouts", goods.checkout(1, token)).expect(201);
      assertThat(trade.text("/state")).isEqualTo("AWAITING_PAYMENT");
      await()
          .untilAsserted(() ->
              assertThat(buyer.get("/api/orders/" + trade.text("/orders/0/id")).text("/state"))
                  .isEqualTo("PAID"));
    }
  }

  @Test
  void a_payment_that_comes_after_the_cancellation_is_refunded_by_itself() {
    Shelf goods = Shelf.onSale(market, 1);
    Client buyer = market.buyer();
    Answer trade = buyer.post("/api/checkouts", goods.checkout(1, "tok_after_cancel")).expect(201);
    String id = trade.text("/orders/0/id");

    assertThat(buyer.post("/api/orders/" + id + "/cancel", Map.of()).expect(200).text("/state"))
        .isEqualTo("CANCELLED");

    Client support = market.staff(Role.SUPPORT);
    await()
        .untilAsserted(() -> {
          Answer ledger = support.get("/api/admin/orders/" + id + "/ledger").expect(200);
          assertThat(ledger.at("/data").size()).isEqualTo(4);
        });
    assertThat(buyer.get("/api/orders/" + id).text("/state")).isEqualTo("CANCELLED");
    assertThat(goods.available(market)).isEqualTo(1);
  }

  @Test
  void a_redirected_buyer_confirms_on_the_providers_page() throws Exception {
    Shelf goods = Shelf.onSale(market, 1);
    Client buyer = market.buyer();
    Answer trade = buyer.post("/api/checkouts", goods.checkout(1, "tok_redirect")).expect(201);
    String url = trade.text("/payment/redirectUrl");
    assertThat(url).startsWith("http://127.0.0.1:").contains("/sandbox/payments/");

    String form = url.substring(url.indexOf("key=")) + "&decision=approve";
    var http = java.net.http.HttpClient.newHttpClient();
    int status =
        http.send(
                java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(url.substring(0, url.indexOf('?'))))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(form))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString())
            .statusCode();

    assertThat(status).isEqualTo(200);
    await()
        .untilAsserted(() ->
            assertThat(buyer.get("/api/orders/" + trade.text("/orders/0/id")).text("/state"))
                .isEqualTo("PAID"));
  }

  @Test
  void a_paid_order_is_cancelled_before_it_ships_and_money_and_goods_go_back() {
    Shelf goods = Shelf.onSale(market, 2);
    Client buyer = market.buyer();
    String id =
        buyer
            .post("/api/checkouts", goods.checkout(2, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");

    buyer.post("/api/orders/" + id + "/cancel", Map.of()).expect(200);

    assertThat(buyer.post("/api/orders/" + id + "/cancel", Map.of()).expect(200).text("/state"))
        .isEqualTo("CANCELLED");
    assertThat(goods.available(market)).isEqualTo(2);
    goods.seller().post("/api/seller/orders/" + id + "/shipments", Map.of()).expect(409);
  }

  @Test
  void a_quote_keeps_its_price_and_a_changed_price_is_not_charged_unseen() {
    Shelf goods = Shelf.onSale(market, 9);
    Client buyer = market.buyer();
    Map<String, Object> line = Map.of("skuId", goods.skuId(), "quantity", 1);
    Answer quote = buyer.post("/api/quotes", Map.of("lines", List.of(line))).expect(201);
    var seen = new java.util.HashMap<>(goods.checkout(1, "tok_approve"));
    seen.put("expectedTotal", Map.of("amount", 999, "currency", "GBP"));

    assertThat(buyer.post("/api/checkouts", seen).expect(409).text("/code"))
        .isEqualTo("price_changed");

    var quoted = new java.util.HashMap<>(goods.checkout(1, "tok_approve"));
    quoted.put("quoteId", quote.text("/id"));
    assertThat(buyer.post("/api/checkouts", quoted).expect(201).number("/total/amount"))
        .isEqualTo(1250);
    market.buyer().post("/api/checkouts", quoted).expect(409);
  }

  @Test
  void buying_the_cart_once_more_with_the_same_key_gives_the_same_order() {
    Shelf goods = Shelf.onSale(market, 5);
    Client buyer = market.buyer();
    buyer.put("/api/cart/lines/" + goods.skuId(), Map.of("quantity", 2)).expect(200);
    Map<String, Object> cart =
        Map.of(
            "address",
            Shelf.ADDRESS,
            "payment",
            Map.of("method", "sandbox", "token", "tok_approve"));
    Client same = buyer.with("Idempotency-Key", "the cart");
    Answer first = same.post("/api/checkouts", cart).expect(201);
    assertThat(buyer.get("/api/cart").expect(200).at("/lines")).isEmpty();
    assertThat(same.post("/api/checkouts", cart).expect(201).at("")).isEqualTo(first.at(""));
    assertThat(buyer.post("/api/checkouts", cart).expect(409).text("/code"))
        .isEqualTo("cart_empty");
    assertThat(goods.available(market)).isEqualTo(3);
  }
}
