package banyan.checks.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Shelf;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two whole nodes of one shop: one PostgreSQL, one shared cache. Answers and copies are kept for
 * longer than any test waits, so only what a node is told makes it look again.
 */
class TwoMarketplacesTest {
  private static RedisServer server;
  private static Marketplace a;
  private static Marketplace b;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    a = node(1);
    EmbeddedDatabase postgres = a.part(EmbeddedDatabase.class);
    b =
        node(
            2,
            "--banyan.data.url=" + postgres.url(),
            "--banyan.data.password=" + postgres.password(),
            "--banyan.data.poolMax=12");
  }

  private static Marketplace node(int number, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--banyan.node=" + number,
                "--banyan.cache.engine=valkey",
                "--banyan.cache.timeToLive=10m",
                "--banyan.cache.near=5m",
                "--banyan.redis.url=" + server.url(),
                "--banyan.web.shared=10m"));
    settings.addAll(List.of(more));
    return Marketplace.another(settings.toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    b.close();
    a.close();
    server.close();
  }

  private static void edit(Shelf goods, String title, int price, boolean published) {
    String path = "/api/seller/products/" + goods.productId();
    Answer old = a.stranger().get("/api/products/" + goods.productId()).expect(200);
    goods
        .seller()
        .put(
            path,
            Map.of(
                "title",
                title,
                "description",
                "It boils water.",
                "published",
                published,
                "skus",
                List.of(
                    Map.of(
                        "id",
                        goods.skuId(),
                        "code",
                        old.text("/skus/0/code"),
                        "price",
                        Map.of("amount", price, "currency", "GBP")))))
        .expect(200);
  }

  @Test
  void an_edit_on_one_node_is_seen_on_the_other_ones_api_and_pages_within_a_second() {
    Shelf goods = Shelf.onSale(a, 5);
    Client stranger = b.stranger();
    String api = "/api/products/" + goods.productId();
    String page = "/products/" + stranger.get(api).expect(200).text("/slug");
    String list = "/shops/" + goods.seller().get("/api/account").expect(200).text("/id");
    await().until(() -> a.stranger().get(list).text("").contains("Kettle"));
    List<Long> millis = new ArrayList<>();
    int rounds = Integer.getInteger("banyan.rounds", 5);
    for (int round = 1; round <= rounds; round++) {
      for (String path : List.of(api, page, list)) {
        stranger.get(path).expect(200);
        stranger.get(path).expect(200);
      }
      String title = Marketplace.unique("Renamed");
      edit(goods, title, 1300 + round, true);
      long edited = System.nanoTime();
      // it keeps its slug, so the page has its old address
      for (String path : List.of(api, page, list)) {
        await()
            .pollInterval(Duration.ofMillis(2))
            .pollDelay(Duration.ZERO)
            .atMost(Duration.ofSeconds(1))
            .until(() -> stranger.get(path).expect(200).at("").toString().contains(title));
      }
      assertThat(stranger.get(api).number("/price/amount")).isEqualTo(1300 + round);
      millis.add((System.nanoTime() - edited) / 1_000_000);
    }
    millis.sort(null);
    System.out.printf(
        "an edit was seen by the other node, in its API, page and list, after: median %d ms,"
            + " slowest %d ms of %d%n",
        millis.get(rounds / 2), millis.getLast(), rounds);
  }

  @Test
  void whoever_signs_out_on_one_node_is_signed_out_on_the_other() {
    Client buyer = a.buyer();
    Client elsewhere = b.stranger().with("Authorization", buyer.authorization());
    elsewhere.get("/api/account").expect(200);
    elsewhere.get("/api/account").expect(200);
    buyer.delete("/api/sessions/current").expect(204);
    long ended = System.nanoTime();
    await()
        .pollInterval(Duration.ofMillis(1))
        .pollDelay(Duration.ZERO)
        .atMost(Duration.ofSeconds(1))
        .until(() -> elsewhere.get("/api/account").status() == 401);
    System.out.printf(
        "an ended session was refused by the other node after %d ms%n",
        (System.nanoTime() - ended) / 1_000_000);
  }

  @Test
  void a_category_made_on_one_node_is_known_to_the_other() {
    Client admin = a.staff(banyan.platform.web.Role.ADMIN);
    b.stranger().get("/api/categories").expect(200);
    String slug = Marketplace.unique("tea").toLowerCase(java.util.Locale.ROOT);
    admin
        .post("/api/admin/categories", Map.of("slug", slug, "name", "Tea", "place", 1))
        .expect(201);
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> b.stranger().get("/api/categories").at("").toString().contains(slug));
  }

  /**
   * Stock and prices at checkout never come from a cache. Here the rows change behind everybody's
   * back, so no copy is told and all are old; what is sold is what the primary says.
   */
  @Test
  void checkout_reads_the_primary_whatever_the_caches_say() {
    Shelf goods = Shelf.onSale(a, 5);
    String api = "/api/products/" + goods.productId();
    Client buyer = b.buyer();
    buyer.put("/api/cart/lines/" + goods.skuId(), Map.of("quantity", 1)).expect(200);
    await().until(() -> b.stranger().get(api).number("/available") == 5);

    set("pricing", "UPDATE price SET e4 = 99000000 WHERE shard = :shard AND sku_id = :id", goods);
    set("inventory", "UPDATE stock SET on_hand = 2 WHERE shard = :shard AND sku_id = :id", goods);
    Answer kept = b.stranger().get(api).expect(200);
    assertThat(kept.number("/price/amount")).as("the answer that is kept is old").isEqualTo(1250);
    assertThat(kept.number("/available")).isEqualTo(5);
    Answer refused = buyer.post("/api/checkouts", goods.checkout(3, "tok_approve")).expect(409);
    assertThat(refused.text("/code")).isEqualTo("out_of_stock");
    assertThat(refused.number("/available")).isEqualTo(2);
    Answer trade = buyer.post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
    assertThat(trade.number("/total/amount")).isEqualTo(9900);

    set(
        "catalog",
        """
        UPDATE product p SET published = false FROM sku s
         WHERE s.shard = :shard AND s.sku_id = :id AND p.shard = s.shard AND p.product_id = s.product_id
        """,
        goods);
    buyer.put("/api/cart/lines/" + goods.skuId(), Map.of("quantity", 1)).expect(200);
    buyer.post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(409);
  }

  private static void set(String module, String statement, Shelf goods) {
    long skuId = Long.parseLong(goods.skuId());
    a.part(Databases.class)
        .module(module)
        .change(
            skuId,
            jdbc ->
                assertThat(
                        jdbc.sql(statement)
                            .param("shard", Ids.shardOf(skuId))
                            .param("id", skuId)
                            .update())
                    .isEqualTo(1));
  }

  @Test
  void a_node_whose_shared_cache_is_away_is_ready_and_says_so() {
    server.kill();
    try {
      await().atMost(Duration.ofSeconds(10)).until(() -> health(b).equals("AWAY"));
      assertThat(cacheOnConsole(b)).contains("\"healthy\":false");
      assertThat(b.managed("/actuator/health/readiness")).isEqualTo(200);
      assertThat(b.managed("/actuator/health")).isEqualTo(200);
      Shelf goods = Shelf.onSale(a, 5);
      b.buyer().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
    } finally {
      server.begin();
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> health(a).equals("UP") && health(b).equals("UP"));
    assertThat(cacheOnConsole(b)).contains("\"healthy\":true");
  }

  private static String cacheOnConsole(Marketplace node) {
    for (tools.jackson.databind.JsonNode part :
        node.staff(banyan.platform.web.Role.SUPPORT).get("/api/admin/console").at("/nodes")) {
      if (part.path("id").asString().equals("cache")) {
        return part.toString();
      }
    }
    throw new AssertionError("no cache in the picture");
  }

  private static String health(Marketplace node) {
    return node.ofManagement("/actuator/health").text("/components/cacheHealth/status");
  }
}
