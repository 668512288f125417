package banyan.web.seller;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The orders of a shop: what is to be sent, and what comes back. */
@Controller
class Parcels {
  private static final List<String> STATES =
      List.of("TO_SHIP", "ALL", "AWAITING_PAYMENT", "SHIPPED", "RECEIVED", "CANCELLED");

  @ModelAttribute
  void states(Model model) {
    model.addAttribute("states", STATES);
  }

  /** An order in a list: what is in it, in few words. */
  public record Summary(Tree order, String titles, long units) {
    static Summary of(Tree order) {
      List<Tree> lines = order.list("lines");
      String titles =
          lines.stream()
              .map(line -> line.text("title"))
              .distinct()
              .limit(3)
              .collect(Collectors.joining(", "));
      long kinds = lines.stream().map(line -> line.text("title")).distinct().count();
      return new Summary(
          order,
          kinds > 3 ? titles + " …" : titles,
          lines.stream().mapToLong(line -> line.number("quantity")).sum());
    }
  }

  @GetMapping("/seller/orders")
  String list(
      Api api,
      Model model,
      @RequestParam(defaultValue = "TO_SHIP") String state,
      @RequestParam(defaultValue = "") String cursor) {
    String wanted = STATES.contains(state) ? state : "TO_SHIP";
    Map<String, @Nullable Object> query = new HashMap<>();
    query.put("state", wanted.equals("ALL") ? null : wanted);
    query.put("cursor", cursor);
    query.put("limit", Desk.PAGE);
    Tree orders = api.find("/api/seller/orders", query).orRefuse();
    model.addAttribute("state", wanted);
    model.addAttribute("orders", orders);
    model.addAttribute("summaries", orders.list("data").stream().map(Summary::of).toList());
    return "seller/orders";
  }

  @GetMapping("/seller/returns")
  String returns(Api api, Model model, @RequestParam(defaultValue = "") String cursor) {
    model.addAttribute(
        "refunds",
        api.find("/api/seller/refunds", Map.of("cursor", cursor, "limit", Desk.PAGE)).orRefuse());
    return "seller/returns";
  }

  @GetMapping("/seller/orders/{id}")
  String show(Api api, Model model, @PathVariable String id) {
    Tree order = api.get("/api/seller/orders/{id}", id).orRefuse();
    model.addAttribute("order", order);
    model.addAttribute("units", bySku(order));
    return "seller/order";
  }

  /** Lines by SKU, with what can be sent and given back; a refund takes what was not sent first. */
  private static List<Tree> bySku(Tree order) {
    Map<String, Tree> skus = new LinkedHashMap<>();
    for (Tree line : order.list("lines")) {
      Tree known = skus.getOrDefault(line.text("skuId"), Tree.EMPTY);
      long kept = line.number("quantity") - line.number("refunded");
      long unsent = Math.max(0, kept - line.number("shipped"));
      skus.put(
          line.text("skuId"),
          line.with(
              Map.of(
                  "unsent", known.number("unsent") + unsent,
                  "kept", known.number("kept") + kept)));
    }
    return List.copyOf(skus.values());
  }

  @PostMapping("/seller/orders/{id}/shipments")
  String ship(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    List<Map<String, Object>> lines = units(form);
    boolean all = form.getOrDefault("do", "").equals("all");
    if (!all && lines.isEmpty()) {
      return nothing(api, model, response, id, form);
    }
    Answer shipped =
        api.postOnce(
            form.get("key"),
            "/api/seller/orders/{id}/shipments",
            Api.object("lines", all ? null : lines, "tracking", form.get("tracking")),
            id);
    return after(api, model, response, id, form, shipped, "shipped");
  }

  @PostMapping("/seller/orders/{id}/refunds")
  String refund(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> form) {
    List<Map<String, Object>> lines = units(form);
    if (lines.isEmpty()) {
      return nothing(api, model, response, id, form);
    }
    Answer refunded =
        api.postOnce(
            form.get("key"),
            "/api/seller/orders/{id}/refunds",
            Map.of("lines", lines, "restock", form.containsKey("restock")),
            id);
    return after(api, model, response, id, form, refunded, "refunded");
  }

  private static List<Map<String, Object>> units(Map<String, String> form) {
    List<Map<String, Object>> lines = new ArrayList<>();
    Typed.starting("units-", form)
        .forEach((skuId, text) -> {
          Long units = Typed.whole(text);
          if (units != null && units > 0) {
            lines.add(Map.of("skuId", skuId, "quantity", units));
          }
        });
    return lines;
  }

  private String nothing(
      Api api, Model model, HttpServletResponse response, String id, Map<String, String> form) {
    response.setStatus(422);
    model.addAttribute("faults", List.of(ProductForm.Fault.of("units.none")));
    model.addAttribute("form", form);
    return show(api, model, id);
  }

  private String after(
      Api api,
      Model model,
      HttpServletResponse response,
      String id,
      Map<String, String> form,
      Answer answer,
      String said) {
    if (answer.ok()) {
      return "redirect:/seller/orders/" + id + "?said=" + said;
    }
    Desk.refused(model, response, form, answer);
    return show(api, model, id);
  }
}
