package banyan.web.office;

import banyan.web.Answer;
import banyan.web.Api;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Coupons that the house gives and pays for. */
@Controller
class CouponDesk {
  @GetMapping("/office/coupons")
  String list(Api api, Model model, @RequestParam Map<String, String> asked) {
    return page(api, model, asked.getOrDefault("cursor", ""));
  }

  private static String page(Api api, Model model, String cursor) {
    model.addAttribute(
        "coupons", api.find("/api/admin/coupons", Map.of("cursor", cursor)).orRefuse());
    return "office/coupons";
  }

  @PostMapping("/office/coupons")
  String add(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    boolean percent = "percent".equals(form.get("kind"));
    String worth = form.getOrDefault("worth", "");
    Answer made =
        api.postOnce(
            form.get("key"),
            "/api/admin/coupons",
            Api.object(
                "code", form.get("code"),
                "basisPointsOff", percent ? scaled(worth, 2) : null,
                "amountOff", percent ? null : money(worth, form.get("currency")),
                "minimum", money(form.get("minimum"), form.get("currency")),
                "usesMax", scaled(form.get("usesMax"), 0),
                "usesPerBuyerMax", scaled(form.get("usesPerBuyerMax"), 0),
                "startsAt", moment(form.get("startsAt")),
                "endsAt", moment(form.get("endsAt"))));
    if (made.ok()) {
      return "redirect:/office/coupons?said=saved";
    }
    Lists.refuse(model, response, made);
    model.addAttribute("form", form);
    return page(api, model, "");
  }

  /** Ends a coupon now. */
  @PostMapping("/office/coupons/{id}/end")
  String end(Api api, Model model, HttpServletResponse response, @PathVariable String id) {
    String now = java.time.Instant.now().toString();
    Answer ended = api.put("/api/admin/coupons/{id}", Map.of("endsAt", now), id);
    if (ended.ok()) {
      return "redirect:/office/coupons?said=saved";
    }
    Lists.refuse(model, response, ended);
    return page(api, model, "");
  }

  /** A number as people type it, times ten to the places; what is no number goes as it is. */
  private static @Nullable Object scaled(@Nullable String text, int places) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return new BigDecimal(text.strip()).movePointRight(places).longValueExact();
    } catch (ArithmeticException | NumberFormatException notANumber) {
      return text;
    }
  }

  private static @Nullable Object money(@Nullable String text, @Nullable String currency) {
    String code = currency == null ? "" : currency.strip().toUpperCase(Locale.ROOT);
    int places;
    try {
      places = Currency.getInstance(code).getDefaultFractionDigits();
    } catch (IllegalArgumentException unknown) {
      places = 2;
    }
    Object amount = scaled(text, places);
    if (amount == null) {
      return null;
    }
    Map<String, Object> money = new HashMap<>();
    money.put("amount", amount);
    money.put("currency", code);
    return money;
  }

  /** What a browser's field for days or moments gives, as UTC. */
  private static @Nullable String moment(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    String moment = text.strip();
    return moment.matches("\\d{4}-\\d\\d-\\d\\d")
        ? moment + "T00:00:00Z"
        : moment.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d") ? moment + ":00Z" : moment;
  }
}
