package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.faces.Window.View;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the window of the shop to the money that comes back. */
class BuyingTest {
  private final Marketplace market = Marketplace.open();

  /** A product of a new seller, found by its slug. */
  private record Stall(Client seller, String slug, String title, String skuId) {
    static Stall open(Marketplace market, String what, long price) {
      Client seller = market.seller();
      String title = Marketplace.unique(what);
      Answer product =
          seller
              .post(
                  "/api/seller/products",
                  Map.of(
                      "title",
                      title,
                      "description",
                      "It does what it should.",
                      "published",
                      true,
                      "skus",
                      List.of(
                          Map.of(
                              "code", Marketplace.unique("C"),
                              "price", Map.of("amount", price, "currency", "GBP")))))
              .expect(201);
      String sku = product.text("/skus/0/id");
      seller.post("/api/seller/skus/" + sku + "/receipts", Map.of("quantity", 20)).expect(201);
      return new Stall(seller, product.text("/slug"), title, sku);
    }

    void putIntoCart(Window window, int units) {
      window.go("/products/" + slug);
      window.fill("Quantity", Integer.toString(units)).press("Add to cart");
      window.says(window.page().url().endsWith("/cart") ? title : "It is in your cart.");
    }

    /** Sends all of the seller's only order. */
    void ship() {
      String order = seller.get("/api/seller/orders").expect(200).text("/data/0/id");
      seller.post("/api/seller/orders/" + order + "/shipments", Map.of()).expect(201);
    }
  }

  private static void fillAddress(Window window) {
    window.fill(
        "Name", "Ada Guest",
        "Street and number", "1 Mill Lane",
        "City", "Bath",
        "Postcode", "BA1 1AA");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_guest_buys_from_two_sellers_receives_the_goods_and_sends_one_unit_back(boolean script) {
    Stall tea = Stall.open(market, "Smoky tea", 1250);
    Stall pot = Stall.open(market, "Iron pot", 4000);
    try (Window guest = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      tea.putIntoCart(guest, 2);
      pot.putIntoCart(guest, 1);
      guest.go("/cart").isFitForEverybody();
      assertThat(guest.text()).contains(tea.title(), pot.title(), "£65.00");
      guest.page().getByText("Checkout").click();

      assertThat(guest.text()).as("the total comes before any question").contains("£65.00");
      guest.isFitForEverybody();
      fillAddress(guest);
      guest.press("Buy now").says("Thank you! The order is placed.");
      assertThat(guest.page().locator(".orders li").count()).isEqualTo(2);

      tea.ship();
      guest.page().getByText(tea.title()).click();
      guest.says("shipped").isFitForEverybody();
      guest.press("I have it").says("Thank you. The seller gets the money now.");
      guest.page().getByText("Send something back").click();
      guest.fill(tea.title() + " of 2", "1").press("Ask for the money back");
      guest.says("The money goes back to you.");
      assertThat(guest.text()).contains("£12.50 given back").contains("1 returned");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_new_member_buys_receives_and_reviews_and_the_review_is_on_the_product(boolean script) {
    Stall tea = Stall.open(market, "Green tea", 900);
    try (Window member = Window.open(script ? View.PHONE : View.NO_SCRIPT)) {
      String email = Marketplace.unique("ada") + "@example.com";
      member.go("/sign-up");
      member.fill(
          "Name", "Ada", "E-mail", email, "Password, 8 characters or more", "a good secret");
      member.press("Become a member").says("Hello, Ada").isFitForEverybody();

      tea.putIntoCart(member, 1);
      member.go("/checkout");
      fillAddress(member);
      member.page().getByLabel("Confirm on the provider's page").check();
      member.press("Buy now");
      member.page().getByText("Pay", new Page.GetByTextOptions().setExact(true)).click();
      member.page().getByText("Back to the shop").click();
      if (!script) {
        await()
            .until(() -> {
              member.page().reload();
              return member.text().contains("paid");
            });
      }
      member.says("paid");
      tea.ship();
      member.page().reload();
      member.press("I have it").says("received");
      member.page().getByText("Review: " + tea.title()).click();
      member.fill(
          "In a few words",
          "As good as at home",
          "What should others know?",
          "Fine & <b>green</b>");
      member.press("Send the review").says("Thank you for the review.");

      member.go("/products/" + tea.slug()).says("As good as at home").isFitForEverybody();
      assertThat(member.text()).contains("Fine & <b>green</b>").contains("5 of 5 stars");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_declined_card_keeps_the_form_and_the_cart_and_another_way_to_pay_works(boolean script) {
    Stall tea = Stall.open(market, "White tea", 1100);
    try (Window guest = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      tea.putIntoCart(guest, 1);
      guest.go("/checkout");
      fillAddress(guest);
      guest.page().getByLabel("A card that is declined").check();
      guest.press("Buy now").says("The payment was declined.").forgive();
      assertThat(guest.page().getByLabel("City").inputValue()).isEqualTo("Bath");
      guest.page().getByLabel("Pay at once").check();
      guest.press("Buy now").says("Thank you! The order is placed.");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_buyer_changes_the_cart_cancels_an_order_and_gets_the_money_back(boolean script) {
    Stall tea = Stall.open(market, "Black tea", 700);
    try (Window guest = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      tea.putIntoCart(guest, 3);
      guest.go("/cart").fill("Quantity of " + tea.title(), "2");
      if (script) {
        guest.page().keyboard().press("Tab");
      } else {
        guest.press("Update");
      }
      guest.says("£14.00");
      guest.go("/checkout");
      fillAddress(guest);
      guest.press("Buy now").says("paid").press("Cancel the order");
      guest.says("The order is cancelled; paid money goes back.");
      assertThat(guest.text()).contains("cancelled");
      assertThat(guest.status(Objects.requireNonNull(guest.page().url()))).isEqualTo(200);
    }
  }
}
