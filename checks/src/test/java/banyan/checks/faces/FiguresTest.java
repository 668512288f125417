package banyan.checks.faces;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.business.intake.SampleMarket;
import banyan.checks.Marketplace;
import banyan.checks.faces.Window.View;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What docs/budgets.md says of the pages: their weight always, their speed when asked for. */
class FiguresTest {
  private static final int SCRIPT_MAX = 60 * 1024;
  private static final int VISITS = 9;

  private final Marketplace market = Marketplace.open();

  private String product() {
    market.part(SampleMarket.class).load();
    return "/products/"
        + market.stranger().get("/api/products?limit=1&q=teapot").text("/data/0/slug");
  }

  @Test
  void a_product_page_loads_at_most_60_kilobytes_of_script() {
    try (Window window = Window.open(View.DESK)) {
      List<Long> bytes = new ArrayList<>();
      window
          .page()
          .onRequestFinished(request -> {
            Response response = request.existingResponse();
            if (response != null && request.resourceType().equals("script")) {
              bytes.add((long) request.sizes().responseBodySize);
            }
          });
      window.go(product());
      window.page().waitForLoadState(com.microsoft.playwright.options.LoadState.NETWORKIDLE);
      long sum = bytes.stream().mapToLong(Long::longValue).sum();
      System.out.println("script of a product page, as it travels: " + sum + " bytes");
      assertThat(bytes).isNotEmpty();
      assertThat(sum).isBetween(1L, (long) SCRIPT_MAX);
    }
  }

  /** Largest contentful paint of first visits; every visit has an empty cache. */
  @Test
  @EnabledIfSystemProperty(named = "banyan.measure", matches = "true")
  void tell_how_soon_the_largest_thing_is_painted() {
    for (Map.Entry<String, String> page :
        Map.of("home", "/", "category", "/categories/tea", "product", product()).entrySet()) {
      List<Double> millis = new ArrayList<>();
      for (int visit = 0; visit < VISITS; visit++) {
        try (Window window = Window.open(View.PHONE)) {
          millis.add(largestPaint(window.go(page.getValue()).page()));
        }
      }
      Collections.sort(millis);
      System.out.printf(
          "LCP of %s: median %.0f ms, worst %.0f ms of %d visits%n",
          page.getKey(), millis.get(VISITS / 2), millis.get(VISITS - 1), VISITS);
    }
  }

  private static double largestPaint(Page page) {
    Object millis =
        page.evaluate(
            """
            () => new Promise((told) => new PerformanceObserver((list) =>
              told(list.getEntries().at(-1).startTime)).observe(
                { type: "largest-contentful-paint", buffered: true }))
            """);
    return Double.parseDouble(String.valueOf(millis));
  }
}
