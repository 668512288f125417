package banyan.web.seller;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** How the shop does; and, for who has none yet, the way to open one. */
@Controller
class Dashboard {
  /**
   * Sales in one currency, day after day without a gap: a row of a table and a point of a chart.
   */
  public record Series(String currency, List<Point> points) {}

  /**
   * @param net as a plain number
   * @param money as the API says it
   */
  public record Point(String day, long orders, long units, String net, Tree money) {}

  @GetMapping("/seller")
  String show(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> query) {
    Tree account = api.get("/api/account").orRefuse();
    if (!account.texts("roles").contains("SELLER")) {
      return "seller/open";
    }
    Map<String, @Nullable Object> range = new HashMap<>();
    range.put("from", query.get("from"));
    range.put("to", query.get("to"));
    Answer figures = api.find("/api/seller/dashboard", range);
    if (figures.status() == 400) {
      response.setStatus(figures.status());
      model.addAttribute("faults", List.of(ProductForm.Fault.of("range")));
      figures = api.get("/api/seller/dashboard");
    }
    Tree dashboard = figures.orRefuse();
    Answer shop = api.get("/api/shops/{id}", account.text("id"));
    model.addAttribute("shop", shop.ok() ? shop.body() : Tree.EMPTY);
    model.addAttribute("figures", dashboard);
    model.addAttribute("series", series(dashboard));
    model.addAttribute("owed", api.get("/api/seller/balance").orRefuse().list("owed"));
    Tree open = dashboard.tree("openOrders").tree("byState");
    model.addAttribute("toShip", open.number("PAID") + open.number("PARTLY_SHIPPED"));
    model.addAttribute("ranges", ranges(dashboard.text("to")));
    return "seller/dashboard";
  }

  /** First days of ranges that people often want, up to the same last day, by number of days. */
  private static Map<Integer, String> ranges(String to) {
    LocalDate last = LocalDate.parse(to);
    Map<Integer, String> ranges = new java.util.TreeMap<>();
    for (int days : new int[] {7, 30, 90, 365}) {
      ranges.put(days, last.minusDays(days - 1L).toString());
    }
    return ranges;
  }

  private static List<Series> series(Tree dashboard) {
    LocalDate from = LocalDate.parse(dashboard.text("from"));
    LocalDate to = LocalDate.parse(dashboard.text("to"));
    List<Series> all = new ArrayList<>();
    for (Tree total : dashboard.list("totals")) {
      String currency = total.text("currency");
      Map<String, Tree> days = new HashMap<>();
      dashboard.list("days").stream()
          .filter(day -> day.tree("net").text("currency").equals(currency))
          .forEach(day -> days.put(day.text("day"), day));
      List<Point> points =
          from.datesUntil(to.plusDays(1))
              .map(day ->
                  point(day.toString(), days.getOrDefault(day.toString(), Tree.EMPTY), currency))
              .toList();
      all.add(new Series(currency, points));
    }
    return all;
  }

  private static Point point(String day, Tree sold, String currency) {
    long net = sold.tree("net").number("amount");
    return new Point(
        day,
        sold.number("orders"),
        sold.number("units"),
        BigDecimal.valueOf(net, Typed.places(currency)).toPlainString(),
        Tree.EMPTY.with(Map.of("amount", net, "currency", currency)));
  }

  @PostMapping("/seller/shop")
  String open(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Answer opened =
        api.post("/api/seller/shop", Map.of("name", form.getOrDefault("name", "").strip()));
    if (opened.ok()) {
      return "redirect:/seller?said=opened";
    }
    Desk.refused(model, response, form, opened);
    return "seller/open";
  }
}
