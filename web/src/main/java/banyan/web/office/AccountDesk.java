package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import banyan.web.store.Glance;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** People: who they are, what they may do, what they bought and sell. */
@Controller
class AccountDesk {
  private static final List<String> ROLES = List.of("BUYER", "SELLER", "SUPPORT", "ADMIN");

  @GetMapping("/office/accounts")
  String list(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> asked) {
    Map<String, @Nullable Object> query = new HashMap<>();
    for (String name : List.of("q", "role", "cursor")) {
      query.put(name, asked.get(name));
    }
    model.addAttribute("asked", asked);
    model.addAttribute("roles", ROLES);
    Lists.show(model, response, "accounts", api.find("/api/admin/accounts", query));
    return "office/accounts";
  }

  @GetMapping("/office/accounts/{id}")
  String show(Api api, Model model, @PathVariable String id) {
    return page(api, model, id);
  }

  private static String page(Api api, Model model, String id) {
    Tree account = api.get("/api/admin/accounts/{id}", id).orRefuse();
    model.addAttribute("account", account);
    model.addAttribute("roles", ROLES);
    model.addAttribute("glance", Glance.SELF);
    model.addAttribute(
        "orders", api.find("/api/admin/orders", Map.of("buyer", id, "limit", 5)).orRefuse());
    Answer shop = api.get("/api/shops/{id}", id);
    if (shop.ok()) {
      model.addAttribute("shop", shop.body());
      model.addAttribute(
          "sold", api.find("/api/admin/orders", Map.of("seller", id, "limit", 5)).orRefuse());
      model.addAttribute(
          "products", api.find("/api/admin/products", Map.of("seller", id, "limit", 5)).orRefuse());
    }
    return "office/account";
  }

  @PostMapping("/office/accounts/{id}/roles")
  String roles(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam(defaultValue = "") List<String> role) {
    Map<String, Object> roles = Map.of("roles", role);
    return after(api, model, response, id, api.put("/api/admin/accounts/{id}/roles", roles, id));
  }

  @PostMapping("/office/accounts/{id}/sessions")
  String endSessions(Api api, Model model, HttpServletResponse response, @PathVariable String id) {
    return after(api, model, response, id, api.delete("/api/admin/accounts/{id}/sessions", id));
  }

  private static String after(
      Api api, Model model, HttpServletResponse response, String id, Answer answer) {
    if (answer.ok()) {
      return "redirect:/office/accounts/" + id + "?said=saved";
    }
    Lists.refuse(model, response, answer);
    return page(api, model, id);
  }
}
