package banyan.cli.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shop as a client on the network sees it. */
final class Shop implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration SETUP_PATIENCE = Duration.ofSeconds(30);
  private static final int PAGE = 100;

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  Shop(String url) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Its address, without a slash at the end. */
  String url() {
    return url;
  }

  private HttpRequest request(
      String method, String path, Duration patience, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(patience)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> must(HttpRequest request, int expected) {
    try {
      HttpResponse<byte[]> answer = send(request);
      if (answer.statusCode() != expected) {
        throw new LoadFailed(
            "%s %s answered %d: %s"
                .formatted(
                    request.method(),
                    request.uri().getPath(),
                    answer.statusCode(),
                    new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8)));
      }
      return answer;
    } catch (IOException e) {
      throw new LoadFailed(url + " does not answer: " + e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new LoadFailed("interrupted");
    }
  }

  private JsonNode json(String method, String path, int expected, Object body, String... headers) {
    String text = JSON.writeValueAsString(body);
    return JSON.readTree(
        must(request(method, path, SETUP_PATIENCE, text, headers), expected).body());
  }

  /** A new guest's token. */
  String guest() {
    return must(request("GET", "/api/cart", SETUP_PATIENCE, null), 200)
        .headers()
        .firstValue("Guest-Token")
        .orElseThrow(() -> new LoadFailed(url + " gave a guest no token"));
  }

  /**
   * Opens a stall of our own with many units of everything, so that a long run does not end in
   * refusals that say nothing about the shop.
   */
  Goods stall(int products, int units) {
    String name = "load-" + Long.toString(System.nanoTime(), 36);
    Map<String, String> account =
        Map.of("email", name + "@example.com", "password", name, "name", "Load test");
    json("POST", "/api/accounts", 201, account);
    String token = json("POST", "/api/sessions", 201, account).path("token").asString();
    String[] seller = {"Authorization", "Bearer " + token};
    json("POST", "/api/seller/shop", 201, Map.of("name", "Load test " + name), seller);
    List<Goods.Item> items = new ArrayList<>();
    for (int i = 0; i < products; i++) {
      items.add(item(name, i, units, seller));
    }
    return new Goods(items);
  }

  private Goods.Item item(String stall, int number, int units, String... seller) {
    String title = "Load test item " + number + " of " + stall;
    JsonNode made =
        json(
            "POST",
            "/api/seller/products",
            201,
            Map.of(
                "title",
                title,
                "description",
                "Made by a load test; not for people.",
                "published",
                true,
                "skus",
                List.of(
                    sku(number + "-S", "S", 500 + number), sku(number + "-L", "L", 900 + number))),
            seller);
    List<String> skuIds = new ArrayList<>();
    made.path("skus").forEach(sku -> skuIds.add(sku.path("id").asString()));
    for (String skuId : skuIds) {
      json(
          "POST",
          "/api/seller/skus/" + skuId + "/receipts",
          201,
          Map.of("quantity", units),
          seller);
    }
    return new Goods.Item(made.path("id").asString(), made.path("slug").asString(), title, skuIds);
  }

  /** A new seller with a stall. */
  Ware.Seller seller() {
    String name = "load-" + Long.toString(System.nanoTime(), 36);
    Map<String, String> account =
        Map.of("email", name + "@example.com", "password", name, "name", "Load test");
    json("POST", "/api/accounts", 201, account);
    String token = json("POST", "/api/sessions", 201, account).path("token").asString();
    String[] headers = {"Authorization", "Bearer " + token};
    JsonNode stall =
        json("POST", "/api/seller/shop", 201, Map.of("name", "Load test " + name), headers);
    return new Ware.Seller(stall.path("id").asString(name), headers);
  }

  /** A new product with one SKU and units of it. */
  Ware ware(Ware.Seller seller, int number, int units) {
    String code = "W" + number;
    String title = "Ware " + number + " of " + seller.id();
    long pence = 500L + 7L * (number % 500);
    JsonNode made =
        json(
            "POST", "/api/seller/products", 201, product(title, code, pence, true), seller.token());
    String skuId = made.at("/skus/0/id").asString();
    json(
        "POST",
        "/api/seller/skus/" + skuId + "/receipts",
        201,
        Map.of("quantity", units),
        seller.token());
    return new Ware(
        seller,
        new Ware.Made(
            made.path("id").asString(), made.path("slug").asString(), skuId, code, title, pence));
  }

  /** Gives a product another title. */
  void retitle(Ware ware, String title) {
    json(
        "PUT",
        "/api/seller/products/" + ware.productId,
        200,
        product(title, ware.code, ware.newest(), true),
        ware.seller.token());
  }

  /** Whether a program and a person, neither signed in, are both shown a text with the product. */
  boolean shows(Ware ware, String text) {
    return text("/api/products/" + ware.slug, "application/json").contains(text)
        && text("/products/" + ware.slug, "text/html").contains(text);
  }

  private String text(String path, String type) {
    HttpRequest request = request("GET", path, SETUP_PATIENCE, null, "Accept", type);
    return new String(must(request, 200).body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  static Map<String, Object> product(String title, String code, long pence, boolean published) {
    return Map.of(
        "title",
        title,
        "description",
        "Made by a load test; not for people.",
        "published",
        published,
        "skus",
        List.of(Map.of("code", code, "price", Map.of("amount", pence, "currency", "GBP"))));
  }

  private static Map<String, Object> sku(String code, String size, int pence) {
    return Map.of(
        "code", code,
        "price", Map.of("amount", pence, "currency", "GBP"),
        "options", Map.of("Size", size));
  }

  /** What the shop has for sale already, newest first, at most so many products. */
  Goods existing(int productsMax) {
    List<Goods.Item> items = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page =
          get(
              "/api/products?sort=newest&inStock=true&limit="
                  + PAGE
                  + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      for (JsonNode card : page.path("data")) {
        JsonNode product = get("/api/products/" + card.path("slug").asString());
        List<String> skuIds = new ArrayList<>();
        product.path("skus").forEach(sku -> skuIds.add(sku.path("id").asString()));
        items.add(
            new Goods.Item(
                product.path("id").asString(),
                product.path("slug").asString(),
                product.path("title").asString(),
                skuIds));
      }
      cursor = page.path("hasMore").asBoolean() ? page.path("nextCursor").asString() : "";
    } while (!cursor.isEmpty() && items.size() < productsMax);
    return new Goods(items);
  }

  private JsonNode get(String path) {
    return JSON.readTree(must(request("GET", path, SETUP_PATIENCE, null), 200).body());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
