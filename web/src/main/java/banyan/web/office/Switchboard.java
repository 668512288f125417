package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The toggles, and the log of what the staff has done. */
@Controller
class Switchboard {
  /** What the log knows, for its filter. */
  private static final List<String> ACTIONS =
      List.of(
          "order-refunded",
          "order-cancelled",
          "roles-changed",
          "sessions-ended",
          "product-withdrawn",
          "product-restored",
          "category-made",
          "category-changed",
          "coupon-made",
          "coupon-changed",
          "toggle-turned");

  @GetMapping("/office/toggles")
  String toggles(Api api, Model model) {
    model.addAttribute("toggles", api.get("/api/admin/toggles").data());
    return "office/toggles";
  }

  @PostMapping("/office/toggles/{name}")
  String turn(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String name,
      @RequestParam Map<String, String> form) {
    Map<String, Object> turn =
        Map.of("enabled", "on".equals(form.get("turn")), "reason", form.getOrDefault("reason", ""));
    Answer turned = api.put("/api/admin/toggles/{name}", turn, name);
    if (turned.ok()) {
      return "redirect:/office/toggles?said=saved";
    }
    Lists.refuse(model, response, turned);
    model.addAttribute("part", name);
    model.addAttribute("reason", form.getOrDefault("reason", ""));
    return toggles(api, model);
  }

  @GetMapping("/office/log")
  String log(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> asked) {
    Map<String, @Nullable Object> query = new HashMap<>();
    for (String name : List.of("actor", "action", "target", "cursor")) {
      query.put(name, asked.getOrDefault(name, "").strip());
    }
    Answer log = api.find("/api/admin/log", query);
    model.addAttribute("asked", asked);
    model.addAttribute("actions", ACTIONS);
    model.addAttribute(
        "kinds", Map.of("account", "accounts", "order", "orders", "product", "products"));
    Lists.show(model, response, "log", log);
    Map<String, String> names = new LinkedHashMap<>();
    if (log.ok()) {
      log.body()
          .list("data")
          .forEach(row -> names.computeIfAbsent(row.text("actorId"), id -> nameOf(api, id)));
    }
    model.addAttribute("names", names);
    return "office/log";
  }

  private static String nameOf(Api api, String accountId) {
    Answer account = api.get("/api/admin/accounts/{id}", accountId);
    return account.ok() ? account.body().text("name") : accountId;
  }
}
