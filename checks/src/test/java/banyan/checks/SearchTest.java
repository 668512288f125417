package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.web.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Search as buyers use it: over HTTP, fed by events. */
class SearchTest {
  private final Marketplace market = Marketplace.open();

  private Answer find(String query) {
    return market.stranger().get("/api/products?" + query).expect(200);
  }

  private static List<String> titles(Answer answer) {
    List<String> titles = new ArrayList<>();
    answer.at("/data").forEach(hit -> titles.add(hit.at("/title").asString()));
    return titles;
  }

  private static String q(String text) {
    return "q=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String idOf(Client seller) {
    return seller.post("/api/seller/shop", Map.of("name", "any")).text("/id");
  }

  @Test
  void a_new_product_and_its_edit_and_its_withdrawal_are_found_within_two_seconds() {
    Client seller = market.seller();
    Map<String, Object> draft = Goods.product("Zylophrane whistle", "Loud.", 500);
    Answer made = seller.post("/api/seller/products", draft).expect(201);
    within2s(() -> assertThat(titles(find(q("zylophrane")))).containsExactly("Zylophrane whistle"));

    String path = "/api/seller/products/" + made.text("/id");
    seller.put(path, Goods.with(draft, "title", "Quobbleton flute")).expect(200);
    within2s(() -> assertThat(titles(find(q("quobbleton")))).containsExactly("Quobbleton flute"));
    assertThat(titles(find(q("\"zylophrane\"")))).isEmpty();

    seller.put(path, Goods.with(draft, "published", false)).expect(200);
    within2s(() -> assertThat(titles(find("seller=" + idOf(seller)))).isEmpty());
  }

  @Test
  void a_slip_of_the_finger_still_finds_it() {
    Client seller = market.seller();
    seller
        .post("/api/seller/products", Goods.product("Marbled Zandarac lantern", "", 900))
        .expect(201);
    within2s(() -> assertThat(titles(find(q("zandarac")))).hasSize(1));

    for (String typo :
        List.of("zandrac", "zandaraac", "zadnarac", "marbeld zandarac", "zandarak")) {
      assertThat(titles(find(q(typo)))).as(typo).containsExactly("Marbled Zandarac lantern");
    }
    assertThat(find(q("zandrac")).text("/correctedTo")).isEqualTo("zandarac");
    assertThat(titles(find(q("lantern zandaracs")))).hasSize(1);
    assertThat(titles(find(q("zandarac -lantern")))).isEmpty();
    assertThat(titles(find(q("completely-unheard-of-thing")))).isEmpty();
  }

  @Test
  void a_word_in_the_title_ranks_above_the_same_word_in_a_description() {
    Client seller = market.seller();
    seller
        .post(
            "/api/seller/products",
            Goods.product("Plain box", "Vexillum vexillum vexillum vexillum vexillum.", 100))
        .expect(201);
    seller.post("/api/seller/products", Goods.product("Vexillum stand", "Wood.", 100)).expect(201);
    seller
        .post(
            "/api/seller/products",
            Goods.product("Other box", "For one vexillum, a vexillum.", 100))
        .expect(201);

    within2s(() -> assertThat(titles(find(q("vexillum")))).hasSize(3));
    assertThat(titles(find(q("vexillum")))).first().isEqualTo("Vexillum stand");
  }

