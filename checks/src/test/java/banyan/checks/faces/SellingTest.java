package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace;
import banyan.checks.faces.Window.View;
import com.microsoft.playwright.Locator;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a new shop to the parcel that leaves. */
class SellingTest {
  @TempDir Path folder;

  private Path photograph() throws IOException {
    BufferedImage image = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 640; x++) {
      for (int y = 0; y < 480; y++) {
        image.setRGB(x, y, new Color(x % 256, y % 256, 120).getRGB());
      }
    }
    File file = folder.resolve("photograph.jpg").toFile();
    ImageIO.write(image, "jpg", file);
    return file.toPath();
  }

  private static void signUp(Window window) {
    window.go("/sign-up");
    window.fill(
        "Name", "Sal Seller",
        "E-mail", Marketplace.unique("sal") + "@example.com",
        "Password, 8 characters or more", "a good secret");
    window.press("Become a member").says("Hello, Sal Seller");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_seller_opens_a_shop_adds_a_product_and_finds_it_in_search_and_ships_what_is_bought(
      boolean script) throws Exception {
    String title = Marketplace.unique("Larch birdhouse");
    try (Window seller = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      signUp(seller);
      seller.go("/seller").isFitForEverybody();
      seller.fill("Name of the shop", Marketplace.unique("Birds")).press("Open the shop");
      seller.says("Welcome! The shop is open.").isFitForEverybody();

      seller.go("/seller/products/new").isFitForEverybody();
      seller.page().getByLabel("Add pictures").setInputFiles(photograph());
      if (!script) {
        seller.press("Upload");
      }
      seller.page().locator(".pictures img").first().waitFor();
      seller.fill("Title", title, "Description", "Three storeys, no ladder.", "Option 1", "Colour");
      variant(seller, 1, "BH-G-" + script, "Green");
      if (seller.page().getByLabel("Row 2: Code").count() == 0) {
        seller.press("Add a row");
        seller.page().getByLabel("Row 2: Code").waitFor();
      }
      variant(seller, 2, "BH-R-" + script, "Red");
      seller.press("Save and publish").says("Published: buyers find it within seconds.");
      seller.isFitForEverybody().picture("seller-product-" + script);

      try (Window buyer = Window.open(script ? View.PHONE : View.NO_SCRIPT)) {
        String search = "/search?q=" + title.replace(" ", "+");
        await()
            .until(() -> {
              buyer.go(search);
              return buyer.text().contains(title);
            });
        Locator picture = buyer.page().locator(".card img").first();
        assertThat(picture.getAttribute("src")).contains("/pictures/480/");
        buyer.page().locator(".card h3").first().click();
        buyer.page().locator("input[type=radio]").first().check();
        buyer.press("Add to cart").says(script ? "It is in your cart." : title);
        buyer.go("/checkout");
        buyer.fill("Name", "Bo", "Street and number", "1 Lane", "City", "Bath", "Postcode", "BA1");
        buyer.press("Buy now").says("Thank you! The order is placed.");

        seller.go("/seller/orders").isFitForEverybody();
        seller.page().locator("tbody a").first().click();
        seller.fill("Tracking number (optional)", "RM 1234").press("Ship everything that is left");
        seller.says("The parcel is on its way; the buyer sees it.").isFitForEverybody();
        buyer.page().reload();
        buyer.says("RM 1234");
      }
    }
  }

  private static void variant(Window seller, int row, String code, String colour) {
    String start = "Row " + row + ": ";
    seller.fill(
        start + "Code",
        Marketplace.unique(code),
        start + "Option 1",
        colour,
        start + "Price",
        "24.50",
        start + "Units",
        "5");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_price_that_is_none_is_told_and_nothing_that_was_typed_is_lost(boolean script) {
    try (Window seller = Window.open(script ? View.DESK : View.NO_SCRIPT)) {
      signUp(seller);
      seller
          .go("/seller")
          .fill("Name of the shop", Marketplace.unique("Odd"))
          .press("Open the shop");
      seller.go("/seller/products/new").fill("Title", "Odd price", "Row 1: Code", "ODD");
      seller.fill("Row 1: Price", "twelve").press("Save and publish");
      seller.page().getByRole(com.microsoft.playwright.options.AriaRole.ALERT).first().waitFor();
      seller.forgive();
      assertThat(seller.page().getByLabel("Title").inputValue()).isEqualTo("Odd price");
      assertThat(seller.page().getByLabel("Row 1: Price").inputValue()).isEqualTo("twelve");
    }
  }
}
