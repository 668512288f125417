package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.intake.SampleMarket;
import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.faces.Window.View;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The desks: where sellers and the staff work. */
class StaffTest {
  private static final Marketplace MARKET = Marketplace.open();

  @BeforeAll
  static void theSampleIsForSale() {
    MARKET.part(SampleMarket.class).load();
  }

  private static void signIn(Window window, String who) {
    window.go("/sign-in").fill("E-mail", who + "@example.com", "Password", "banyan-demo");
    window.press("Sign in").says("Hello,");
  }

  /** A guest's paid order of two units of a product of the sample. */
  private static Answer order() {
    String slug = MARKET.stranger().get("/api/products?q=tote+bag&limit=1").text("/data/0/slug");
    String sku = MARKET.stranger().get("/api/products/" + slug).text("/skus/0/id");
    return MARKET
        .stranger()
        .post(
            "/api/checkouts",
            Map.of(
                "lines", List.of(Map.of("skuId", sku, "quantity", 2)),
                "address",
                    Map.of(
                        "name", "Gwen Guest",
                        "line1", "1 Mill Lane",
                        "city", "Bath",
                        "postcode", "BA1 1AA",
                        "country", "GB"),
                "payment", Map.of("method", "sandbox", "token", "tok_approve")))
        .expect(201);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void support_finds_a_guests_order_and_gives_a_unit_back_and_the_administrator_reads_it_in_the_log(
      boolean script) {
    String orderId = order().text("/orders/0/id");
    try (Window support = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      signIn(support, "support");
      support.go("/office").isFitForEverybody();
      support.page().locator("main input").first().fill(orderId);
      support.page().locator("main input").first().press("Enter");
      support.says("Order " + orderId).isFitForEverybody();
      assertThat(support.text()).contains("escrow", "Debits and credits are the same");
      support.page().locator("input[name^=units-]").first().fill("1");
      support.press("Give the money back").says("The money goes back to the buyer.");
      assertThat(support.text()).contains("£16.00 given back");
      support.picture("office-order-" + script);
    }
    try (Window admin = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      signIn(admin, "admin");
      await()
          .until(() -> {
            admin.go("/office/log?target=" + orderId);
            return admin.text().contains("gave money back");
          });
      admin.isFitForEverybody();
    }
  }

  @Test
  void checkout_that_is_switched_off_says_so_politely_and_comes_back() {
    try (Window admin = Window.open(View.DESK);
        Window guest = Window.open(View.PHONE)) {
      signIn(admin, "admin");
      turn(admin, "Turn off");
      try {
        guest.go("/products/" + slug("tote+bag")).press("Add to cart").says("It is in your cart.");
        await()
            .until(() -> {
              guest.go("/checkout");
              return guest.text().contains("Buying is paused for a short while");
            });
      } finally {
        turn(admin, "Turn on");
      }
      await()
          .until(() -> {
            guest.go("/checkout");
            return !guest.text().contains("Buying is paused for a short while");
          });
    }
  }

  private static String slug(String words) {
    return MARKET.stranger().get("/api/products?limit=1&q=" + words).text("/data/0/slug");
  }

  private static void turn(Window admin, String how) {
    admin.go("/office/toggles");
    admin.page().locator("#why-checkout").fill("a drill");
    admin.press("Checkout: " + how);
    admin.page().waitForURL("**/office/toggles*");
  }

  private static Stream<View> views() {
    return Stream.of(View.DESK, View.PHONE, View.DARK);
  }

  @ParameterizedTest
  @MethodSource("views")
  void the_desks_are_fit_for_everybody(View view) {
    String name = view.dark() ? "dark" : view.width() < 500 ? "phone" : "desk";
    order();
    Map<String, List<String>> desks =
        Map.of(
            "weft",
                List.of(
                    "/seller",
                    "/seller/products",
                    "/seller/products/csv",
                    "/seller/orders",
                    "/seller/returns",
                    "/seller/coupons",
                    "/seller/flash-sales",
                    "/seller/payouts"),
            "admin",
                List.of(
                    "/office",
                    "/office/orders",
                    "/office/accounts",
                    "/office/products",
                    "/office/categories",
                    "/office/coupons",
                    "/office/toggles",
                    "/office/log"));
    desks.forEach((who, paths) -> {
      try (Window window = Window.open(view)) {
        signIn(window, who);
        for (String path : paths) {
          String picture = path.substring(1).replace('/', '-');
          window.go(path).isFitForEverybody().picture(picture + "-en-" + name);
          if (view != View.DARK) {
            window.go("/zh" + path).fits().picture(picture + "-zh-" + name);
          }
        }
      }
    });
  }

  @Test
  void a_buyer_has_no_business_at_the_desks_and_a_stranger_is_asked_who_it_is() {
    try (Window buyer = Window.open(View.DESK)) {
      signIn(buyer, "buyer");
      for (String path : List.of("/office", "/office/orders", "/office/log", "/console")) {
        buyer.go(path).says("Not yours to see");
      }
      buyer.forgive();
    }
    try (Window stranger = Window.open(View.DESK)) {
      Page page = stranger.go("/office/orders").page();
      assertThat(page.url()).contains("/sign-in?next=");
    }
  }
}
