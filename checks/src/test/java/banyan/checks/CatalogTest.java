package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private final Marketplace market = Marketplace.open();

  @Test
  void opening_a_shop_makes_a_seller_and_a_repeat_returns_the_same_shop() {
    Client account = market.buyer();
    account.get("/api/seller/products").expect(403);

    Answer first = account.post("/api/seller/shop", Map.of("name", "Moss & Co")).expect(201);
    Answer second = account.post("/api/seller/shop", Map.of("name", "Another name")).expect(201);

    assertThat(second.text("/id")).isEqualTo(first.text("/id"));
    assertThat(second.text("/name")).isEqualTo("Moss & Co");
    account.get("/api/seller/products").expect(200);
    assertThat(market.stranger().get("/api/shops/" + first.text("/id")).expect(200).text("/name"))
        .isEqualTo("Moss & Co");
  }

  @Test
  void a_product_is_seen_by_id_and_by_slug_with_its_prices_and_its_stock() {
    Client seller = market.seller();
    Answer made =
        seller
            .post("/api/seller/products", Goods.product("Blue Bowl", "Round.", 1250, 1999))
            .expect(201);
    Answer receipt =
        seller
            .post(
                "/api/seller/skus/" + made.text("/skus/1/id") + "/receipts", Map.of("quantity", 7))
            .expect(201);
    assertThat(receipt.number("/available")).isEqualTo(7);

    for (String name : List.of(made.text("/id"), made.text("/slug"))) {
      Answer seen = market.stranger().get("/api/products/" + name).expect(200);
      assertThat(seen.text("/title")).isEqualTo("Blue Bowl");
      assertThat(seen.text("/seller/name")).startsWith("Shop-");
      assertThat(seen.at("/options").toString()).isEqualTo("[\"Size\"]");
      assertThat(seen.number("/skus/0/price/amount")).isEqualTo(1250);
      assertThat(seen.text("/skus/0/price/currency")).isEqualTo("GBP");
      assertThat(seen.number("/skus/0/available")).isZero();
      assertThat(seen.number("/skus/1/available")).isEqualTo(7);
      assertThat(seen.text("/skus/1/options/Size")).isEqualTo("size 1");
    }
    assertThat(made.text("/slug")).startsWith("blue-bowl-");
  }

  @Test
  void sku_ids_and_the_slug_stay_when_a_product_is_edited() {
    Client seller = market.seller();
    Map<String, Object> draft = Goods.product("Old name", "Text.", 100, 200);
    Answer made = seller.post("/api/seller/products", draft).expect(201);
    String kept = made.text("/skus/1/code");

    Map<String, Object> edit =
        Map.of(
            "title",
            "New name",
            "description",
            "Other text.",
            "published",
            true,
            "options",
            List.of("Colour"),
            "skus",
            List.of(
                Map.of(
                    "code",
                    Marketplace.unique("code"),
                    "price",
                    Goods.price(300),
                    "options",
                    Map.of("Colour", "red")),
                Map.of(
                    "code", kept, "price", Goods.price(250), "options", Map.of("Colour", "blue"))));
    Answer edited = seller.put("/api/seller/products/" + made.text("/id"), edit).expect(200);

    assertThat(edited.text("/id")).isEqualTo(made.text("/id"));
    assertThat(edited.text("/slug")).isEqualTo(made.text("/slug"));
    assertThat(edited.text("/title")).isEqualTo("New name");
    assertThat(edited.at("/skus").size()).isEqualTo(2);
    assertThat(edited.text("/skus/1/id")).isEqualTo(made.text("/skus/1/id"));
    assertThat(edited.number("/skus/1/price/amount")).isEqualTo(250);
    assertThat(edited.text("/skus/0/id")).isNotEqualTo(made.text("/skus/0/id"));

    Answer back = seller.put("/api/seller/products/" + made.text("/id"), draft).expect(200);
    assertThat(back.text("/skus/0/id")).isEqualTo(made.text("/skus/0/id"));
  }

  @Test
  void a_withdrawn_product_is_seen_by_its_seller_only() {
    Client seller = market.seller();
    Answer made =
        seller
            .post(
                "/api/seller/products",
                Goods.with(Goods.product("Secret", "", 100), "published", false))
            .expect(201);
    String path = "/api/products/" + made.text("/id");

    seller.get(path).expect(200);
    market.stranger().get(path).expect(404);
    market.seller().get(path).expect(404);
    assertThat(seller.get("/api/seller/products").expect(200).text("/data/0/title"))
        .isEqualTo("Secret");
  }

  @Test
  void another_sellers_product_and_sku_are_not_found() {
    Client seller = market.seller();
    Map<String, Object> draft = Goods.product("Mine", "", 100);
    Answer made = seller.post("/api/seller/products", draft).expect(201);
    Client other = market.seller();

    other.put("/api/seller/products/" + made.text("/id"), draft).expect(404);
    other.get("/api/seller/products/" + made.text("/id")).expect(404);
    other
        .post("/api/seller/skus/" + made.text("/skus/0/id") + "/receipts", Map.of("quantity", 1))
        .expect(404);
  }

  @Test
  void the_same_key_many_times_at_once_makes_one_product() throws Exception {
    Client seller = market.seller().with("Idempotency-Key", Marketplace.unique("key"));
    Map<String, Object> draft = Goods.product("Once", "", 100);
    Set<String> ids = new HashSet<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(6)) {
      List<Future<Answer>> answers =
          IntStream.range(0, 6)
              .mapToObj(i -> callers.submit(() -> seller.post("/api/seller/products", draft)))
              .toList();
      for (Future<Answer> answer : answers) {
        ids.add(answer.get().expect(201).text("/id"));
      }
    }

    assertThat(ids).hasSize(1);
    assertThat(seller.get("/api/seller/products").at("/data").size()).isEqualTo(1);
    seller.post("/api/seller/products", Goods.product("Another", "", 100)).expect(422);
  }

  @Test
  void a_receipt_with_the_same_key_is_booked_once() {
    Client seller = market.seller();
    Answer made = seller.post("/api/seller/products", Goods.product("Cup", "", 100)).expect(201);
    String path = "/api/seller/skus/" + made.text("/skus/0/id") + "/receipts";
    Client repeating = seller.with("Idempotency-Key", "delivery 1");

    repeating.post(path, Map.of("quantity", 5)).expect(201);
    assertThat(repeating.post(path, Map.of("quantity", 5)).expect(201).number("/onHand"))
        .isEqualTo(5);
    repeating.post(path, Map.of("quantity", 6)).expect(422);
    assertThat(seller.post(path, Map.of("quantity", 2)).expect(201).number("/onHand")).isEqualTo(7);
  }

  @Test
  void a_code_names_one_sku_of_a_shop() {
    Client seller = market.seller();
    Map<String, Object> draft = Goods.product("First", "", 100);
    Answer made = seller.post("/api/seller/products", draft).expect(201);

    Answer refused =
        seller.post("/api/seller/products", Goods.with(draft, "title", "Second")).expect(409);
    assertThat(refused.text("/code")).isEqualTo("code_taken");
    assertThat(refused.text("/skuCode")).isEqualTo(made.text("/skus/0/code"));
    assertThat(seller.get("/api/seller/products").at("/data").size()).isEqualTo(1);
    market.seller().post("/api/seller/products", draft).expect(201);
  }

  @Test
  void skus_of_a_product_must_differ_in_the_same_options() {
    Client seller = market.seller();
    Map<String, Object> red =
        Map.of("code", "a", "price", Goods.price(1), "options", Map.of("Colour", "red"));
    Map<String, Object> alsoRed =
        Map.of("code", "b", "price", Goods.price(1), "options", Map.of("Colour", "red"));
    Map<String, Object> sized =
        Map.of("code", "c", "price", Goods.price(1), "options", Map.of("Size", "L"));
    Map<String, Object> product = Goods.product("Shirt", "", 1);

    seller
        .post("/api/seller/products", Goods.with(product, "skus", List.of(red, alsoRed)))
        .expect(400);
    seller
        .post("/api/seller/products", Goods.with(product, "skus", List.of(red, sized)))
        .expect(400);
    seller
        .post("/api/seller/products", Goods.with(product, "category", "no-such-category"))
        .expect(400);
  }

  @Test
  void a_product_whose_prices_did_not_arrive_is_driven_on_by_the_sweeper() {
    Client seller = market.seller();
    Answer made = seller.post("/api/seller/products", Goods.product("Half", "", 100)).expect(201);
    long productId = Long.parseLong(made.text("/id"));
    // as a crash between the two modules leaves it
    market
        .part(Databases.class)
        .module("catalog")
        .change(
            productId,
            jdbc ->
                jdbc.sql(
                        """
                        UPDATE product SET priced_version = 0, updated_at = now() - interval '1 minute'
                         WHERE shard = :shard AND product_id = :product
                        """)
                    .param("shard", Ids.shardOf(productId))
                    .param("product", productId)
                    .update());
    market.stranger().get("/api/products/" + productId).expect(404);

    org.awaitility.Awaitility.await()
        .untilAsserted(() -> market.stranger().get("/api/products/" + productId).expect(200));
  }

  @Test
  void the_tree_of_categories_is_kept_by_the_admin_and_has_no_rings() {
    Client admin = market.staff(Role.ADMIN);
    String root = Marketplace.unique("root");
    Answer above =
        admin.post("/api/admin/categories", Map.of("name", "Above", "slug", root)).expect(201);
    Answer below =
        admin
            .post(
                "/api/admin/categories",
                Map.of("name", "Below", "slug", root + "-below", "parent", root))
            .expect(201);

    admin.post("/api/admin/categories", Map.of("name", "Twice", "slug", root)).expect(409);
    admin
        .put(
            "/api/admin/categories/" + above.text("/id"),
            Map.of("name", "Above", "parent", root + "-below"))
        .expect(409);
    market.buyer().post("/api/admin/categories", Map.of("name", "Mine")).expect(403);
    admin.put("/api/admin/categories/" + below.text("/id"), Map.of("name", "Root now")).expect(200);
    assertThat(market.stranger().get("/api/categories").expect(200).at("/data").toString())
        .contains("Root now", root);
  }

  @Test
  void a_sellers_list_is_cut_into_pages_without_gaps() {
    Client seller = market.seller();
    for (int i = 0; i < 5; i++) {
      seller.post("/api/seller/products", Goods.product("Thing " + i, "", 100)).expect(201);
    }
    Answer first = seller.get("/api/seller/products?limit=3").expect(200);
    Answer second =
        seller.get("/api/seller/products?limit=3&cursor=" + first.text("/nextCursor")).expect(200);

    assertThat(first.text("/data/0/title")).isEqualTo("Thing 4");
    assertThat(first.at("/hasMore").asBoolean()).isTrue();
    assertThat(second.at("/data").size()).isEqualTo(2);
    assertThat(second.text("/data/1/title")).isEqualTo("Thing 0");
    assertThat(second.at("/hasMore").asBoolean()).isFalse();
  }

  @Test
  void the_books_of_the_catalogue_find_a_sku_without_product_or_price() {
    Client seller = market.seller();
    Answer made = seller.post("/api/seller/products", Goods.product("Kept", "", 100)).expect(201);
    String sku = made.text("/skus/0/id");
    long productId = Long.parseLong(made.text("/id"));
    assertThat(violations()).isEmpty();

    Databases databases = market.part(Databases.class);
    databases
        .module("pricing")
        .change(
            productId,
            jdbc ->
                jdbc.sql("UPDATE price SET sku_id = -sku_id WHERE shard = :shard AND sku_id = :sku")
                    .param("shard", Ids.shardOf(productId))
                    .param("sku", Long.parseLong(sku))
                    .update());
    assertThat(violations()).anyMatch(text -> text.contains(sku));
    databases
        .module("pricing")
        .change(
            productId,
            jdbc ->
                jdbc.sql("UPDATE price SET sku_id = -sku_id WHERE shard = :shard AND sku_id = :sku")
                    .param("shard", Ids.shardOf(productId))
                    .param("sku", -Long.parseLong(sku))
                    .update());
    assertThat(violations()).isEmpty();
  }

  private List<String> violations() {
    return market.parts(Book.class).stream()
        .filter(book -> book.name().startsWith("catalog-"))
        .flatMap(book -> book.violations().stream())
        .toList();
  }
}
