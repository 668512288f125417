package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.account.Accounts;
import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.faces.Window.View;
import banyan.platform.web.Role;
import com.microsoft.playwright.options.FilePayload;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A script in every text that the API takes, looked at on every page that shows it: it is read,
 * never run, and the browser finds nothing to complain of. In a marketplace of its own, for nobody
 * else wants such goods.
 */
class ScriptTest {
  private static final String PASSWORD = "correct horse";

  /** Leaves an attribute, leaves a tag, and would tell by a name of the window. Fits 40 letters. */
  private static final String EVIL = "\"'><img src=q onerror=pwned=1>";

  private static final String WORSE =
      EVIL
          + "</textarea></title></script><script>pwned=1</script><svg onload=pwned=1>"
          + "{{7*7}}${7*7}[[${7*7}]]__${7*7}__ javascript:pwned=1";

  /** What must not stand in a page as anything but text. */
  private static final String ELEMENTS =
      "document.querySelectorAll(\"img[src=q],[onerror],[onload],script:not([src]),"
          + "[href^='javascript:']\").length";

  private static final Pattern EVALUATED = Pattern.compile("[\\[{_]49[]}_]");

  private static final String SLUG = "evil";

  @SuppressWarnings("NullAway.Init")
  private static Marketplace market;

  @SuppressWarnings("NullAway.Init")
  private static Client buyer;

  @SuppressWarnings("NullAway.Init")
  private static Client seller;

  private static String product = "";
  private static String productId = "";
  private static String order = "";
  private static String shop = "";
  private static String account = "";
  private static final Map<String, String> EMAILS = new java.util.HashMap<>();

  private static Client somebody(String who, Role role) {
    String email = Marketplace.unique(who) + "@example.com";
    EMAILS.put(who, email);
    market.part(Accounts.class).ensure(email, WORSE.substring(0, 100), PASSWORD, Set.of(role));
    Answer session =
        market.stranger().post("/api/sessions", Map.of("email", email, "password", PASSWORD));
    return market.stranger().with("Authorization", "Bearer " + session.text("/token"));
  }

  @BeforeAll
  static void everythingIsEvil() {
    market = Marketplace.another();
    Client admin = somebody("admin", Role.ADMIN);
    buyer = somebody("buyer", Role.BUYER);
    seller = somebody("seller", Role.BUYER);
    account = buyer.get("/api/account").text("/id");
    admin
        .post("/api/admin/categories", Map.of("slug", SLUG, "name", WORSE.substring(0, 80)))
        .expect(201);
    shop =
        seller
            .post("/api/seller/shop", Map.of("name", WORSE.substring(0, 80)))
            .expect(201)
            .text("/id");
    Answer made = seller.post("/api/seller/products", goods()).expect(201);
    productId = made.text("/id");
    product = "/products/" + made.text("/slug");
    String sku = made.text("/skus/0/id");
    seller.post("/api/seller/skus/" + sku + "/receipts", Map.of("quantity", 50)).expect(201);
    buyer.post("/api/account/addresses", address()).expect(201);
    order = buy(sku);
    seller
        .post(
            "/api/seller/orders/" + order + "/shipments",
            Map.of("tracking", WORSE.substring(0, 100)))
        .expect(201);
    buyer.send("POST", "/api/orders/" + order + "/receive", null).expect(200);
    buyer
        .post(
            "/api/products/" + productId + "/reviews",
            Map.of("orderId", order, "rating", 1, "title", EVIL, "text", WORSE))
        .expect(201);
    buyer.put("/api/cart/lines/" + sku, Map.of("quantity", 1)).expect(200);
    buyer.send("PUT", "/api/favourites/" + productId, null).expect(204);
    Map<String, Object> turned = Map.of("enabled", true, "reason", WORSE);
    admin.put("/api/admin/toggles/reviews", turned).expect(200);
    String other = seller.post("/api/seller/products", goods()).expect(201).text("/id");
    admin.post("/api/admin/products/" + other + "/withdraw", Map.of("reason", WORSE)).expect(200);
    withdrawn = other;
    await()
        .until(() ->
            market.stranger().get("/api/products?limit=1").expect(200).at("/data").size() == 1);
  }

  private static String withdrawn = "";

  private static Map<String, Object> goods() {
    return Map.of(
        "title",
        WORSE,
        "description",
        WORSE + "\n\n" + WORSE,
        "category",
        SLUG,
        "published",
        true,
        "options",
        List.of(EVIL),
        "skus",
        List.of(
            Map.of(
                "code", Marketplace.unique(EVIL),
                "price", Map.of("amount", 1250, "currency", "GBP"),
                "options", Map.of(EVIL, EVIL))));
  }

