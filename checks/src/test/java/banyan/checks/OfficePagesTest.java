package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.account.Accounts;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.web.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pages of the back office, as a browser without scripts sees them. */
class OfficePagesTest {
  private static final List<String> FOR_ALL_STAFF =
      List.of("/office", "/office/orders", "/office/accounts", "/office/products");
  private static final List<String> FOR_ADMINISTRATORS =
      List.of("/office/categories", "/office/coupons", "/office/toggles", "/office/log");

  private final Marketplace market = Marketplace.open();

  /** Somebody with a browser and a cookie in it. */
  private Client browser(Role role) {
    String email = Marketplace.unique("page") + "@example.com";
    market.part(Accounts.class).ensure(email, "Page", "correct horse", Set.of(role));
    Answer session =
        market
            .stranger()
            .post(
                "/api/sessions",
                Map.of("email", email, "password", "correct horse", "cookie", true));
    String cookie = String.valueOf(session.expect(201).header("Set-Cookie"));
    return market
        .stranger()
        .with("Cookie", cookie.substring(0, cookie.indexOf(';')))
        .with("Sec-Fetch-Site", "same-origin")
        .with("Accept", "text/html");
  }

  private static Answer send(Client browser, String path, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return browser
        .with("Content-Type", "application/x-www-form-urlencoded")
        .send("POST", path, body);
  }

  private static String text(Answer page) {
    return page.body().asString();
  }

  @Test
  void the_staff_sees_its_pages_in_both_languages_and_administrators_see_theirs_alone() {
    Client support = browser(Role.SUPPORT);
    Client admin = browser(Role.ADMIN);
    for (String path : FOR_ALL_STAFF) {
      assertThat(text(support.get(path).expect(200))).contains("<h1", "/office/orders");
      assertThat(text(support.get("/zh" + path).expect(200))).contains("订单").doesNotContain("??");
      assertThat(support.get(path).header("Cache-Control")).isEqualTo("no-store");
    }
    for (String path : FOR_ADMINISTRATORS) {
      support.get(path).expect(403);
      assertThat(text(support.get("/office"))).doesNotContain("href=\"" + path);
      assertThat(text(admin.get(path).expect(200))).contains("<h1").doesNotContain("??");
      assertThat(text(admin.get("/zh" + path).expect(200))).contains("<h1").doesNotContain("??");
    }
  }

  @Test
  void a_buyer_is_refused_and_a_stranger_is_asked_to_sign_in() {
    Client buyer = browser(Role.BUYER);
    for (String path : FOR_ALL_STAFF) {
      buyer.get(path).expect(403);
      assertThat(market.stranger().get(path).expect(302).header("Location"))
          .contains("/sign-in?next=%2Foffice");
    }
    buyer.get("/office/products?q=tea").expect(403);
    send(buyer, "/office/toggles/checkout", Map.of("turn", "off", "reason", "x")).expect(403);
  }

  @Test
  void support_finds_a_guests_order_refunds_a_unit_of_it_and_an_administrator_reads_of_it() {
    Shelf goods = Shelf.onSale(market, 2);
    Answer trade = market.stranger().post("/api/checkouts", goods.checkout(2, "tok_approve"));
    String id = trade.expect(201).text("/orders/0/id");
    Client support = browser(Role.SUPPORT);

    String path = "/office/orders/" + id;
    assertThat(support.get("/office?q=" + id).expect(302).header("Location")).endsWith(path);
    await().until(() -> text(support.get(path)).contains("escrow"));
    assertThat(text(support.get(path).expect(200))).contains("£25.00", "1 Mill Lane", "Guest");
    Map<String, String> one = Map.of("units-" + goods.skuId(), "1", "key", "k" + id);
    assertThat(send(support, path + "/refunds", one).expect(302).header("Location"))
        .endsWith("said=office-refunded");
    send(support, path + "/refunds", one).expect(302);
    assertThat(text(support.get(path))).contains("£12.50").doesNotContain("differ");
    Map<String, String> nine = Map.of("units-" + goods.skuId(), "9");
    Answer again = send(support, path + "/refunds", nine).expect(409);
    assertThat(text(again)).contains("that many units", "value=\"9\"");

    Client admin = browser(Role.ADMIN);
    await()
        .untilAsserted(() ->
            assertThat(text(admin.get("/office/log?target=" + id).expect(200)))
                .containsOnlyOnce("12.50 GBP for 1 × SKU " + goods.skuId() + ", not restocked"));
  }

