package banyan.web.office;

import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * What every page of the office knows: who is there, what the menu shows them, and what has just
 * been done. The API decides who may do what; the menu only leaves out what it would refuse.
 */
@ControllerAdvice(basePackageClasses = Badge.class)
class Badge {
  @ModelAttribute
  void show(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> asked) {
    response.setHeader("Cache-Control", "no-store");
    Tree account = api.get("/api/account").orRefuse();
    boolean admin = account.texts("roles").contains("ADMIN");
    Map<String, String> menu = new LinkedHashMap<>();
    menu.put("office.title", "/office");
    menu.put("office.orders", "/office/orders");
    menu.put("office.accounts", "/office/accounts");
    menu.put("office.products", "/office/products");
    if (admin) {
      menu.put("office.categories", "/office/categories");
      menu.put("office.coupons", "/office/coupons");
      menu.put("office.toggles", "/office/toggles");
      menu.put("office.log", "/office/log");
    }
    menu.put("office.console", "/console");
    model.addAttribute("admin", admin);
    model.addAttribute("menu", menu);
    model.addAttribute("said", asked.getOrDefault("said", ""));
    model.addAttribute("further", new Further(asked));
  }
}
