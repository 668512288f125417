package banyan.web.store;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A buyer's orders, and what can be done with them. */
@Controller
class Purchases {
  @ModelAttribute
  void personal(HttpServletResponse response, Model model) {
    response.setHeader("Cache-Control", "no-store");
    model.addAttribute("glance", Glance.SELF);
  }

  @GetMapping("/orders")
  String list(
      Api api,
      Model model,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(defaultValue = "") String said) {
    model.addAttribute("orders", api.find("/api/orders", Map.of("cursor", cursor)).orRefuse());
    model.addAttribute("said", said);
    return "store/orders";
  }

  @GetMapping("/orders/{id}")
  String show(
      Api api, Model model, @PathVariable String id, @RequestParam(defaultValue = "") String said) {
    model.addAttribute("said", said);
    return page(api, model, id);
  }

  private static String page(Api api, Model model, String id) {
    Tree order = api.get("/api/orders/{id}", id).orRefuse();
    model.addAttribute("order", order);
    model.addAttribute("member", api.get("/api/account").ok());
    Answer shop = api.get("/api/shops/{id}", order.text("sellerId"));
    model.addAttribute("shop", shop.ok() ? shop.body() : Tree.EMPTY);
    return "store/order";
  }

  @PostMapping("/orders/{id}/cancel")
  String cancel(Api api, Model model, HttpServletResponse response, @PathVariable String id) {
    return after(
        api, model, response, id, api.post("/api/orders/{id}/cancel", null, id), "cancelled");
  }

  @PostMapping("/orders/{id}/receive")
  String receive(Api api, Model model, HttpServletResponse response, @PathVariable String id) {
    return after(
        api, model, response, id, api.post("/api/orders/{id}/receive", null, id), "received");
  }

  /** Sends units back: fields {@code units-<skuId>}. */
  @PostMapping("/orders/{id}/refunds")
  String refund(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    Answer refunded =
        api.postOnce(form.get("key"), "/api/orders/{id}/refunds", Map.of("lines", units(form)), id);
    return after(api, model, response, id, refunded, "refunded");
  }

  /** Lines of a request from the fields {@code units-<skuId>} that ask for one or more. */
  static List<Map<String, Object>> units(Map<String, String> form) {
    List<Map<String, Object>> lines = new ArrayList<>();
    form.forEach((name, value) -> {
      if (name.startsWith("units-") && value.strip().matches("[1-9]\\d{0,5}")) {
        lines.add(
            Map.of(
                "skuId",
                name.substring("units-".length()),
                "quantity",
                Long.parseLong(value.strip())));
      }
    });
    return lines;
  }

  @PostMapping("/orders/{id}/reviews")
  String review(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    Map<String, Object> review =
        new HashMap<>(
            Api.object("orderId", id, "title", form.get("title"), "text", form.get("text")));
    String rating = form.getOrDefault("rating", "");
    review.put("rating", rating.matches("[1-5]") ? Integer.parseInt(rating) : 0);
    Answer written =
        api.post("/api/products/{id}/reviews", review, form.getOrDefault("productId", "0"));
    return after(api, model, response, id, written, "reviewed");
  }

  private static String after(
      Api api, Model model, HttpServletResponse response, String id, Answer answer, String said) {
    if (answer.ok()) {
      return "redirect:/orders/" + id + "?said=" + said;
    }
    if (answer.status() == 404) {
      answer.orRefuse();
    }
    response.setStatus(answer.status());
    model.addAttribute("refused", answer);
    return page(api, model, id);
  }
}