  @Test
  void filters_and_counts_follow_category_price_stock_and_seller() {
    Client admin = market.staff(Role.ADMIN);
    String root = Marketplace.unique("root");
    admin.post("/api/admin/categories", Map.of("name", "Root", "slug", root)).expect(201);
    admin
        .post(
            "/api/admin/categories", Map.of("name", "Leaf", "slug", root + "-leaf", "parent", root))
        .expect(201);
    Client seller = market.seller();
    String own = "seller=" + idOf(seller);
    put(seller, "Cheap", root + "-leaf", 500);
    put(seller, "Middle", root, 3000);
    Answer dear = put(seller, "Dear", null, 20_000);
    within2s(() -> assertThat(titles(find(own))).hasSize(3));

    assertThat(titles(find(own + "&category=" + root))).containsExactly("Middle", "Cheap");
    assertThat(titles(find(own + "&category=" + root + "-leaf"))).containsExactly("Cheap");
    assertThat(titles(find(own + "&category=gone"))).isEmpty();
    assertThat(titles(find(own + "&priceMin=501&priceMax=20000&sort=price_desc")))
        .containsExactly("Dear", "Middle");
    assertThat(titles(find(own + "&sort=price_asc"))).containsExactly("Cheap", "Middle", "Dear");
    assertThat(titles(find(own + "&inStock=true"))).isEmpty();

    seller
        .post("/api/seller/skus/" + dear.text("/skus/0/id") + "/receipts", Map.of("quantity", 2))
        .expect(201);
    within2s(() -> assertThat(titles(find(own + "&inStock=true"))).containsExactly("Dear"));

    // another question, and an answer of before the receipt may be given a little longer
    within2s(() -> assertThat(find(own).number("/facets/inStock")).isEqualTo(1));
    Answer counted = find(own);
    assertThat(counted.text("/facets/categories/0/slug")).isEqualTo(root);
    assertThat(counted.number("/facets/categories/0/count")).isEqualTo(2);
    assertThat(counted.number("/facets/categories/1/count")).isEqualTo(1);
    assertThat(counted.at("/facets/prices").size()).isEqualTo(3);
    assertThat(counted.number("/facets/prices/0/count")).isEqualTo(1);
    assertThat(find("category=" + root).number("/facets/sellers/0/count")).isEqualTo(2);
    assertThat(counted.number("/data/0/price/amount")).isEqualTo(20_000);
    assertThat(counted.number("/data/0/available")).isEqualTo(2);
  }

  private static Answer put(Client seller, String title, @Nullable String category, long price) {
    return seller
        .post(
            "/api/seller/products",
            Goods.with(Goods.product(title, "", price), "category", category))
        .expect(201);
  }

  @Test
  void a_walk_by_cursor_sees_every_product_once_in_every_order() {
    Client seller = market.seller();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      String title = "Walkabout " + i;
      // several of the same price and the same rank: the id decides
      put(seller, title, null, 100 * (i % 4));
      all.add(title);
    }
    String own = "seller=" + idOf(seller);
    within2s(() -> assertThat(titles(find(own))).hasSize(13));

    for (String sort : List.of("relevance", "newest", "price_asc", "price_desc")) {
      for (String text : List.of("", "&q=walkabout")) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        for (int pages = 0; pages < 10; pages++) {
          Answer page = find(own + text + "&limit=3&sort=" + sort + cursor);
          seen.addAll(titles(page));
          if (!page.at("/hasMore").asBoolean()) {
            break;
          }
          cursor = "&cursor=" + page.text("/nextCursor");
        }
        assertThat(seen).as(sort + text).containsExactlyInAnyOrderElementsOf(all);
      }
    }
  }

  @Test
  void a_cursor_of_another_order_or_of_nobody_is_refused() {
    String cursor = banyan.platform.web.Page.encode("NEWEST:1:2");
    Client stranger = market.stranger();

    stranger.get("/api/products?sort=price_asc&cursor=" + cursor).expect(400);
    stranger.get("/api/products?cursor=%25%25").expect(400);
    stranger.get("/api/products?sort=sideways").expect(400);
    stranger.get("/api/products?seller=me").expect(400);
    stranger.get("/api/products?limit=0").expect(400);
    stranger.get("/api/products?priceMin=-1").expect(400);
    stranger.get("/api/products?" + q("\" ' & | ! ( ) : * <-> \\ %")).expect(200);
  }

  @Test
  void the_search_box_suggests_titles_by_the_beginning_of_a_word() {
    Client seller = market.seller();
    put(seller, "Oblongata samovar", null, 100);
    within2s(() -> {
      Answer suggested = market.stranger().get("/api/products/suggestions?q=samo").expect(200);
      assertThat(suggested.at("/data").toString()).contains("Oblongata samovar");
    });
    market.stranger().get("/api/products/suggestions?" + q("' & !*:")).expect(200);
  }

  private static void within2s(org.awaitility.core.ThrowingRunnable condition) {
    await()
        .atMost(Duration.ofSeconds(2))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(condition);
  }
}
