package banyan.web.store;

import banyan.platform.cache.Cache;
import banyan.platform.cache.Caches;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * The list of pages for search engines (sitemaps.org, version 0.9): home, categories, and the
 * newest products, in both languages.
 */
@Controller
class SiteMap {
  /** The protocol allows 50,000 addresses a file; two languages, and room for the categories. */
  private static final int PRODUCTS_MAX = 20_000;

  private static final int PAGE = 100;

  record Paths(List<String> all) {}

  /** Under one key: what a request says of its host must not decide how much is kept. */
  private final Cache<String, Paths> copies;

  SiteMap(Caches caches) {
    this.copies = caches.named("web.sitemap", Paths.class);
  }

  @GetMapping(path = "/sitemap.xml")
  ResponseEntity<String> show(Api api, HttpServletRequest request) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_XML)
        .cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
        .body(write(originOf(request), copies.get("paths", key -> paths(api))));
  }

  static String originOf(HttpServletRequest request) {
    String url = request.getRequestURL().toString();
    return url.substring(0, url.length() - request.getRequestURI().length());
  }

  private static String write(String origin, @Nullable Paths paths) {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
            .append("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (String path : paths == null ? List.<String>of() : paths.all()) {
      xml.append("<url><loc>").append(origin).append(path).append("</loc></url>\n");
      xml.append("<url><loc>").append(origin).append("/zh").append(path).append("</loc></url>\n");
    }
    return xml.append("</urlset>\n").toString();
  }

  private static Paths paths(Api api) {
    List<String> paths = new ArrayList<>(List.of("/"));
    add(paths, api.get("/api/categories").data());
    String cursor = null;
    do {
      Tree page = api.find("/api/products", query(cursor)).orRefuse();
      page.list("data").forEach(product -> paths.add("/products/" + product.text("slug")));
      cursor = page.flag("hasMore") ? page.text("nextCursor") : null;
    } while (cursor != null && paths.size() < PRODUCTS_MAX);
    return new Paths(List.copyOf(paths));
  }

  private static Map<String, @Nullable Object> query(@Nullable String cursor) {
    Map<String, @Nullable Object> query = new LinkedHashMap<>();
    query.put("sort", "newest");
    query.put("limit", PAGE);
    query.put("cursor", cursor);
    return query;
  }

  private static void add(List<String> paths, List<Tree> categories) {
    for (Tree category : categories) {
      paths.add("/categories/" + category.text("slug"));
      add(paths, category.list("children"));
    }
  }
}
