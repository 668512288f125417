package banyan.web.store;

import banyan.platform.web.Answers;
import banyan.web.Api;
import banyan.web.Refusal;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * The pages that everybody may look into. They are the same bytes for all, so that they can be kept
 * whole in front of the shop; what is personal comes in a second request ({@code /me}).
 */
@Controller
class Windows {
  /** As long as a price or a stock may be old on a page: checkout looks again. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private static final int PAGE = 24;

  @GetMapping("/")
  String home(Api api, Model model, HttpServletResponse response) {
    shared(response);
    model.addAttribute("categories", api.get("/api/categories").data());
    model.addAttribute("sales", api.find("/api/flash-sales", Map.of("limit", 6)).data());
    List<Tree> products = api.find("/api/products", Map.of("sort", "newest", "limit", 10)).data();
    tag(response, products);
    model.addAttribute("products", products);
    return "store/home";
  }

  @GetMapping("/search")
  String search(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> query) {
    return results(api, model, response, query, Map.of());
  }

  @GetMapping("/categories/{slug}")
  String category(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String slug,
      @RequestParam Map<String, String> query) {
    Tree category = named(api.get("/api/categories").data(), slug);
    if (category == null) {
      throw Refusal.notFound();
    }
    model.addAttribute("category", category);
    return results(api, model, response, query, Map.of("category", slug));
  }

  private static @Nullable Tree named(List<Tree> categories, String slug) {
    for (Tree category : categories) {
      Tree found =
          category.text("slug").equals(slug) ? category : named(category.list("children"), slug);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @GetMapping("/shops/{id}")
  String shop(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> query) {
    model.addAttribute("shop", api.get("/api/shops/{id}", id).orRefuse());
    return results(api, model, response, query, Map.of("seller", id));
  }

  private static String results(
      Api api,
      Model model,
      HttpServletResponse response,
      Map<String, String> query,
      Map<String, String> fixed) {
    shared(response);
    Map<String, @Nullable Object> asked = new HashMap<>();
    for (String name : List.of("q", "category", "seller", "inStock", "sort", "cursor")) {
      asked.put(name, query.get(name));
    }
    asked.put("priceMin", minor(query.get("min")));
    asked.put("priceMax", minor(query.get("max")));
    asked.putAll(fixed);
    asked.put("limit", PAGE);
    Tree found = api.find("/api/products", asked).orRefuse();
    tag(response, found.list("data"));
    model.addAttribute("found", found);
    model.addAttribute("asked", query);
    model.addAttribute("links", new Links(query));
    return "store/results";
  }

  /** Whole units as people type them, in minor units; null for what is no number. */
  private static @Nullable Long minor(@Nullable String units) {
    try {
      return units == null || units.isBlank()
          ? null
          : Math.max(0, new BigDecimal(units.strip()).movePointRight(2).longValue());
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /** Titles for the search box, as a list of options. */
  @GetMapping("/suggestions")
  String suggestions(
      Api api,
      Model model,
      HttpServletResponse response,
      @RequestParam(defaultValue = "") String q) {
    shared(response);
    model.addAttribute(
        "suggestions",
        q.isBlank() ? List.of() : api.find("/api/products/suggestions", Map.of("q", q)).data());
    return "store/parts :: suggestions";
  }

  @GetMapping("/products/{slug}")
  String product(Api api, Model model, HttpServletResponse response, @PathVariable String slug) {
    Tree product = api.get("/api/products/{slug}", slug).orRefuse();
    if (!product.text("slug").equals(slug)) {
      return "redirect:/products/" + product.text("slug");
    }
    if (!product.flag("published")) {
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    } else {
      shared(response);
      response.addHeader(Answers.TAG, Answers.ofProduct(Long.parseLong(product.text("id"))));
    }
    String id = product.text("id");
    model.addAttribute("product", product);
    model.addAttribute("sales", sales(api, product));
    model.addAttribute("summary", api.get("/api/products/{id}/reviews/summary", id).orRefuse());
    model.addAttribute(
        "reviews", api.find("/api/products/{id}/reviews", Map.of("limit", 10), id).orRefuse());
    return "store/product";
  }

  /** The flash sales that run for the product, by SKU. */
  private static Map<String, Tree> sales(Api api, Tree product) {
    String skuIds =
        product.list("skus").stream()
            .map(sku -> sku.text("id"))
            .collect(java.util.stream.Collectors.joining(","));
    Map<String, Tree> sales = new HashMap<>();
    api.find("/api/flash-sales", Map.of("skuIds", skuIds)).data().stream()
        .filter(sale -> sale.number("remaining") > 0)
        .forEach(sale -> sales.put(sale.text("skuId"), sale));
    return sales;
  }

  /** More reviews; htmx puts them under the others, without it they are a page. */
  @GetMapping("/products/{slug}/reviews")
  String reviews(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String slug,
      @RequestParam(defaultValue = "") String cursor,
      @RequestHeader(name = "HX-Request", defaultValue = "") String htmx) {
    Tree product = api.get("/api/products/{slug}", slug).orRefuse();
    Map<String, Object> query = Map.of("limit", 10, "cursor", cursor);
    response.setHeader(HttpHeaders.VARY, "HX-Request");
    model.addAttribute("product", product);
    model.addAttribute(
        "reviews", api.find("/api/products/{id}/reviews", query, product.text("id")).orRefuse());
    return htmx.isEmpty() ? "store/reviews" : "store/parts :: reviews";
  }

  @GetMapping("/robots.txt")
  ResponseEntity<String> robots(HttpServletRequest request) {
    return ResponseEntity.ok()
        .contentType(MediaType.TEXT_PLAIN)
        .cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
        .body(
            """
            User-agent: *
            Disallow: /cart
            Disallow: /checkout
            Disallow: /account
            Disallow: /orders
            Disallow: /search
            Disallow: /zh/search
            Sitemap: %s/sitemap.xml
            """
                .formatted(SiteMap.originOf(request)));
  }

  private static void tag(HttpServletResponse response, List<Tree> products) {
    for (Tree product : products) {
      response.addHeader(Answers.TAG, Answers.ofCard(Long.parseLong(product.text("id"))));
    }
  }

  private static void shared(HttpServletResponse response) {
    response.setHeader(
        HttpHeaders.CACHE_CONTROL,
        // for the caches in front of the shop; a browser asks again, for its user may know better
        CacheControl.maxAge(Duration.ZERO).sMaxAge(FRESH).cachePublic().getHeaderValue());
  }

  /** Addresses of the same search with something else: for facets, sorting and the next page. */
  public record Links(Map<String, String> query) {
    public String with(String name, @Nullable Object value) {
      Map<String, String> other = new TreeMap<>(query);
      other.remove("cursor");
      if (value == null || value.toString().isEmpty()) {
        other.remove(name);
      } else {
        other.put(name, value.toString());
      }
      StringBuilder link = new StringBuilder("?");
      other.forEach((key, text) ->
          link.append(link.length() == 1 ? "" : "&")
              .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
              .append('=')
              .append(URLEncoder.encode(text, StandardCharsets.UTF_8)));
      return link.toString();
    }

    /** Between two prices, in minor units; the upper one may be open. */
    public String between(long from, @Nullable Object to) {
      String min = BigDecimal.valueOf(from, 2).toPlainString();
      String max = to instanceof Long minor ? BigDecimal.valueOf(minor, 2).toPlainString() : "";
      Map<String, String> other = new TreeMap<>(query);
      other.put("min", min);
      return new Links(other).with("max", max);
    }

    public boolean has(String name) {
      return !query.getOrDefault(name, "").isEmpty();
    }

    public boolean is(String name, String value) {
      return query.getOrDefault(name, "").toLowerCase(Locale.ROOT).equals(value);
    }
  }
}
