package banyan.web.store;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** The cart and the favourites. */
@Controller
class Basket {
  private static final String HTMX = "HX-Request";

  @ModelAttribute
  void personal(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
  }

  /** What the frame of a shared page leaves open: how full the cart is, and who is there. */
  @GetMapping("/me")
  String me(
      Api api,
      Model model,
      @CookieValue(name = "banyan_session", defaultValue = "") String session,
      @CookieValue(name = "banyan_guest", defaultValue = "") String guest) {
    @Nullable Answer account = session.isEmpty() ? null : api.get("/api/account");
    model.addAttribute("account", account != null && account.ok() ? account.body() : null);
    // whoever has put nothing aside yet is most of those who look: nothing is asked for them
    boolean known = !session.isEmpty() || !guest.isEmpty();
    model.addAttribute("units", known ? units(api.get("/api/cart").orRefuse()) : 0);
    return "store/parts :: me";
  }

  private static long units(Tree cart) {
    return cart.list("lines").stream().mapToLong(line -> line.number("quantity")).sum();
  }

  @GetMapping("/cart")
  String cart(Api api, Model model) {
    model.addAttribute("cart", api.get("/api/cart").orRefuse());
    return "store/cart";
  }

  /** Puts more units of a SKU into the cart. */
  @PostMapping("/cart/lines")
  String add(
      Api api,
      Model model,
      HttpServletResponse response,
      @RequestParam(defaultValue = "") String skuId,
      @RequestParam(defaultValue = "1") String quantity,
      @RequestHeader(name = HTMX, defaultValue = "") String htmx) {
    long there =
        api.get("/api/cart").orRefuse().list("lines").stream()
            .filter(line -> line.text("skuId").equals(skuId))
            .mapToLong(line -> line.number("quantity"))
            .sum();
    Answer put =
        api.put(
            "/api/cart/lines/{skuId}",
            Map.of("quantity", there + Math.max(1, whole(quantity))),
            skuId.isBlank() ? "0" : skuId);
    if (htmx.isEmpty()) {
      put.orRefuse();
      return "redirect:/cart";
    }
    model.addAttribute("put", put);
    response.setHeader("HX-Trigger", "cart-changed");
    return "store/parts :: added";
  }

  /** Sets the units of a line; 0 takes it out. */
  @PostMapping("/cart/lines/{skuId}")
  String set(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String skuId,
      @RequestParam(defaultValue = "0") String quantity,
      @RequestHeader(name = HTMX, defaultValue = "") String htmx) {
    api.put("/api/cart/lines/{skuId}", Map.of("quantity", whole(quantity)), skuId).orRefuse();
    if (htmx.isEmpty()) {
      return "redirect:/cart";
    }
    response.setHeader("HX-Trigger", "cart-changed");
    model.addAttribute("cart", api.get("/api/cart").orRefuse());
    return "store/cart :: lines";
  }

  private static long whole(String number) {
    try {
      return Math.clamp(Long.parseLong(number.strip()), 0, 100_000);
    } catch (NumberFormatException notANumber) {
      return 1;
    }
  }

  @GetMapping("/favourites")
  String favourites(Api api, Model model, @RequestParam(defaultValue = "") String cursor) {
    model.addAttribute(
        "favourites", api.find("/api/favourites", Map.of("cursor", cursor)).orRefuse());
    return "store/favourites";
  }

  @PostMapping("/favourites/{productId}")
  String like(
      Api api,
      Model model,
      @PathVariable String productId,
      @RequestHeader(name = HTMX, defaultValue = "") String htmx) {
    api.put("/api/favourites/{productId}", null, productId).orRefuse();
    return htmx.isEmpty() ? "redirect:/favourites" : "store/parts :: liked";
  }

  @PostMapping("/favourites/{productId}/remove")
  String dislike(Api api, @PathVariable String productId) {
    api.delete("/api/favourites/{productId}", productId).orRefuse();
    return "redirect:/favourites";
  }
}
