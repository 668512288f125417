package banyan.web.seller;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Coupons and flash sales of a shop. */
@Controller
class Promotions {
  @ModelAttribute
  void currencies(Model model) {
    model.addAttribute("currencies", Typed.currencies());
    model.addAttribute("now", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  @GetMapping("/seller/coupons")
  String coupons(Api api, Model model, @RequestParam(defaultValue = "") String cursor) {
    model.addAttribute(
        "coupons",
        api.find("/api/seller/coupons", Map.of("cursor", cursor, "limit", Desk.PAGE)).orRefuse());
    return "seller/coupons";
  }

  @PostMapping("/seller/coupons")
  String addCoupon(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    String currency = form.getOrDefault("currency", "GBP");
    List<ProductForm.Fault> faults = new ArrayList<>();
    Long percent = basisPoints(form.get("percent"));
    boolean byPercent = !Typed.blank(form.get("percent"));
    boolean byAmount = !Typed.blank(form.get("amount"));
    if (byPercent == byAmount) {
      faults.add(ProductForm.Fault.of("coupon.off"));
    }
    if (byPercent && percent == null) {
      faults.add(ProductForm.Fault.of("coupon.percent", form.getOrDefault("percent", "")));
    }
    checkAmount(form.get("amount"), currency, faults);
    checkAmount(form.get("minimum"), currency, faults);
    checkWhole(form.get("usesMax"), faults);
    checkWhole(form.get("usesPerBuyerMax"), faults);
    if (faults.isEmpty()) {
      Answer made =
          api.postOnce(
              form.get("key"),
              "/api/seller/coupons",
              Api.object(
                  "code", form.getOrDefault("code", "").strip(),
                  "basisPointsOff", byPercent ? percent : null,
                  "amountOff", Typed.money(form.get("amount"), currency),
                  "minimum", Typed.money(form.get("minimum"), currency),
                  "usesMax", Typed.whole(form.get("usesMax")),
                  "usesPerBuyerMax", Typed.whole(form.get("usesPerBuyerMax")),
                  "startsAt", Typed.moment(form.get("startsAt")),
                  "endsAt", Typed.moment(form.get("endsAt"))));
      if (made.ok()) {
        return "redirect:/seller/coupons?said=coupon-made";
      }
      Desk.refused(model, response, form, made);
    } else {
      faulty(model, response, form, faults);
    }
    return coupons(api, model, "");
  }

  /** A percentage with at most two places, in hundredths of a percent. */
  private static @Nullable Long basisPoints(@Nullable String percent) {
    String text = percent == null ? "" : percent.strip().replace(',', '.').replaceFirst("%$", "");
    return text.matches("\\d{1,3}(\\.\\d{1,2})?")
        ? Long.valueOf(new BigDecimal(text).movePointRight(2).longValue())
        : null;
  }

  private static void checkAmount(
      @Nullable String text, String currency, List<ProductForm.Fault> faults) {
    if (text != null && !text.isBlank() && Typed.minor(text, currency) == null) {
      faults.add(ProductForm.Fault.of("amount", text, Typed.places(currency), currency));
    }
  }

  private static void checkWhole(@Nullable String text, List<ProductForm.Fault> faults) {
    if (text != null && !text.isBlank() && Typed.whole(text) == null) {
      faults.add(ProductForm.Fault.of("whole", text));
    }
  }

  private static void faulty(
      Model model,
      HttpServletResponse response,
      Map<String, String> form,
      List<ProductForm.Fault> faults) {
    response.setStatus(422);
    model.addAttribute("faults", faults);
    model.addAttribute("form", form);
  }

  /** Raises limits, moves the end, or ends the coupon now. */
  @PostMapping("/seller/coupons/{id}")
  String changeCoupon(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    boolean end = form.getOrDefault("do", "").equals("end");
    List<ProductForm.Fault> faults = new ArrayList<>();
    checkWhole(form.get("usesMax"), faults);
    checkWhole(form.get("usesPerBuyerMax"), faults);
    if (!faults.isEmpty()) {
      faulty(model, response, Map.of(), faults);
      return coupons(api, model, "");
    }
    Answer changed =
        api.put(
            "/api/seller/coupons/{id}",
            end
                ? Map.of("endsAt", Instant.now().toString())
                : Api.object(
                    "usesMax", Typed.whole(form.get("usesMax")),
                    "usesPerBuyerMax", Typed.whole(form.get("usesPerBuyerMax")),
                    "endsAt", Typed.moment(form.get("endsAt"))),
            id);
    if (changed.ok()) {
      return "redirect:/seller/coupons?said=" + (end ? "coupon-ended" : "saved");
    }
    Desk.refused(model, response, Map.of(), changed);
    return coupons(api, model, "");
  }

  @GetMapping("/seller/flash-sales")
  String sales(
      Api api,
      Model model,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(defaultValue = "") String q,
      @RequestParam(defaultValue = "") String product) {
    model.addAttribute(
        "sales",
        api.find("/api/seller/flash-sales", Map.of("cursor", cursor, "limit", Desk.PAGE))
            .orRefuse());
    model.addAttribute("q", q);
    if (!product.isEmpty()) {
      model.addAttribute("product", api.get("/api/seller/products/{id}", product).orRefuse());
    } else {
      Map<String, Object> query = Map.of("q", q, "state", "PUBLISHED", "limit", 10);
      model.addAttribute("choices", api.find("/api/seller/products", query).orRefuse());
    }
    return "seller/flash-sales";
  }

  @PostMapping("/seller/flash-sales")
  String addSale(
      Api api, Model model, HttpServletResponse response, @RequestParam Map<String, String> form) {
    String product = form.getOrDefault("product", "");
    Tree whole = api.get("/api/seller/products/{id}", product.isBlank() ? "0" : product).orRefuse();
    String currency = whole.tree("price").text("currency");
    List<ProductForm.Fault> faults = new ArrayList<>();
    if (Typed.minor(form.get("price"), currency) == null) {
      faults.add(
          ProductForm.Fault.of(
              "amount", form.getOrDefault("price", ""), Typed.places(currency), currency));
    }
    for (String field : List.of("quantity", "perBuyerMax")) {
      if (Typed.whole(form.get(field)) == null) {
        faults.add(ProductForm.Fault.of("whole", form.getOrDefault(field, "")));
      }
    }
    if (faults.isEmpty()) {
      Answer made =
          api.postOnce(
              form.get("key"),
              "/api/seller/flash-sales",
              Api.object(
                  "skuId", form.get("skuId"),
                  "price", Typed.money(form.get("price"), currency),
                  "quantity", Typed.whole(form.get("quantity")),
                  "perBuyerMax", Typed.whole(form.get("perBuyerMax")),
                  "startsAt", Typed.moment(form.get("startsAt")),
                  "endsAt", Typed.moment(form.get("endsAt"))));
      if (made.ok()) {
        return "redirect:/seller/flash-sales?said=sale-made";
      }
      Desk.refused(model, response, form, made);
    } else {
      faulty(model, response, form, faults);
    }
    return sales(api, model, "", "", product);
  }

  @PostMapping("/seller/flash-sales/{id}/end")
  String endSale(Api api, @PathVariable String id) {
    api.delete("/api/seller/flash-sales/{id}", id).orRefuse();
    return "redirect:/seller/flash-sales?said=sale-ended";
  }
}
