package banyan.web.seller;

import banyan.web.Answer;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;

/** What all pages of the seller centre have. */
@ControllerAdvice(basePackageClasses = Desk.class)
class Desk {
  /** Rows of one page of a list. */
  static final int PAGE = 25;

  static final String HTMX = "HX-Request";

  private static final Map<String, String> MENU = new LinkedHashMap<>();

  static {
    MENU.put("seller.menu.home", "/seller");
    MENU.put("seller.menu.products", "/seller/products");
    MENU.put("seller.menu.orders", "/seller/orders");
    MENU.put("seller.menu.returns", "/seller/returns");
    MENU.put("seller.menu.coupons", "/seller/coupons");
    MENU.put("seller.menu.sales", "/seller/flash-sales");
    MENU.put("seller.menu.payouts", "/seller/payouts");
  }

  @ModelAttribute
  void frame(
      HttpServletResponse response, Model model, @RequestParam(defaultValue = "") String said) {
    response.setHeader("Cache-Control", "no-store");
    model.addAttribute("menu", MENU);
    model.addAttribute("said", said);
  }

  /** Notes on the page why not, with what was typed; who may not be here at all sees no page. */
  static void refused(
      Model model, HttpServletResponse response, Map<String, String> form, Answer refused) {
    switch (refused.status()) {
      case 401, 403, 404 -> refused.orRefuse();
      default -> {
        response.setStatus(refused.status());
        model.addAttribute("refused", refused);
        model.addAttribute("form", form);
      }
    }
  }
}
