package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.flashsale.FlashSales;
import banyan.business.flashsale.FlashSales.Claim;
import banyan.business.flashsale.FlashSales.Claimed;
import banyan.business.flashsale.FlashSales.LimitReached;
import banyan.business.flashsale.FlashSales.NotRunning;
import banyan.business.flashsale.FlashSales.Offer;
import banyan.business.inventory.Inventory;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.money.UnitPrice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class FlashSaleTest {
  private final Marketplace market = Marketplace.open();
  private final FlashSales sales = market.part(FlashSales.class);
  private final Inventory inventory = market.part(Inventory.class);
  private final Ids ids = market.part(Ids.class);
  private final Client seller = market.seller();

  @Test
  void a_sale_takes_its_own_stock_and_gives_the_rest_back_when_it_is_ended() {
    long sku = sku(100);
    Answer made = sale(sku, 30, 2).expect(201);
    Offer offer = offer(sku);

    assertThat(made.text("/state")).isEqualTo("running");
    assertThat(offer.price()).isEqualTo(UnitPrice.parse("1.99", "GBP"));
    assertThat(offer.perBuyerMax()).isEqualTo(2);
    assertThat(inventory.availableAt(sku, offer.location())).isEqualTo(30);
    assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(70);

    seller.delete("/api/seller/flash-sales/" + made.text("/id")).expect(204);

    assertThat(sales.running(List.of(sku))).isEmpty();
    assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(100);
    seller.delete("/api/seller/flash-sales/" + made.text("/id")).expect(204);
    assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(100);
  }

  @Test
  void a_sale_of_a_product_that_was_taken_from_sale_is_not_shown() {
    Shelf goods = Shelf.onSale(seller, 50);
    long sku = Long.parseLong(goods.skuId());
    sale(sku, 10, 2).expect(201);
    String found = "/api/flash-sales?skuIds=" + sku;
    assertThat(market.stranger().get(found).expect(200).text("/data/0/productId"))
        .isEqualTo(goods.productId());

    market
        .staff(banyan.platform.web.Role.SUPPORT)
        .post(
            "/api/admin/products/" + goods.productId() + "/withdraw",
            Map.of("reason", "A recalled plug"))
        .expect(200);

    assertThat(market.stranger().get(found).expect(200).at("/data").size()).isZero();
  }

  @Test
  void a_sale_ends_by_itself_and_its_stock_goes_home() {
    long sku = sku(100);
    Map<String, Object> body = body(sku, 30, 2);
    body.put("endsAt", Instant.now().plusMillis(1_500).toString());
    Answer made = seller.post("/api/seller/flash-sales", body).expect(201);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(100));
    assertThat(sales.running(List.of(sku))).isEmpty();
    assertThat(sales.claim(ids.next(7), 7, Long.parseLong(made.text("/id")), 1))
        .isEqualTo(new NotRunning(Long.parseLong(made.text("/id"))));
  }

  @Test
  void what_an_order_gives_back_after_the_end_goes_home_too() {
    long sku = sku(100);
    Answer made = sale(sku, 30, 5).expect(201);
    Offer offer = offer(sku);
    long sellerId = sellerId(sku);
    long reservation = ids.nextRoot();
    inventory.reserve(
        reservation,
        sellerId,
        List.of(new Inventory.Line(sku, 4)),
        offer.location(),
        Duration.ofMinutes(5));
    seller.delete("/api/seller/flash-sales/" + made.text("/id")).expect(204);
    assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(96);

    inventory.release(sellerId, List.of(reservation));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(100));
  }

  @Test
  void a_buyer_gets_his_share_and_no_more_however_often_he_asks() throws Exception {
    long sku = sku(100);
    sale(sku, 50, 3).expect(201);
    long saleId = offer(sku).saleId();
    long buyer = ids.nextRoot();
    List<Callable<Claim>> orders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long order = ids.next(buyer);
      orders.add(() -> sales.claim(order, buyer, saleId, 1));
    }

    List<Claim> claims = CouponConcurrencyTest.atOnce(orders);

    assertThat(claims).filteredOn(Claimed.class::isInstance).hasSize(3);
    assertThat(claims)
        .filteredOn(LimitReached.class::isInstance)
        .hasSize(17)
        .containsOnly(new LimitReached(saleId, 0));
    long another = ids.nextRoot();
    assertThat(sales.claim(ids.next(another), another, saleId, 4))
        .isEqualTo(new LimitReached(saleId, 3));
    assertThat(violations()).isEmpty();
  }

  @Test
  void one_order_claims_once_and_gives_back_once() {
    long sku = sku(100);
    sale(sku, 50, 3).expect(201);
    long saleId = offer(sku).saleId();
    long buyer = ids.nextRoot();
    long order = ids.next(buyer);

    assertThat(sales.claim(order, buyer, saleId, 3)).isEqualTo(new Claimed(saleId));
    assertThat(sales.claim(order, buyer, saleId, 3)).isEqualTo(new Claimed(saleId));
    sales.giveBack(order, buyer);
    sales.giveBack(order, buyer);
    assertThat(sales.claim(order, buyer, saleId, 3)).isEqualTo(new NotRunning(saleId));
    assertThat(sales.claim(ids.next(buyer), buyer, saleId, 3)).isEqualTo(new Claimed(saleId));
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_counter_changed_by_hand_is_found() {
    long sku = sku(100);
    sale(sku, 50, 3).expect(201);
    long saleId = offer(sku).saleId();
    long buyer = ids.nextRoot();
    sales.claim(ids.next(buyer), buyer, saleId, 1);
    Database database = market.part(Databases.class).module("flashsale");
    String set = "UPDATE flash_buyer SET used = :used WHERE shard = :shard AND buyer_id = :buyer";

    for (int used : new int[] {3, 1}) {
      database.change(
          buyer,
          jdbc ->
              jdbc.sql(set)
                  .param("used", used)
                  .param("shard", Ids.shardOf(buyer))
                  .param("buyer", buyer)
                  .update());
      assertThat(violations()).hasSize(used == 3 ? 1 : 0);
    }
  }

  @Test
  void claiming_and_giving_back_at_once_leaves_nothing_behind() throws Exception {
    long sku = sku(100);
    sale(sku, 50, 100).expect(201);
    long saleId = offer(sku).saleId();
    long buyer = ids.nextRoot();
    List<Callable<Boolean>> both = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long order = ids.next(buyer);
      both.add(() -> sales.claim(order, buyer, saleId, 1) instanceof Claimed);
      both.add(() -> {
        sales.giveBack(order, buyer);
        return true;
      });
    }

    CouponConcurrencyTest.atOnce(both);

    assertThat(sales.claim(ids.next(buyer), buyer, saleId, 100)).isEqualTo(new Claimed(saleId));
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_sale_that_wants_more_than_there_is_is_refused_and_leaves_the_stock_alone() {
    long sku = sku(10);

    Answer refused = sale(sku, 11, 2).expect(409);

    assertThat(refused.text("/code")).isEqualTo("out_of_stock");
    assertThat(refused.number("/available")).isEqualTo(10);
    assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(10);
    sale(sku, 10, 2).expect(201);
  }

  @Test
  void a_sku_is_in_one_sale_at_a_time() throws Exception {
    long sku = sku(100);
    List<Integer> answers =
        CouponConcurrencyTest.atOnce(
            java.util.Collections.nCopies(6, () -> sale(sku, 10, 2).status()));

    assertThat(answers).containsOnlyOnce(201);
    assertThat(answers).filteredOn(status -> status == 409).hasSize(5);
    Map<String, Object> later = body(sku, 10, 2);
    later.put("startsAt", Instant.now().plus(Duration.ofHours(3)).toString());
    later.put("endsAt", Instant.now().plus(Duration.ofHours(4)).toString());
    assertThat(seller.post("/api/seller/flash-sales", later).expect(201).text("/state"))
        .isEqualTo("upcoming");
    assertThat(offer(sku).endsAt()).isBefore(Instant.now().plus(Duration.ofHours(2)));
  }

  @Test
  void the_same_sale_sent_twice_with_one_key_is_made_once() {
    long sku = sku(100);
    Map<String, Object> body = body(sku, 10, 2);
    Client once = seller.with("Idempotency-Key", "sale-1");

    String first = once.post("/api/seller/flash-sales", body).expect(201).text("/id");

    assertThat(once.post("/api/seller/flash-sales", body).expect(201).text("/id")).isEqualTo(first);
    assertThat(inventory.availableAt(sku, Inventory.MAIN)).isEqualTo(90);
  }

  @Test
  void everybody_sees_what_runs_and_what_comes_and_only_the_seller_ends_it() {
    long sku = sku(100);
    String id = sale(sku, 10, 2).expect(201).text("/id");

    Answer mine = seller.get("/api/seller/flash-sales").expect(200);
    assertThat(mine.text("/data/0/id")).isEqualTo(id);
    assertThat(mine.number("/data/0/remaining")).isEqualTo(10);
    assertThat(idsShownToEverybody()).contains(id);
    market.seller().delete("/api/seller/flash-sales/" + id).expect(404);
    seller.delete("/api/seller/flash-sales/7").expect(404);
    seller.delete("/api/seller/flash-sales/x").expect(404);
    market.buyer().get("/api/seller/flash-sales").expect(403);
    market.stranger().get("/api/flash-sales?cursor=abc").expect(400);
    seller.delete("/api/seller/flash-sales/" + id).expect(204);
    assertThat(idsShownToEverybody()).doesNotContain(id);
  }

  @Test
  void nonsense_is_refused_in_words() {
    long sku = sku(10);
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("quantity", 0),
            Map.of("quantity", 10_000_001),
            Map.of("perBuyerMax", 0),
            Map.of("price", Map.of("amount", -1, "currency", "GBP")),
            Map.of("price", Map.of("amount", 1, "currency", "EUR")),
            Map.of("endsAt", "2020-01-01T00:00:00Z"),
            Map.of("endsAt", "2199-01-01T00:00:00Z"),
            Map.of("startsAt", "+999999999-01-01T00:00:00Z"),
            Map.of("endsAt", "soon"))) {
      Map<String, Object> body = body(sku, 5, 2);
      body.putAll(wrong);
      assertThat(seller.post("/api/seller/flash-sales", body).status())
          .as(wrong.toString())
          .isEqualTo(400);
    }
    seller.send("POST", "/api/seller/flash-sales", "{}").expect(400);
    market.seller().post("/api/seller/flash-sales", body(sku, 5, 2)).expect(404);
  }

  private List<String> idsShownToEverybody() {
    List<String> shown = new ArrayList<>();
    String cursor = "";
    do {
      Answer page = market.stranger().get("/api/flash-sales?limit=2" + cursor).expect(200);
      page.at("/data").forEach(sale -> shown.add(sale.at("/id").asString()));
      cursor = page.at("/hasMore").asBoolean() ? "&cursor=" + page.text("/nextCursor") : "";
    } while (!cursor.isEmpty());
    assertThat(shown).doesNotHaveDuplicates();
    return shown;
  }

  private Offer offer(long sku) {
    return Objects.requireNonNull(sales.running(List.of(sku)).get(sku));
  }

  private Answer sale(long sku, int quantity, int perBuyerMax) {
    return seller.post("/api/seller/flash-sales", body(sku, quantity, perBuyerMax));
  }

  private static Map<String, Object> body(long sku, int quantity, int perBuyerMax) {
    Map<String, Object> body = new HashMap<>();
    body.put("skuId", Long.toString(sku));
    body.put("price", Map.of("amount", 199, "currency", "GBP"));
    body.put("quantity", quantity);
    body.put("perBuyerMax", perBuyerMax);
    body.put("endsAt", Instant.now().plus(Duration.ofHours(1)).toString());
    return body;
  }

  private List<String> violations() {
    return market.parts(Book.class).stream()
        .filter(book -> book.name().equals("flash-sale-limits-kept"))
        .findFirst()
        .orElseThrow()
        .violations();
  }

  private long sellerId(long sku) {
    return Objects.requireNonNull(
            market.part(banyan.business.catalog.Catalog.class).skus(List.of(sku)).get(sku))
        .sellerId();
  }

  private long sku(int onHand) {
    String title = Marketplace.unique("Kettle");
    Answer made =
        seller
            .post(
                "/api/seller/products",
                Map.of(
                    "title",
                    title,
                    "description",
                    "A kettle",
                    "published",
                    true,
                    "skus",
                    List.of(
                        Map.of(
                            "code", title, "price", Map.of("amount", 2_999, "currency", "GBP")))))
            .expect(201);
    String sku = made.text("/skus/0/id");
    seller.post("/api/seller/skus/" + sku + "/receipts", Map.of("quantity", onHand)).expect(201);
    return Long.parseLong(sku);
  }
}