  @Test
  void while_an_administrator_has_checkout_off_the_shop_says_so_and_keeps_the_cart() {
    Shelf goods = Shelf.onSale(market, 1);
    Client admin = browser(Role.ADMIN);
    Client guest = market.stranger();
    Answer cart = guest.put("/api/cart/lines/" + goods.skuId(), Map.of("quantity", 1)).expect(200);
    Client browser =
        guest
            .with("Cookie", "banyan_guest=" + cart.header("Guest-Token"))
            .with("Sec-Fetch-Site", "same-origin");
    Map<String, String> off = Map.of("turn", "off", "reason", "a drill");
    send(admin, "/office/toggles/checkout", Map.of("turn", "off", "reason", " ")).expect(400);
    send(admin, "/office/toggles/checkout", off).expect(302);
    try {
      assertThat(text(browser.get("/checkout").expect(200))).contains("Buying is paused");
      Map<String, String> form =
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
              "GB",
              "token",
              "tok_approve",
              "key",
              "a-drill-" + goods.skuId());
      Answer paused = send(browser, "/checkout", form).expect(503);
      assertThat(text(paused)).contains("Buying is paused", "value=\"1 Mill Lane\"");
      send(admin, "/office/toggles/checkout", Map.of("turn", "on", "reason", "over")).expect(302);
      assertThat(send(browser, "/checkout", form).expect(302).header("Location"))
          .contains("/orders/");
    } finally {
      send(admin, "/office/toggles/checkout", Map.of("turn", "on", "reason", "over"));
    }
  }

  @Test
  void an_administrator_changes_roles_ends_sessions_and_support_takes_a_product_from_sale() {
    Shelf goods = Shelf.onSale(market, 1);
    Client admin = browser(Role.ADMIN);
    String seller = goods.seller().get("/api/account").text("/id");
    String account = "/office/accounts/" + seller;
    send(admin, account + "/roles", Map.of("role", "BUYER,SELLER,SUPPORT")).expect(302);
    assertThat(goods.seller().get("/api/account").at("/roles").toString()).contains("SUPPORT");
    send(admin, account + "/roles", Map.of()).expect(400);
    assertThat(text(admin.get(account).expect(200))).contains("Kettle");

    Client support = browser(Role.SUPPORT);
    send(support, account + "/roles", Map.of("role", "ADMIN")).expect(403);
    String product = "/office/products/" + goods.productId();
    send(support, product + "/withdraw", Map.of("reason", "")).expect(400);
    send(support, product + "/withdraw", Map.of("reason", "A recalled plug")).expect(302);
    assertThat(text(support.get(product).expect(200))).contains("A recalled plug");
    market.stranger().get("/products/" + goods.productId()).expect(404);
    send(support, product + "/restore", Map.of("reason", "It is fine")).expect(302);

    send(admin, account + "/sessions", Map.of()).expect(302);
    goods.seller().get("/api/account").expect(401);
  }

  @Test
  void categories_and_coupons_of_the_house_are_made_and_a_refused_form_keeps_what_was_typed() {
    Client admin = browser(Role.ADMIN);
    String name = Marketplace.unique("Hats");
    send(admin, "/office/categories", Map.of("name", name, "place", "3")).expect(302);
    assertThat(text(admin.get("/office/categories"))).contains(name);
    Answer taken = send(admin, "/office/categories", Map.of("name", name, "place", "3"));
    assertThat(text(taken.expect(409))).contains("Another category", "value=\"" + name + "\"");

    String code = Marketplace.unique("HATS").toUpperCase(java.util.Locale.ROOT);
    Map<String, String> coupon =
        Map.of(
            "code", code, "kind", "percent", "worth", "12.5", "minimum", "20", "currency", "GBP");
    send(admin, "/office/coupons", coupon).expect(302);
    assertThat(text(admin.get("/office/coupons"))).contains(code, "12.5 %", "£20.00");
    Answer nonsense =
        send(admin, "/office/coupons", Map.of("code", code + "2", "kind", "amount", "worth", "x"));
    assertThat(text(nonsense.expect(400))).contains("value=\"" + code + "2\"", "value=\"x\"");
  }
}
