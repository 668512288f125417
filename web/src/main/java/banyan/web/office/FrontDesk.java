package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.store.Glance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The start page: one box that finds an order, an account or a product, and the newest orders. */
@Controller
class FrontDesk {
  @GetMapping("/office")
  String show(Api api, Model model, @RequestParam(defaultValue = "") String q) {
    String words = q.strip();
    String found = words.matches("\\d{1,19}") ? byId(api, words) : null;
    if (found != null) {
      return "redirect:" + found;
    }
    model.addAttribute("glance", Glance.SELF);
    model.addAttribute("q", words);
    if (words.isEmpty()) {
      model.addAttribute("orders", api.find("/api/admin/orders", Map.of("limit", 10)).data());
    } else {
      Map<String, Object> query = Map.of("q", words, "limit", 10);
      model.addAttribute("accounts", api.find("/api/admin/accounts", query).data());
      Answer products = api.find("/api/products", query);
      model.addAttribute("products", products.ok() ? products.data() : List.of());
    }
    return "office/start";
  }

  /** An id does not say what it is of; one that is of several things is an order first. */
  private static @Nullable String byId(Api api, String id) {
    for (String kind : List.of("orders", "accounts", "products")) {
      Answer answer = api.get("/api/admin/" + kind + "/{id}", id);
      if (answer.ok()) {
        return "/office/" + kind + "/" + id;
      }
      if (answer.status() != 404) {
        answer.orRefuse();
      }
    }
    return null;
  }
}
