package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.business.cart.Carts;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class CartTest {
  private final Marketplace market = Marketplace.open();
  private final Client seller = market.seller();

  @Test
  void a_member_puts_lines_changes_them_and_takes_them_out() {
    Client buyer = market.buyer();
    String red = sku("2.55", 10);
    String blue = sku("1.00", 0);

    buyer.put("/api/cart/lines/" + red, Map.of("quantity", 3)).expect(200);
    buyer.put("/api/cart/lines/" + blue, Map.of("quantity", 1)).expect(200);
    Answer cart = buyer.get("/api/cart").expect(200);

    assertThat(cart.at("/lines").size()).isEqualTo(2);
    assertThat(cart.text("/lines/0/skuId")).isEqualTo(red);
    assertThat(cart.number("/lines/0/unitPrice/amount")).isEqualTo(255);
    assertThat(cart.number("/lines/0/lineTotal/amount")).isEqualTo(765);
    assertThat(cart.number("/lines/0/available")).isEqualTo(10);
    assertThat(cart.text("/lines/0/title")).isNotBlank();
    assertThat(cart.text("/lines/0/seller/name")).isNotBlank();
    assertThat(cart.number("/lines/1/available")).isZero();
    assertThat(cart.number("/totals/0/amount")).isEqualTo(865);
    assertThat(cart.text("/totals/0/currency")).isEqualTo("GBP");

    buyer.put("/api/cart/lines/" + red, Map.of("quantity", 1)).expect(200);
    buyer.put("/api/cart/lines/" + blue, Map.of("quantity", 0)).expect(200);
    assertThat(quantities(buyer)).isEqualTo(Map.of(red, 1L));
    buyer.delete("/api/cart/lines/" + red).expect(204);
    buyer.delete("/api/cart/lines/" + red).expect(204);
    assertThat(quantities(buyer)).isEmpty();
  }

  @Test
  void a_guest_has_a_cart_that_nobody_else_sees() {
    String red = sku("2.55", 10);
    Answer first =
        market.stranger().put("/api/cart/lines/" + red, Map.of("quantity", 2)).expect(200);
    Client guest = market.stranger().with("Guest-Token", tokenOf(first));

    assertThat(quantities(guest)).isEqualTo(Map.of(red, 2L));
    assertThat(quantities(market.stranger())).isEmpty();
    Client forger = market.stranger().with("Guest-Token", tokenOf(first) + "x");
    assertThat(quantities(forger)).isEmpty();
  }

  @Test
  void what_a_guest_put_aside_is_the_members_after_signing_in_once() {
    String red = sku("2.55", 10);
    String blue = sku("1.00", 10);
    Client member = market.buyer();
    member.put("/api/cart/lines/" + red, Map.of("quantity", 3)).expect(200);
    String token =
        tokenOf(market.stranger().put("/api/cart/lines/" + red, Map.of("quantity", 2)).expect(200));
    Client guest = market.stranger().with("Guest-Token", token);
    guest.put("/api/cart/lines/" + blue, Map.of("quantity", 1)).expect(200);
    Client signedIn = member.with("Guest-Token", token);

    assertThat(quantities(signedIn)).isEqualTo(Map.of(red, 5L, blue, 1L));
    assertThat(quantities(signedIn)).isEqualTo(Map.of(red, 5L, blue, 1L));
    assertThat(quantities(guest)).isEmpty();

    guest.put("/api/cart/lines/" + blue, Map.of("quantity", 7)).expect(200);
    assertThat(quantities(signedIn)).isEqualTo(Map.of(red, 5L, blue, 8L));
  }

  @Test
  void many_first_looks_at_once_bring_the_guests_cart_once() throws Exception {
    String red = sku("2.55", 10);
    String token =
        tokenOf(market.stranger().put("/api/cart/lines/" + red, Map.of("quantity", 2)).expect(200));
    Client member = market.buyer().with("Guest-Token", token);
    Callable<Integer> look = () -> member.get("/api/cart").expect(200).status();

    CouponConcurrencyTest.atOnce(Collections.nCopies(12, look));

    assertThat(quantities(member)).isEqualTo(Map.of(red, 2L));
  }

  @Test
  void quantities_brought_together_stay_within_the_limit() {
    String red = sku("2.55", 10);
    Client member = market.buyer();
    member.put("/api/cart/lines/" + red, Map.of("quantity", 99_999)).expect(200);
    String token =
        tokenOf(market.stranger().put("/api/cart/lines/" + red, Map.of("quantity", 5)).expect(200));

    assertThat(quantities(member.with("Guest-Token", token))).isEqualTo(Map.of(red, 100_000L));
  }

  @Test
  void what_cannot_be_bought_cannot_be_put_aside() {
    Client buyer = market.buyer();
    String hidden = product(false, "2.55").text("/skus/0/id");

    buyer.put("/api/cart/lines/" + hidden, Map.of("quantity", 1)).expect(404);
    buyer.put("/api/cart/lines/123", Map.of("quantity", 1)).expect(404);
    buyer.put("/api/cart/lines/red", Map.of("quantity", 1)).expect(404);
  }

  @Test
  void nonsense_is_refused_in_words() {
    Client buyer = market.buyer();
    String path = "/api/cart/lines/" + sku("2.55", 1);
    for (String body :
        List.of(
            "",
            "[]",
            "{}",
            "{\"quantity\":-1}",
            "{\"quantity\":100001}",
            "{\"quantity\":1.5}",
            "{\"quantity\":\"many\"}",
            "{\"quantity\":99999999999}")) {
      assertThat(buyer.send("PUT", path, body).status()).as(body).isEqualTo(400);
    }
    assertThat(quantities(buyer)).isEmpty();
  }

  @Test
  void a_cart_has_two_hundred_lines_and_the_next_one_is_refused() {
    Client buyer = market.buyer();
    List<Map<String, Object>> skus = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      skus.add(
          Map.of(
              "code",
              "C" + i,
              "price",
              Map.of("amount", 100, "currency", "GBP"),
              "options",
              Map.of("Size", "S" + i)));
    }
    List<String> all = new ArrayList<>();
    for (int product = 0; product < 3; product++) {
      String prefix = Marketplace.unique("P");
      Answer made =
          seller
              .post(
                  "/api/seller/products",
                  Map.of(
                      "title",
                      prefix,
                      "description",
                      "many sizes",
                      "published",
                      true,
                      "options",
                      List.of("Size"),
                      "skus",
                      skus.stream()
                          .map(sku -> {
                            Map<String, Object> own = new java.util.HashMap<>(sku);
                            own.put("code", prefix + sku.get("code"));
                            return own;
                          })
                          .toList()))
              .expect(201);
      made.at("/skus").forEach(sku -> all.add(sku.at("/id").asString()));
    }
    for (String sku : all.subList(0, 200)) {
      buyer.put("/api/cart/lines/" + sku, Map.of("quantity", 1)).expect(200);
    }

    assertThat(
            buyer
                .put("/api/cart/lines/" + all.get(200), Map.of("quantity", 1))
                .expect(409)
                .text("/code"))
        .isEqualTo("cart_full");
    buyer.put("/api/cart/lines/" + all.get(7), Map.of("quantity", 2)).expect(200);
    assertThat(quantities(buyer)).hasSize(200).containsEntry(all.get(7), 2L);
    buyer.delete("/api/cart").expect(204);
    assertThat(quantities(buyer)).isEmpty();
  }

  @Test
  void checkout_reads_the_cart_and_takes_out_what_was_bought() {
    Carts carts = market.part(Carts.class);
    String red = sku("2.55", 10);
    String blue = sku("1.00", 10);
    Client buyer = market.buyer();
    buyer.put("/api/cart/lines/" + red, Map.of("quantity", 3)).expect(200);
    buyer.put("/api/cart/lines/" + blue, Map.of("quantity", 1)).expect(200);
    long buyerId = Long.parseLong(buyer.get("/api/account").expect(200).text("/id"));

    assertThat(carts.lines(buyerId, 0))
        .containsExactly(
            new Carts.CartLine(Long.parseLong(red), 3),
            new Carts.CartLine(Long.parseLong(blue), 1));
    carts.remove(buyerId, List.of(Long.parseLong(red)));
    carts.remove(buyerId, List.of(Long.parseLong(red)));
    assertThat(quantities(buyer)).isEqualTo(Map.of(blue, 1L));
  }

  @Test
  void favourites_are_kept_listed_and_follow_a_guest_who_signs_in() {
    String one = product(true, "1.00").text("/id");
    String two = product(true, "1.00").text("/id");
    String hidden = product(false, "1.00").text("/id");
    Answer first = market.stranger().put("/api/favourites/" + one, Map.of()).expect(204);
    String token = tokenOf(first);
    Client guest = market.stranger().with("Guest-Token", token);
    guest.put("/api/favourites/" + one, Map.of()).expect(204);
    guest.put("/api/favourites/" + two, Map.of()).expect(204);
    guest.put("/api/favourites/" + hidden, Map.of()).expect(404);
    guest.put("/api/favourites/nothing", Map.of()).expect(404);

    Client member = market.buyer().with("Guest-Token", token);
    Answer all = member.get("/api/favourites").expect(200);
    assertThat(all.at("/data").valueStream().map(line -> line.at("/productId").asString()))
        .containsExactlyInAnyOrder(one, two);
    assertThat(all.text("/data/0/title")).isNotBlank();
    Answer page = member.get("/api/favourites?limit=1").expect(200);
    Answer rest =
        member.get("/api/favourites?limit=1&cursor=" + page.text("/nextCursor")).expect(200);
    assertThat(List.of(page.text("/data/0/productId"), rest.text("/data/0/productId")))
        .containsExactlyInAnyOrder(one, two);
    assertThat(rest.at("/hasMore").asBoolean()).isFalse();
    assertThat(guest.get("/api/favourites").expect(200).at("/data").size()).isZero();

    member.delete("/api/favourites/" + one).expect(204);
    assertThat(member.get("/api/favourites").expect(200).text("/data/0/productId")).isEqualTo(two);
    member.get("/api/favourites?cursor=abc").expect(400);
    member.get("/api/favourites?limit=101").expect(400);
  }

  private static String tokenOf(Answer answer) {
    return Objects.requireNonNull(answer.header("Guest-Token"));
  }

  private static Map<String, Long> quantities(Client client) {
    Map<String, Long> quantities = new java.util.HashMap<>();
    client
        .get("/api/cart")
        .expect(200)
        .at("/lines")
        .forEach(
            line -> quantities.put(line.at("/skuId").asString(), line.at("/quantity").asLong()));
    return quantities;
  }

  private String sku(String price, int onHand) {
    String sku = product(true, price).text("/skus/0/id");
    if (onHand > 0) {
      seller.post("/api/seller/skus/" + sku + "/receipts", Map.of("quantity", onHand)).expect(201);
    }
    return sku;
  }

  private Answer product(boolean published, String price) {
    String title = Marketplace.unique("Lamp");
    return seller
        .post(
            "/api/seller/products",
            Map.of(
                "title",
                title,
                "description",
                "A lamp",
                "published",
                published,
                "skus",
                List.of(
                    Map.of(
                        "code",
                        title,
                        "price",
                        Map.of(
                            "amount",
                            new java.math.BigDecimal(price).movePointRight(2).longValueExact(),
                            "currency",
                            "GBP")))))
        .expect(201);
  }
}