  private static Map<String, Object> address() {
    return Map.of(
        "name",
        WORSE.substring(0, 100),
        "line1",
        WORSE,
        "line2",
        WORSE,
        "city",
        WORSE.substring(0, 100),
        "postcode",
        EVIL.substring(0, 20),
        "country",
        "GB");
  }

  private static String buy(String sku) {
    Map<String, Object> checkout =
        Map.of(
            "lines", List.of(Map.of("skuId", sku, "quantity", 1)),
            "address", address(),
            "payment", Map.of("method", "sandbox", "token", "tok_approve"));
    return buyer.post("/api/checkouts", checkout).expect(201).text("/orders/0/id");
  }

  @AfterAll
  static void stop() {
    market.close();
  }

  private static Window window(String who) {
    Window window = Window.open(View.DESK);
    if (!who.isEmpty()) {
      window.go(market.url() + "/sign-in");
      window.fill("E-mail", EMAILS.getOrDefault(who, ""), "Password", PASSWORD).press("Sign in");
      window.page().waitForURL("**/account");
    }
    return window;
  }

  /** Opens the pages; each shows the text, if it is told to, and runs none of it. */
  private static void look(String who, List<String> paths, boolean shown) {
    List<String> wrong = new ArrayList<>();
    try (Window window = window(who)) {
      for (String path : paths) {
        window.go(market.url() + path);
        Object ran = window.page().evaluate("typeof window.pwned");
        Object elements = window.page().evaluate(ELEMENTS);
        if (!ran.equals("undefined") || !elements.equals(0)) {
          wrong.add(path + " runs it: " + ran + ", " + elements);
        }
        String text = window.page().content();
        if (shown && !text.contains("onerror=pwned=1") || EVALUATED.matcher(text).find()) {
          wrong.add(path + " does not show it");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void where_it_runs_it_is_seen() {
    try (Window window = Window.open(View.DESK)) {
      window.page().setContent("<main>" + WORSE + "</main>");
      await().until(() -> !window.page().evaluate("typeof window.pwned").equals("undefined"));
      assertThat((Integer) window.page().evaluate(ELEMENTS)).isGreaterThan(1);
      window.forgive();
    }
  }

  @Test
  void a_stranger_reads_scripts_and_runs_none() {
    String q = "?q=" + URLEncoder.encode(WORSE, StandardCharsets.UTF_8);
    look(
        "",
        List.of(
            "/",
            "/zh/",
            product,
            "/zh" + product,
            product + "/reviews",
            "/categories/" + SLUG,
            "/shops/" + shop,
            "/search" + q,
            "/zh/search" + q),
        true);
    look(
        "",
        List.of(
            "/sign-in?next=" + q.substring(3) + "&email=" + q.substring(3),
            "/sign-up?next=javascript:pwned=1&name=" + q.substring(3)),
        false);
  }

  @Test
  void a_buyer_reads_scripts_and_runs_none() {
    look(
        "buyer",
        List.of("/account", "/cart", "/checkout", "/favourites", "/orders", "/orders/" + order),
        true);
  }

  @Test
  void a_seller_reads_scripts_and_runs_none() {
    look(
        "seller",
        List.of(
            "/seller",
            "/seller/products",
            "/seller/products/" + productId,
            "/seller/products/" + withdrawn,
            "/seller/orders?state=ALL",
            "/seller/orders/" + order),
        true);
    look("seller", List.of("/seller/coupons", "/seller/flash-sales", "/seller/payouts"), false);
    String row = "\"" + EVIL.replace("\"", "\"\"") + "\"";
    byte[] table =
        ("handle,title,code,price,currency\n" + String.join(",", row, row, row, row, row) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    try (Window window = window("seller")) {
      window.go(market.url() + "/seller/products/csv");
      window
          .page()
          .locator("main input[type=file]")
          .setInputFiles(new FilePayload(EVIL + ".csv", "text/csv", table));
      window.page().locator("main form button").first().click();
      window.page().waitForLoadState();
      assertThat(window.page().evaluate("typeof window.pwned")).isEqualTo("undefined");
      assertThat(window.page().evaluate(ELEMENTS)).isEqualTo(0);
    }
  }

  @Test
  void the_staff_reads_scripts_and_runs_none() {
    look(
        "admin",
        List.of(
            "/office/products",
            "/office/products/" + productId,
            "/office/products/" + withdrawn,
            "/office/accounts",
            "/office/accounts/" + account,
            "/office/orders/" + order,
            "/office/categories",
            "/office/toggles",
            "/office/log"),
        true);
    look("admin", List.of("/office", "/office/orders", "/office/coupons", "/console"), false);
  }
}
