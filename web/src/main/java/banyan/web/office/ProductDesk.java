package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Products of any seller, and taking one from sale. */
@Controller
class ProductDesk {
  /** By words among what is on sale; without words everything, of one seller or of all. */
  @GetMapping("/office/products")
  String list(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> asked) {
    String q = asked.getOrDefault("q", "").strip();
    if (q.matches("\\d{5,19}") && api.get("/api/admin/products/{id}", q).ok()) {
      return "redirect:/office/products/" + q;
    }
    Map<String, @Nullable Object> query = new HashMap<>();
    query.put("seller", asked.getOrDefault("seller", "").strip());
    query.put("cursor", asked.get("cursor"));
    // asked in any case: the search of the shop is everybody's, this page is the staff's
    Answer all = api.find("/api/admin/products", query);
    query.put("q", q);
    Lists.show(model, response, "products", q.isEmpty() ? all : found(api, all, query));
    model.addAttribute("asked", asked);
    return "office/products";
  }

  private static Answer found(Api api, Answer all, Map<String, @Nullable Object> query) {
    return all.status() == 401 || all.status() == 403 ? all : api.find("/api/products", query);
  }

  @GetMapping("/office/products/{id}")
  String show(Api api, Model model, @PathVariable String id) {
    return page(api, model, id);
  }

  private static String page(Api api, Model model, String id) {
    Tree product = api.get("/api/admin/products/{id}", id).orRefuse();
    model.addAttribute("product", product);
    return "office/product";
  }

  /**
   * @param act {@code withdraw} or {@code restore}
   */
  @PostMapping("/office/products/{id}/{act:withdraw|restore}")
  String decide(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @PathVariable String act,
      @RequestParam(defaultValue = "") String reason) {
    Answer done = api.post("/api/admin/products/{id}/" + act, Map.of("reason", reason.strip()), id);
    if (done.ok()) {
      return "redirect:/office/products/" + id + "?said=saved";
    }
    Lists.refuse(model, response, done);
    model.addAttribute("reason", reason);
    return page(api, model, id);
  }
}
