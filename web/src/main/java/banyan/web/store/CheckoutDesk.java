package banyan.web.store;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** Buying on one page, as a guest or a member: the total is known before anything is asked. */
@Controller
class CheckoutDesk {
  @ModelAttribute
  void personal(HttpServletResponse response, Model model) {
    response.setHeader("Cache-Control", "no-store");
    model.addAttribute("glance", Glance.SELF);
  }

  @GetMapping("/checkout")
  String show(Api api, Model model, @RequestParam Map<String, String> given) {
    Map<String, String> form = new HashMap<>(given);
    if (!form.containsKey("line1")) {
      known(api, form);
    }
    return page(api, model, form);
  }

  /** The first of the kept addresses, for a start. */
  private static void known(Api api, Map<String, String> form) {
    Answer account = api.get("/api/account");
    if (account.ok()) {
      form.putIfAbsent("name", account.body().text("name"));
      form.putIfAbsent("email", account.body().text("email"));
      List<Tree> kept = api.get("/api/account/addresses").data();
      if (!kept.isEmpty()) {
        for (String field : List.of("name", "line1", "line2", "city", "postcode", "country")) {
          form.put(field, kept.getFirst().text(field));
        }
      }
    }
  }

  /** The page again, or the part of it that changes, with what the address and the coupon cost. */
  @PostMapping("/checkout/quote")
  String quote(
      Api api,
      Model model,
      @RequestParam Map<String, String> form,
      @RequestHeader(name = "HX-Request", defaultValue = "") String htmx) {
    String whole = page(api, model, new HashMap<>(form));
    return htmx.isEmpty() || whole.startsWith("redirect:") ? whole : "store/checkout :: total";
  }

  private static String page(Api api, Model model, Map<String, String> form) {
    Tree cart = api.get("/api/cart").orRefuse();
    if (cart.list("lines").isEmpty()) {
      return "redirect:/cart";
    }
    form.putIfAbsent("country", "GB");
    Map<String, Object> request = new HashMap<>();
    request.put(
        "lines",
        cart.list("lines").stream()
            .map(line -> Map.of("skuId", line.text("skuId"), "quantity", line.number("quantity")))
            .toList());
    // shipping to a country is known before the postcode is
    String postcode = form.getOrDefault("postcode", "");
    request.put(
        "address",
        Map.of(
            "country",
            form.get("country"),
            "postcode",
            postcode.isBlank() ? "-" : postcode.strip()));
    String coupon = form.getOrDefault("coupon", "");
    Answer quote = api.post("/api/quotes", with(request, "coupon", coupon));
    if (!quote.ok() && !coupon.isBlank()) {
      model.addAttribute("couponRefused", quote);
      quote = api.post("/api/quotes", request);
    }
    model.addAttribute("cart", cart);
    model.addAttribute("quote", quote);
    model.addAttribute("form", form);
    model.addAttribute("account", api.get("/api/account").ok());
    return "store/checkout";
  }

  private static Map<String, Object> with(Map<String, Object> request, String name, String value) {
    Map<String, Object> more = new HashMap<>(request);
    if (!value.isBlank()) {
      more.put(name, value.strip());
    }
    return more;
  }

  /** Buys what is in the cart, for the total that was shown, once for each form. */
  @PostMapping("/checkout")
  ModelAndView buy(
      Api api,
      Model model,
      HttpServletRequest request,
      HttpServletResponse response,
      @RequestParam Map<String, String> form) {
    Answer bought =
        api.postOnce(
            form.get("key"),
            "/api/checkouts",
            Api.object(
                "address",
                Api.object(
                    "name", form.get("name"),
                    "line1", form.get("line1"),
                    "line2", form.get("line2"),
                    "city", form.get("city"),
                    "postcode", form.get("postcode"),
                    "country", form.get("country")),
                "email",
                form.get("email"),
                "coupon",
                form.get("coupon"),
                "expectedTotal",
                seen(form),
                "payment",
                Api.object("method", "sandbox", "token", form.get("token"))));
    if (bought.ok()) {
      return next(bought.body(), request.getContextPath());
    }
    response.setStatus(bought.status());
    model.addAttribute("refused", bought);
    Map<String, String> again = new HashMap<>(form);
    if (bought.status() < 500 && bought.status() != 429) {
      // a refused intent is answered the same for ever; what comes now is another one
      again.remove("key");
    }
    return new ModelAndView(page(api, model, again));
  }

  private static @org.jspecify.annotations.Nullable Map<String, Object> seen(
      Map<String, String> form) {
    String amount = form.getOrDefault("seenAmount", "");
    return amount.matches("\\d{1,18}")
        ? Map.of(
            "amount", Long.parseLong(amount), "currency", form.getOrDefault("seenCurrency", ""))
        : null;
  }

  private static ModelAndView next(Tree trade, String language) {
    List<Tree> orders = trade.list("orders");
    String thanks =
        orders.size() == 1
            ? "/orders/" + orders.getFirst().text("id") + "?said=bought"
            : "/orders?said=bought";
    String provider = trade.tree("payment").text("redirectUrl");
    if (provider.isEmpty()) {
      return new ModelAndView("redirect:" + thanks);
    }
    String back = URLEncoder.encode(language + thanks, StandardCharsets.UTF_8);
    String joined = provider + (provider.contains("?") ? "&" : "?") + "return=" + back;
    // the provider's page is not one of ours: no language in front of it
    return new ModelAndView(new RedirectView(joined, false));
  }
}
