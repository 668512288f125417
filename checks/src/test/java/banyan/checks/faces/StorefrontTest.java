package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.business.intake.SampleMarket;
import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.faces.Window.View;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What everybody sees, in both languages, on a desk and on a telephone, by day and by night. */
class StorefrontTest {
  private static final Marketplace MARKET = Marketplace.open();
  private static final String SHARED = "public";

  private static String product = "";

  @BeforeAll
  static void theSampleIsForSale() {
    MARKET.part(SampleMarket.class).load();
    product = "/products/" + slugOf("teapot");
  }

  private static String slugOf(String words) {
    return MARKET.stranger().get("/api/products?limit=1&q=" + words).text("/data/0/slug");
  }

  private static Stream<View> views() {
    return Stream.of(View.DESK, View.PHONE, View.DARK);
  }

  @ParameterizedTest
  @MethodSource("views")
  void the_windows_of_the_shop_are_fit_for_everybody(View view) {
    String name = view.dark() ? "dark" : view.width() < 500 ? "phone" : "desk";
    try (Window window = Window.open(view)) {
      for (String language : List.of("", "/zh")) {
        String tongue = language.isEmpty() ? "en" : "zh";
        Map<String, String> pages =
            Map.of(
                "home", "/",
                "search", "/search?q=tea",
                "category", "/categories/tea",
                "product", product,
                "nothing-found", "/search?q=xyzzyq",
                "sign-in", "/sign-in",
                "sign-up", "/sign-up",
                "cart-empty", "/cart",
                "orders-empty", "/orders",
                "favourites-empty", "/favourites");
        pages.forEach((page, path) -> {
          window.go(language + path);
          // the other language has the same elements with other words
          (language.isEmpty() ? window.isFitForEverybody() : window.fits())
              .picture(page + "-" + tongue + "-" + name);
        });
        assertThat(window.page().locator("html").getAttribute("lang")).isEqualTo(tongue);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("views")
  void what_is_personal_is_fit_for_everybody(View view) {
    String name = view.dark() ? "dark" : view.width() < 500 ? "phone" : "desk";
    try (Window window = Window.open(view)) {
      window.go("/sign-in").fill("E-mail", "buyer@example.com", "Password", "banyan-demo");
      window.press("Sign in").says("Hello, Bea Buyer");
      window.isFitForEverybody().picture("account-en-" + name);
      for (String words : List.of("teapot", "mug", "cushion")) {
        window.go("/products/" + slugOf(words));
        if (window.page().locator("input[type=radio]").count() > 0) {
          window.page().locator("input[type=radio]").first().check();
        }
        window.press("Add to cart").says("It is in your cart.");
        window.press("♡ Remember this").says("It is among your favourites.");
      }
      for (String language : List.of("", "/zh")) {
        String end = "-" + (language.isEmpty() ? "en" : "zh") + "-" + name;
        for (String page : List.of("favourites", "cart", "checkout")) {
          window.go(language + "/" + page);
          (language.isEmpty() ? window.isFitForEverybody() : window.fits()).picture(page + end);
        }
      }
      window.fill("姓名", "Bea", "街道和门牌号", "1 Mill Lane");
      window.fill("城市", "Bath", "邮编", "BA1 1AA").press("立即购买").says("谢谢！订单已提交。");
      window.isFitForEverybody().picture("orders-zh-" + name);
      window.page().locator(".orders a").first().click();
      window.says("已付款").isFitForEverybody().picture("order-zh-" + name);
    }
  }

  @Test
  void a_shared_page_is_the_same_for_everybody_and_may_be_kept() {
    Client member = MARKET.buyer();
    for (String path : List.of("/", "/categories/tea", product, "/search?q=tea", "/zh" + product)) {
      Answer one = MARKET.stranger().get(path).expect(200);
      Answer other = member.get(path).expect(200);
      assertThat(other.body()).as(path).isEqualTo(one.body());
      assertThat(one.header("Cache-Control")).as(path).contains(SHARED);
      assertThat(one.header("Set-Cookie")).as(path).isNull();
    }
    for (String path : List.of("/me", "/cart", "/orders", "/account", "/sign-in")) {
      assertThat(member.get(path).expect(200).header("Cache-Control"))
          .as(path)
          .isEqualTo("no-store");
    }
  }

  @Test
  void nothing_is_loaded_from_elsewhere_and_no_script_stands_in_a_page() {
    Answer page = MARKET.stranger().get(product).expect(200);
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.body().asString())
        .doesNotContainPattern("<script(?![^>]*src=\"/)")
        .doesNotContainPattern("\\sstyle=")
        .doesNotContainPattern("\\son[a-z]+=");
  }

  @Test
  void search_engines_find_the_products_and_know_both_languages() {
    String map = MARKET.stranger().get("/sitemap.xml").expect(200).body().asString();
    assertThat(map).contains(product + "</loc>", "/zh" + product + "</loc>", "/categories/tea<");
    String html = MARKET.stranger().get("/zh" + product).expect(200).body().asString();
    assertThat(html)
        .contains("rel=\"canonical\" href=\"" + MARKET.url() + "/zh" + product + "\"")
        .contains("hreflang=\"en\" href=\"" + MARKET.url() + product + "\"")
        .contains(
            "itemtype=\"https://schema.org/Product\"",
            "itemprop=\"priceCurrency\" content=\"GBP\"");
    assertThat(MARKET.stranger().get("/robots.txt").expect(200).body().asString())
        .contains("Sitemap: " + MARKET.url() + "/sitemap.xml");
  }

  @Test
  void a_page_that_is_not_there_is_a_page_for_people_and_a_problem_for_programs() {
    for (String path :
        List.of("/nothing", "/products/nothing", "/categories/nothing", "/shops/7")) {
      Answer page = MARKET.stranger().with("Accept", "text/html").get(path).expect(404);
      assertThat(page.body().asString()).as(path).contains("<h1>Not here</h1>");
    }
    Answer problem = MARKET.stranger().with("Accept", "text/html").get("/api/products/nothing");
    assertThat(problem.expect(404).text("/code")).isEqualTo("not_found");
  }

  @Test
  void whoever_is_not_signed_in_is_asked_to_and_comes_back() {
    try (Window window = Window.open(View.DESK)) {
      window.go("/account").fill("E-mail", "buyer@example.com", "Password", "wrong banyan");
      window.press("Sign in").says("The e-mail address or the password is wrong.").forgive();
      window.fill("Password", "banyan-demo").press("Sign in").says("Hello, Bea Buyer");
      assertThat(window.page().url()).endsWith("/account");
      window.press("Sign out").says("Many sellers under one tree");
    }
    Answer away =
        MARKET
            .stranger()
            .with("Content-Type", "application/x-www-form-urlencoded")
            .send(
                "POST",
                "/sign-in",
                "email=buyer%40example.com&password=banyan-demo&next=//evil.example/");
    assertThat(away.expect(302).header("Location")).endsWith("/account");
  }
}
