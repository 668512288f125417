package banyan.checks.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Shelf;
import banyan.platform.web.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A whole marketplace whose copies stand still and count as good all the same: whatever is decided
 * by what a copy says, or shown to somebody who has changed it, would be wrong here.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FrozenPastTest {
  private static Cluster cluster;
  private static Marketplace market;
  private static Shelf old;
  private static String unseen = "";

  @BeforeAll
  static void begin() {
    cluster = new Cluster(1);
    market =
        Marketplace.another(
            "--banyan.data.url=" + cluster.url(),
            "--banyan.data.user=postgres",
            "--banyan.data.password=" + Cluster.PASSWORD,
            "--banyan.data.replicas=" + String.join(",", cluster.urls()),
            "--banyan.data.replica-lag-max=1h");
    old = Shelf.onSale(market, 3);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          Answer shown = market.stranger().get("/api/products/" + old.productId());
          return shown.status() == 200 && shown.number("/skus/0/available") == 3;
        });
    cluster.server(1).pauseReplay();
  }

  @AfterAll
  static void end() {
    market.close();
    cluster.close();
  }

  /** A caller who brings along what he was last told, as a browser does by itself. */
  private static final class Keeping {
    private Client client;
    private int told;

    Keeping(Client client) {
      this.client = client;
    }

    Answer get(String path) {
      return heard(client.get(path));
    }

    Answer post(String path, Object body) {
      return heard(client.post(path, body));
    }

    Answer put(String path, Object body) {
      return heard(client.put(path, body));
    }

    private Answer heard(Answer answer) {
      for (String name : List.of("Banyan-Fresh", "Guest-Token")) {
        String value = answer.header(name);
        if (value != null) {
          client = client.with(name, value);
          told++;
        }
      }
      return answer;
    }
  }

  private static Answer shown(String productId) {
    return market.stranger().get("/api/products/" + productId);
  }

  private static List<String> newest() {
    return market
        .stranger()
        .get("/api/products?sort=newest")
        .expect(200)
        .at("/data")
        .valueStream()
        .map(product -> product.path("id").asString())
        .toList();
  }

  /** Reads that went to the copy, of the whole marketplace. */
  private static double fromCopy() {
    return market
        .part(io.micrometer.core.instrument.MeterRegistry.class)
        .find("database.shown")
        .tag("why", "good")
        .counters()
        .stream()
        .mapToDouble(io.micrometer.core.instrument.Counter::count)
        .sum();
  }

  @Test
  @Order(1)
  void a_stranger_is_shown_the_past_and_the_seller_his_new_product() {
    Keeping seller = new Keeping(market.seller());
    Shelf fresh = Shelf.onSale(seller.client, 5);
    assertThat(shown(fresh.productId()).status()).as("half of it from a cache").isLessThan(500);
    assertThat(newest()).as("lists come from the copy").doesNotContain(fresh.productId());
    unseen = fresh.productId();
    seller.get("/api/products/" + fresh.productId()).expect(200);
    double before = fromCopy();
    assertThat(shown(old.productId()).expect(200).number("/skus/0/available")).isEqualTo(3);
    assertThat(fromCopy()).as("asked the copy").isGreaterThan(before);
  }

  @Test
  @Order(2)
  void a_buyer_sees_his_cart_his_order_its_cancellation_and_his_refund() {
    Keeping seller = new Keeping(old.seller());
    Keeping buyer = new Keeping(market.buyer());
    buyer.put("/api/cart/lines/" + old.skuId(), Map.of("quantity", 2)).expect(200);
    assertThat(buyer.get("/api/cart").expect(200).number("/lines/0/quantity")).isEqualTo(2);
    String order =
        buyer
            .post("/api/checkouts", old.checkout(2, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");
    assertThat(buyer.get("/api/orders").expect(200).text("/data/0/id")).isEqualTo(order);
    assertThat(buyer.get("/api/orders/" + order).expect(200).text("/state")).isEqualTo("PAID");
    assertThat(seller.get("/api/seller/orders").expect(200).text("/data/0/id")).isEqualTo(order);
    assertThat(shown(old.productId()).number("/skus/0/available")).as("the past").isEqualTo(3);

    buyer.post("/api/orders/" + order + "/cancel", Map.of()).expect(200);
    assertThat(buyer.get("/api/orders").expect(200).text("/data/0/state")).isEqualTo("CANCELLED");
    await()
        .until(
            () -> seller.get("/api/products/" + old.productId()).number("/skus/0/available") == 3);

    String kept =
        buyer
            .post("/api/checkouts", old.checkout(1, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");
    Keeping other = new Keeping(market.buyer());
    other.get("/api/orders/" + kept).expect(404);
    seller
        .post(
            "/api/seller/orders/" + kept + "/refunds",
            Map.of("lines", List.of(Map.of("skuId", old.skuId(), "quantity", 1))))
        .expect(201);
    assertThat(buyer.get("/api/orders/" + kept).expect(200).text("/refunds/0/amount/amount"))
        .isEqualTo("1250");
    assertThat(buyer.told).as("each change was told").isGreaterThanOrEqualTo(4);
  }

  @Test
  @Order(3)
  void the_last_units_are_sold_once_whatever_the_copy_still_shows() {
    Shelf goods = Shelf.onSale(market, 0);
    goods
        .seller()
        .post("/api/seller/skus/" + goods.skuId() + "/receipts", Map.of("quantity", 1))
        .expect(201);
    market.buyer().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
    Answer second = market.buyer().post("/api/checkouts", goods.checkout(1, "tok_approve"));
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.text("/code")).isEqualTo("out_of_stock");
  }

  @Test
  @Order(4)
  void whoever_tells_nothing_reads_the_primary_and_a_guest_his_own_cart() {
    Client forgetful = market.buyer();
    forgetful.put("/api/cart/lines/" + old.skuId(), Map.of("quantity", 1)).expect(200);
    assertThat(forgetful.get("/api/cart").expect(200).at("/lines").size()).isEqualTo(1);
    assertThat(
            forgetful
                .with("Banyan-Fresh", "nonsense")
                .get("/api/cart")
                .expect(200)
                .at("/lines")
                .size())
        .isEqualTo(1);
    assertThat(
            forgetful
                .with("Banyan-Fresh", "1.0-0")
                .get("/api/cart")
                .expect(200)
                .at("/lines")
                .size())
        .as("a forged low one shows him his own past, and only that")
        .isZero();

    Keeping guest = new Keeping(market.stranger());
    guest.put("/api/cart/lines/" + old.skuId(), Map.of("quantity", 1)).expect(200);
    assertThat(guest.get("/api/cart").expect(200).at("/lines").size()).isEqualTo(1);
    Keeping visitor = new Keeping(market.stranger());
    visitor.get("/api/cart").expect(200);
    double before = fromCopy();
    visitor.get("/api/cart").expect(200);
    assertThat(fromCopy()).as("a guest who only looks is served by the copy").isGreaterThan(before);
  }

  @Test
  @Order(5)
  void a_page_that_buys_decides_on_the_primary_too() {
    Answer made = market.stranger().put("/api/cart/lines/" + old.skuId(), Map.of("quantity", 1));
    List<String> cookies = made.expect(200).headers().getOrDefault("set-cookie", List.of());
    assertThat(cookies)
        .anySatisfy(cookie ->
            assertThat(cookie).startsWith("banyan_fresh=1.").contains("HttpOnly", "SameSite=Lax"));
    String all =
        cookies.stream()
            .map(cookie -> cookie.split(";")[0])
            .collect(java.util.stream.Collectors.joining("; "));
    Answer page = market.stranger().with("Cookie", all).get("/cart").expect(200);
    assertThat(page.body().asString()).contains("/products/");
  }

  @Test
  @Order(6)
  void the_console_shows_the_copy_and_which_of_the_nodes_is_the_primary() {
    Client admin = market.staff(Role.ADMIN);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          Answer now = admin.get("/api/admin/console").expect(200);
          assertThat(now.at("/nodes").valueStream().map(node -> node.path("id").asString()))
              .contains("pool-0", "pool-0-replica-0", "pool-0-replica-1");
          now.at("/nodes")
              .valueStream()
              .filter(node -> node.path("id").asString().startsWith("pool-0-replica"))
              .forEach(node -> {
                assertThat(node.path("healthy").asBoolean()).isTrue();
                boolean primary = node.path("name").asString().equals(cluster.server(0).host());
                assertThat(
                        node.path("loads")
                            .valueStream()
                            .map(load -> load.path("name").asString())
                            .toList())
                    .isEqualTo(primary ? List.of("connections") : List.of("connections", "lag"));
              });
        });
  }

  @Test
  @Order(7)
  void when_the_copy_goes_on_a_stranger_sees_what_has_happened() {
    cluster.server(1).resumeReplay();
    await().atMost(Duration.ofSeconds(20)).until(() -> shown(unseen).status() == 200);
    market
        .parts(banyan.platform.audit.Book.class)
        .forEach(book ->
            await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> banyan.platform.audit.Checked.of(book).violations().isEmpty()));
  }
}
