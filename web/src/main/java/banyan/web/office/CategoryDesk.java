package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Refusal;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The tree of categories. */
@Controller
class CategoryDesk {
  @GetMapping("/office/categories")
  String list(Api api, Model model) {
    return page(api, model);
  }

  private static String page(Api api, Model model) {
    if (!Boolean.TRUE.equals(model.getAttribute("admin"))) {
      throw Refusal.forbidden();
    }
    List<Tree> rows = new ArrayList<>();
    flatten(api.get("/api/categories").data(), 0, rows);
    model.addAttribute("rows", rows);
    return "office/categories";
  }

  /** The tree from top to bottom, each with its {@code depth}. */
  private static void flatten(List<Tree> categories, int depth, List<Tree> rows) {
    for (Tree category : categories) {
      rows.add(category.with(Map.of("depth", depth)));
      flatten(category.list("children"), depth + 1, rows);
    }
  }

  @PostMapping("/office/categories")
  String add(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    return after(api, model, response, form, "", api.post("/api/admin/categories", category(form)));
  }

  @PostMapping("/office/categories/{id}")
  String edit(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    Answer edited = api.put("/api/admin/categories/{id}", category(form), id);
    return after(api, model, response, form, id, edited);
  }

  private static Map<String, Object> category(Map<String, String> form) {
    return Api.object(
        "name", form.get("name"),
        "slug", form.get("slug"),
        "parent", form.get("parent"),
        "place", place(form.getOrDefault("place", "")));
  }

  private static @Nullable Object place(String text) {
    return text.strip().matches("\\d{1,9}") ? (Object) Long.parseLong(text.strip()) : text;
  }

  private static String after(
      Api api,
      Model model,
      HttpServletResponse response,
      Map<String, String> form,
      String part,
      Answer answer) {
    if (answer.ok()) {
      return "redirect:/office/categories?said=saved";
    }
    Lists.refuse(model, response, answer);
    model.addAttribute("form", form);
    model.addAttribute("part", part);
    return page(api, model);
  }
}
