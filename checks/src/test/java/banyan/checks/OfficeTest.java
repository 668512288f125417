package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import banyan.business.account.Accounts;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Databases;
import banyan.platform.web.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the staff finds, does, and is seen to have done. */
class OfficeTest {
  private final Marketplace market = Marketplace.open();
  private final Client support = market.staff(Role.SUPPORT);
  private final Client admin = market.staff(Role.ADMIN);

  private static String buy(Client buyer, Shelf goods, int units) {
    return buyer
        .post("/api/checkouts", goods.checkout(units, "tok_approve"))
        .expect(201)
        .text("/orders/0/id");
  }

  private static String idOf(Client client) {
    return client.get("/api/account").expect(200).text("/id");
  }

  private static List<String> ids(Answer page) {
    List<String> ids = new ArrayList<>();
    page.expect(200).at("/data").forEach(row -> ids.add(row.at("/id").asString()));
    return ids;
  }

  /** Waits until the log has heard of it. */
  private Answer logged(String query) {
    String path = "/api/admin/log?" + query;
    await().until(() -> admin.get(path).expect(200).at("/data").size() > 0);
    return admin.get(path);
  }

  @Test
  void the_staff_pages_through_the_orders_of_all_buyers_from_new_to_old() {
    Shelf goods = Shelf.onSale(market, 5);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.addFirst(buy(market.buyer(), goods, 1));
    }
    List<String> found = new ArrayList<>();
    Answer page = support.get("/api/admin/orders?limit=2").expect(200);
    found.addAll(ids(page));
    while (found.size() < 6) {
      page = support.get("/api/admin/orders?limit=2&cursor=" + page.text("/nextCursor"));
      found.addAll(ids(page));
    }
    assertThat(found).startsWith(made.toArray(String[]::new));
  }

  @Test
  void orders_are_found_by_state_by_seller_and_by_buyer() {
    Shelf goods = Shelf.onSale(market, 5);
    Client ada = market.buyer();
    String kept = buy(ada, goods, 1);
    String cancelled = buy(ada, goods, 1);
    String another = buy(ada, Shelf.onSale(market, 1), 1);
    support.post("/api/admin/orders/" + cancelled + "/cancel", Map.of()).expect(200);
    String seller = idOf(goods.seller());

    String ofAda = "/api/admin/orders?buyer=" + idOf(ada);
    assertThat(ids(support.get(ofAda))).containsExactly(another, cancelled, kept);
    assertThat(ids(support.get(ofAda + "&state=PAID"))).containsExactly(another, kept);
    assertThat(ids(support.get(ofAda + "&seller=" + seller))).containsExactly(cancelled, kept);
    assertThat(ids(support.get("/api/admin/orders?state=CANCELLED&limit=1")))
        .containsExactly(cancelled);
    await()
        .untilAsserted(() ->
            assertThat(ids(support.get("/api/admin/orders?state=CANCELLED&seller=" + seller)))
                .containsExactly(cancelled));
    support.get("/api/admin/orders?state=NO_SUCH").expect(400);
    support.get("/api/admin/orders?buyer=x").expect(400);
  }

  @Test
  void a_refund_by_support_is_in_the_log_once_however_often_it_is_sent() {
    Shelf goods = Shelf.onSale(market, 3);
    String id = buy(market.stranger(), goods, 2);
    Map<String, Object> one =
        Map.of("lines", List.of(Map.of("skuId", goods.skuId(), "quantity", 1)), "restock", false);
    Client same = support.with("Idempotency-Key", "refund").with("X-Request-Id", "req-of-" + id);
    same.post("/api/admin/orders/" + id + "/refunds", one).expect(201);
    same.post("/api/admin/orders/" + id + "/refunds", one).expect(201);
    Answer tooMany =
        support.post(
            "/api/admin/orders/" + id + "/refunds",
            Map.of("lines", List.of(Map.of("skuId", goods.skuId(), "quantity", 2))));
    tooMany.expect(409);
    support.post("/api/admin/orders/" + id + "/cancel", Map.of()).expect(200);

    await().until(() -> admin.get("/api/admin/log?target=" + id).at("/data").size() == 2);
    Answer log = admin.get("/api/admin/log?target=" + id + "&actor=" + idOf(support)).expect(200);
    assertThat(log.text("/data/0/action")).isEqualTo("order-cancelled");
    assertThat(log.text("/data/1/action")).isEqualTo("order-refunded");
    assertThat(log.text("/data/1/kind")).isEqualTo("order");
    assertThat(log.text("/data/1/requestId")).isEqualTo("req-of-" + id);
    assertThat(log.text("/data/1/detail")).contains("12.50 GBP", goods.skuId(), "not restocked");
  }

  @Test
  void what_buyers_and_sellers_do_is_not_in_the_log_of_the_staff() {
    Shelf goods = Shelf.onSale(market, 1);
    Client ada = market.buyer();
    String id = buy(ada, goods, 1);
    ada.post("/api/orders/" + id + "/cancel", Map.of()).expect(200);
    // something later that is logged: the log has heard of all before it
    String later = buy(ada, Shelf.onSale(market, 1), 1);
    support.post("/api/admin/orders/" + later + "/cancel", Map.of()).expect(200);
    logged("target=" + later);
    assertThat(ids(admin.get("/api/admin/log?target=" + id))).isEmpty();
  }

  @Test
  void the_log_is_pages_from_new_to_old_for_administrators_and_nobody_can_change_it() {
    String first = Marketplace.unique("Tools");
    String second = Marketplace.unique("Toys");
    for (String name : List.of(first, second)) {
      admin.post("/api/admin/categories", Map.of("name", name)).expect(201);
    }
    String mine = "action=category-made&actor=" + idOf(admin);
    await().until(() -> admin.get("/api/admin/log?" + mine).at("/data").size() == 2);
    Answer page = admin.get("/api/admin/log?limit=1&" + mine).expect(200);
    assertThat(page.text("/data/0/detail")).contains(second);
    Answer next =
        admin.get("/api/admin/log?limit=1&" + mine + "&cursor=" + page.text("/nextCursor"));
    assertThat(next.expect(200).text("/data/0/detail")).contains(first);
    support.get("/api/admin/log").expect(403);

    Databases databases = market.part(Databases.class);
    for (String change :
        List.of("UPDATE staff_action SET detail = ''", "DELETE FROM staff_action")) {
      assertThatThrownBy(
              () -> databases.module("staff").change(0, jdbc -> jdbc.sql(change).update()))
          .hasStackTraceContaining("append-only");
    }
  }

  @Test
  void a_withdrawn_product_is_not_found_and_not_sold_until_it_is_given_back() {
    Shelf goods = Shelf.onSale(market, 1);
    String path = "/api/admin/products/" + goods.productId();
    support.post(path + "/withdraw", Map.of()).expect(400);
    assertThat(
            support
                .post(path + "/withdraw", Map.of("reason", "A recalled plug"))
                .expect(200)
                .text("/withdrawn"))
        .isEqualTo("A recalled plug");

    market.stranger().get("/api/products/" + goods.productId()).expect(404);
    Answer refused =
        market.stranger().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(409);
    assertThat(refused.text("/code")).isEqualTo("not_for_sale");
    // its seller cannot put it on sale by saying so again
    Answer mine = goods.seller().get("/api/seller/products/" + goods.productId()).expect(200);
    assertThat(mine.text("/withdrawn")).isEqualTo("A recalled plug");
    assertThat(mine.at("/published").asBoolean()).isTrue();
    assertThat(ids(support.get("/api/admin/products?seller=" + idOf(goods.seller()))))
        .containsExactly(goods.productId());
    assertThat(ids(support.get("/api/admin/products?limit=100"))).contains(goods.productId());
    assertThat(logged("target=" + goods.productId()).text("/data/0/detail"))
        .isEqualTo("A recalled plug");

    support.post(path + "/restore", Map.of("reason", "The plug is fine")).expect(200);
    market.stranger().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
  }

  @Test
  void accounts_are_found_by_role_and_shown_with_their_sessions() {
    Client seller = market.seller();
    String id = idOf(seller);
    assertThat(ids(support.get("/api/admin/accounts?role=SELLER&limit=100"))).contains(id);
    assertThat(ids(support.get("/api/admin/accounts?role=ADMIN&limit=100"))).doesNotContain(id);
    support.get("/api/admin/accounts?role=KING").expect(400);
    Answer account = support.get("/api/admin/accounts/" + id).expect(200);
    assertThat(account.number("/sessions")).isEqualTo(1);
    assertThat(account.at("/canSignIn").asBoolean()).isTrue();
    support.get("/api/admin/accounts/1").expect(404);
  }

  @Test
  void an_administrator_ends_the_sessions_of_an_account_at_once() {
    Client ada = market.buyer();
    String id = idOf(ada);
    support.delete("/api/admin/accounts/" + id + "/sessions").expect(403);
    admin.delete("/api/admin/accounts/" + id + "/sessions").expect(204);
    ada.get("/api/account").expect(401);
    assertThat(logged("target=" + id).text("/data/0/action")).isEqualTo("sessions-ended");
    admin.delete("/api/admin/accounts/1/sessions").expect(404);
  }

  @Test
  void a_change_of_roles_is_logged_with_what_it_was_before() {
    String id = idOf(market.buyer());
    admin
        .put("/api/admin/accounts/" + id + "/roles", Map.of("roles", List.of("BUYER", "SUPPORT")))
        .expect(200);
    assertThat(logged("action=roles-changed&target=" + id).text("/data/0/detail"))
        .isEqualTo("[BUYER] → [BUYER, SUPPORT]");
  }

  /** The other tests make administrators all the time, so here they are all somebody else first. */
  @Test
  void the_last_administrator_stays_one() {
    String last = idOf(admin);
    List<String> others =
        new ArrayList<>(ids(admin.get("/api/admin/accounts?role=ADMIN&limit=100")));
    others.remove(last);
    Map<String, Object> buyer = Map.of("roles", Set.of("BUYER"));
    for (String other : others) {
      admin.put("/api/admin/accounts/" + other + "/roles", buyer).expect(200);
    }
    Answer refused = admin.put("/api/admin/accounts/" + last + "/roles", buyer).expect(409);
    assertThat(refused.text("/code")).isEqualTo("last_admin");
    assertThat(admin.get("/api/account").at("/roles").toString()).contains("ADMIN");
    for (String other : others) {
      market.part(Accounts.class).grant(Long.parseLong(other), Role.ADMIN);
    }
  }

  @Test
  void a_coupon_of_the_house_is_logged_and_a_sellers_own_is_not() {
    String code = Marketplace.unique("HOUSE");
    Map<String, Object> coupon = Map.of("code", code, "basisPointsOff", 1000);
    String id = admin.post("/api/admin/coupons", coupon).expect(201).text("/id");
    assertThat(logged("target=" + id).text("/data/0/action")).isEqualTo("coupon-made");
    String mine =
        market
            .seller()
            .post(
                "/api/seller/coupons",
                Map.of("code", Marketplace.unique("MINE"), "basisPointsOff", 1000))
            .expect(201)
            .text("/id");
    admin.put("/api/admin/coupons/" + id, Map.of("endsAt", "2100-01-01T00:00:00Z")).expect(200);
    await().until(() -> admin.get("/api/admin/log?target=" + id).at("/data").size() == 2);
    assertThat(ids(admin.get("/api/admin/log?target=" + mine))).isEmpty();
  }
}
