package banyan.web.seller;

import banyan.web.Answer;
import banyan.web.Api;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What the shop has earned, and its way to the bank. */
@Controller
class Till {
  @GetMapping("/seller/payouts")
  String show(Api api, Model model) {
    model.addAttribute("owed", api.get("/api/seller/balance").orRefuse().list("owed"));
    model.addAttribute("payouts", api.get("/api/seller/payouts").data());
    return "seller/payouts";
  }

  @PostMapping("/seller/payouts")
  String payOut(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    Answer paid = api.postOnce(form.get("key"), "/api/seller/payouts", null);
    if (paid.ok()) {
      return "redirect:/seller/payouts?said=paid-out";
    }
    Desk.refused(model, response, form, paid);
    return show(api, model);
  }
}
