package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The seller centre as a browser without a script uses it. */
class SellerPagesTest {
  private static final String BOUNDARY = "----banyan";
  private static final Pattern PICTURE = Pattern.compile("value=\"(/pictures/[a-f0-9]+\\.jpg)\"");
  private static final Pattern PACKED = Pattern.compile("name=\"packed\" value=\"([^\"]+)\"");

  private final Marketplace market = Marketplace.open();
  private final HttpClient browser =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager())
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return browser.send(
        request.header("Sec-Fetch-Site", "same-origin").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> open(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(market.url() + path)));
  }

  private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
    String body =
        form.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(URI.create(market.url() + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** A form with parts, as forms with files are sent. */
  private HttpResponse<String> post(String path, Map<String, String> form, String type, byte[] file)
      throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Map.Entry<String, String> field : form.entrySet()) {
      write(
          body,
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
          BOUNDARY,
          field.getKey(),
          field.getValue());
    }
    write(
        body,
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
            + "Content-Type: %s\r\n\r\n",
        BOUNDARY,
        file.length == 0 ? "" : "file",
        type);
    body.write(file);
    write(body, "\r\n--%s--\r\n", BOUNDARY);
    return send(
        HttpRequest.newBuilder(URI.create(market.url() + path))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private static void write(ByteArrayOutputStream body, String text, Object... facts)
      throws Exception {
    body.write(text.formatted(facts).getBytes(StandardCharsets.UTF_8));
  }

  private void signUp() throws Exception {
    HttpResponse<String> page =
        post(
            "/sign-up",
            Map.of(
                "email", Marketplace.unique("nora") + "@example.com",
                "password", "correct horse",
                "name", "Nora",
                "next", "/seller"));
    assertThat(page.body()).contains("Open a shop");
  }

  private void openShop() throws Exception {
    signUp();
    HttpResponse<String> page = post("/seller/shop", Map.of("name", "Nora's kites"));
    assertThat(page.uri().getPath()).isEqualTo("/seller");
    assertThat(page.body()).contains("Nora&#39;s kites").contains("The shop is open");
  }

  private static Map<String, String> kite(String title, String price) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("key", Marketplace.unique("key"));
    form.put("title", title);
    form.put("description", "It flies.");
    form.put("currency", "GBP");
    form.put("option-0", "Colour");
    form.put("option-1", "Size");
    form.put("code-0", "K-RED");
    form.put("value-0-0", "red");
    form.put("value-0-1", "L");
    form.put("price-0", price);
    form.put("units-0", "7");
    return form;
  }

  private static byte[] picture() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(600, 300, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  @Test
  void a_stranger_is_sent_to_sign_in_and_a_buyer_is_offered_a_shop() throws Exception {
    HttpResponse<String> stranger = open("/seller/products");
    assertThat(stranger.uri().getPath()).isEqualTo("/sign-in");
    signUp();
    assertThat(open("/seller").body()).contains("Open a shop");
    assertThat(open("/seller/products").statusCode()).isEqualTo(403);
  }

  @Test
  void a_product_with_a_picture_options_and_stock_is_published_and_found_within_two_seconds()
      throws Exception {
    openShop();
    String word = Marketplace.unique("zebrakite").replace("-", "");
    Map<String, String> form = kite("Kite " + word, "12.50");
    form.put("do", "upload");
    String uploaded = post("/seller/products/new", form, "image/png", picture()).body();
    Matcher picture = PICTURE.matcher(uploaded);
    assertThat(picture.find()).isTrue();
    assertThat(uploaded).contains("Kite " + word).contains("value=\"12.50\"");
    form.put("picture-0", picture.group(1));
    form.put("do", "add-row");
    assertThat(post("/seller/products/new", form, "image/png", new byte[0]).body())
        .contains("name=\"code-1\"");
    form.putAll(
        Map.of(
            "code-1",
            "K-BLUE",
            "value-1-0",
            "blue",
            "value-1-1",
            "L",
            "price-1",
            "13",
            "units-1",
            "3",
            "do",
            "publish"));

    HttpResponse<String> saved = post("/seller/products/new", form, "image/png", new byte[0]);

    long published = System.nanoTime();
    assertThat(saved.uri().getPath()).matches("/seller/products/\\d+");
    assertThat(saved.body()).contains("Colour: blue, Size: L");
    String found = "";
    while (!found.contains("Kite " + word)) {
      assertThat(System.nanoTime() - published).as("2 s").isLessThan(2_000_000_000L);
      found = open("/search?q=" + word).body();
    }
    assertThat(found).contains(picture.group(1).replace("/pictures/", "/pictures/480/"));
    assertThat(open("/seller/products?q=" + word).body()).contains(">10<");
  }

  @Test
  void a_price_that_is_not_one_is_refused_and_what_was_typed_stays() throws Exception {
    openShop();
    for (String price : new String[] {"12.505", "a pound", "-1", "1,250.00"}) {
      Map<String, String> form = kite("Kite", price);
      form.put("do", "publish");
      HttpResponse<String> refused = post("/seller/products/new", form, "image/png", new byte[0]);
      assertThat(refused.statusCode()).as(price).isEqualTo(422);
      assertThat(refused.body())
          .contains("is not a price")
          .contains("value=\"" + price + "\"")
          .contains("value=\"K-RED\"");
    }
    assertThat(open("/seller/products").body()).contains("No products yet");
  }

  @Test
  void a_table_is_looked_at_before_it_is_applied() throws Exception {
    openShop();
    byte[] table =
        "handle,title,code,price,currency\nkite,Kite,K-1,5,GBP\nbad,Bad,K-2,x,GBP\n"
            .getBytes(StandardCharsets.UTF_8);
    String looked = post("/seller/products/csv", Map.of("do", "look"), "text/csv", table).body();
    assertThat(looked).contains("1 new").contains("1 refused").contains("is not a price");
    assertThat(open("/seller/products").body()).contains("No products yet");
    Matcher packed = PACKED.matcher(looked);
    assertThat(packed.find()).isTrue();
    String kept = packed.group(1).replace("&#43;", "+");

    String applied = post("/seller/products/csv", Map.of("do", "apply", "packed", kept)).body();

    assertThat(applied).contains("What was done").contains("1 new");
    assertThat(open("/seller/products").body()).contains("Kite");
    assertThat(post("/seller/products/csv/refused", Map.of("packed", kept)).body())
        .contains("3,\"bad\",\"K-2\"");
  }

  @Test
  void every_page_of_the_seller_centre_is_there_in_both_languages() throws Exception {
    openShop();
    for (String page :
        new String[] {
          "",
          "/products",
          "/products/new",
          "/products/csv",
          "/orders",
          "/orders?state=ALL",
          "/returns",
          "/coupons",
          "/flash-sales",
          "/payouts"
        }) {
      for (String language : new String[] {"", "/zh"}) {
        HttpResponse<String> shown = open(language + "/seller" + page);
        assertThat(shown.statusCode()).as(language + page).isEqualTo(200);
        assertThat(shown.body()).as(language + page).doesNotContain("??").contains("<h1");
        assertThat(shown.headers().firstValue("Cache-Control")).contains("no-store");
      }
    }
  }
}
