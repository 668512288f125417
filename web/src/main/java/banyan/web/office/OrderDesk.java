package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import banyan.web.store.Glance;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Orders of everybody, with the money behind them. */
@Controller
class OrderDesk {
  static final List<String> STATES =
      List.of("AWAITING_PAYMENT", "PAID", "PARTLY_SHIPPED", "SHIPPED", "RECEIVED", "CANCELLED");

  @ModelAttribute
  void glance(Model model) {
    model.addAttribute("glance", Glance.SELF);
  }

  @GetMapping("/office/orders")
  String list(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> asked) {
    Map<String, @Nullable Object> query = new HashMap<>();
    for (String name : List.of("state", "seller", "buyer", "cursor")) {
      query.put(name, asked.getOrDefault(name, "").strip());
    }
    Answer orders = api.find("/api/admin/orders", query);
    model.addAttribute("asked", asked);
    model.addAttribute("states", STATES);
    Lists.show(model, response, "orders", orders);
    return "office/orders";
  }

  @GetMapping("/office/orders/{id}")
  String show(Api api, Model model, @PathVariable String id) {
    return page(api, model, id);
  }

  private static String page(Api api, Model model, String id) {
    Tree order = api.get("/api/admin/orders/{id}", id).orRefuse();
    model.addAttribute("order", order);
    Answer shop = api.get("/api/shops/{id}", order.text("sellerId"));
    model.addAttribute("shop", shop.ok() ? shop.body() : Tree.EMPTY);
    Answer buyer = api.get("/api/admin/accounts/{id}", order.text("buyerId"));
    model.addAttribute("buyer", buyer.ok() ? buyer.body() : null);
    Answer ledger = api.get("/api/admin/orders/{id}/ledger", id);
    List<Tree> postings = ledger.status() == 404 ? List.of() : ledger.data();
    model.addAttribute("entries", entries(postings));
    model.addAttribute("sums", sums(postings));
    model.addAttribute(
        "cancellable", List.of("AWAITING_PAYMENT", "PAID").contains(order.text("state")));
    model.addAttribute(
        "refundable",
        List.of("PAID", "PARTLY_SHIPPED", "SHIPPED", "RECEIVED").contains(order.text("state"))
            && Glance.SELF.bySku(order).stream().anyMatch(line -> line.number("left") > 0));
    return "office/order";
  }

  /** Postings under the entry they belong to, as {@code cause, at, postings}. */
  private static List<Tree> entries(List<Tree> postings) {
    List<Tree> entries = new ArrayList<>();
    for (Tree posting : postings) {
      Tree last = entries.isEmpty() ? Tree.EMPTY : entries.getLast();
      if (last.text("cause").equals(posting.text("cause"))) {
        List<Tree> more = new ArrayList<>(last.list("postings"));
        more.add(sided(posting));
        entries.set(entries.size() - 1, last.with(Map.of("postings", more)));
      } else {
        entries.add(posting.with(Map.of("postings", List.of(sided(posting)))));
      }
    }
    return entries;
  }

  /** A posting with its amount as {@code debit} or {@code credit}, never below zero. */
  private static Tree sided(Tree posting) {
    Tree money = posting.tree("amount");
    long amount = money.number("amount");
    String account = posting.text("account");
    int colon = account.indexOf(':');
    return posting.with(
        Map.of(
            amount >= 0 ? "debit" : "credit",
            money.with(Map.of("amount", Math.abs(amount))),
            "kind",
            colon < 0 ? account : account.substring(0, colon),
            "whose",
            colon < 0 ? "" : account.substring(colon + 1)));
  }

  /** Debits and credits of each currency: they are the same, or something is very wrong. */
  private static List<Tree> sums(List<Tree> postings) {
    Map<String, long[]> sums = new HashMap<>();
    for (Tree posting : postings) {
      long amount = posting.tree("amount").number("amount");
      long[] sum =
          sums.computeIfAbsent(posting.tree("amount").text("currency"), any -> new long[2]);
      sum[amount >= 0 ? 0 : 1] += Math.abs(amount);
    }
    List<Tree> rows = new ArrayList<>();
    sums.forEach((currency, sum) ->
        rows.add(
            Tree.EMPTY.with(
                Map.of(
                    "debit", Lists.money(sum[0], currency),
                    "credit", Lists.money(sum[1], currency),
                    "balanced", sum[0] == sum[1]))));
    return rows;
  }

  @PostMapping("/office/orders/{id}/cancel")
  String cancel(Api api, Model model, HttpServletResponse response, @PathVariable String id) {
    Answer cancelled = api.post("/api/admin/orders/{id}/cancel", null, id);
    return after(api, model, response, id, cancelled, "cancelled");
  }

  /** Gives units back: fields {@code units-<skuId>}, and {@code restock} when they are good. */
  @PostMapping("/office/orders/{id}/refunds")
  String refund(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    List<Map<String, Object>> lines = new ArrayList<>();
    form.forEach((name, value) -> {
      if (name.startsWith("units-") && value.strip().matches("[1-9]\\d{0,5}")) {
        String skuId = name.substring("units-".length());
        lines.add(Map.of("skuId", skuId, "quantity", Long.parseLong(value.strip())));
      }
    });
    model.addAttribute("form", form);
    Answer refunded =
        api.postOnce(
            form.get("key"),
            "/api/admin/orders/{id}/refunds",
            Map.of("lines", lines, "restock", form.containsKey("restock")),
            id);
    return after(api, model, response, id, refunded, "office-refunded");
  }

  private static String after(
      Api api, Model model, HttpServletResponse response, String id, Answer answer, String said) {
    if (answer.ok()) {
      return "redirect:/office/orders/" + id + "?said=" + said;
    }
    Lists.refuse(model, response, answer);
    return page(api, model, id);
  }
}
