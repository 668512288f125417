package banyan.web.seller;

import banyan.web.Answer;
import banyan.web.Api;
import banyan.web.Tree;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;

/** The products of a shop: the list, and one after the other. */
@Controller
class Assortment {
  private static final String PAGE = "seller/product";

  /** Buttons that save, and what is said when they have. */
  private static final Map<String, String> SAID =
      Map.of("save", "saved", "publish", "published", "withdraw", "withdrawn");

  /** A category in a list to choose from, indented by its depth in the tree. */
  public record Choice(String slug, String name) {}

  @GetMapping("/seller/products")
  String list(Api api, Model model, @RequestParam Map<String, String> query) {
    Map<String, @Nullable Object> asked = new HashMap<>();
    for (String name : List.of("q", "state", "cursor")) {
      asked.put(name, query.get(name));
    }
    asked.put("limit", Desk.PAGE);
    model.addAttribute("asked", query);
    model.addAttribute("products", api.find("/api/seller/products", asked).orRefuse());
    return "seller/products";
  }

  @GetMapping("/seller/products/new")
  String blank(Api api, Model model) {
    List<Tree> last = api.find("/api/seller/products", Map.of("limit", 1)).data();
    String currency = last.isEmpty() ? "" : last.getFirst().tree("price").text("currency");
    return page(api, model, null, ProductForm.blank(currency.isEmpty() ? "GBP" : currency));
  }

  @GetMapping("/seller/products/{id}")
  String show(Api api, Model model, @PathVariable String id) {
    Tree product = api.get("/api/seller/products/{id}", id).orRefuse();
    model.addAttribute("product", product);
    return page(api, model, id, ProductForm.of(product, Assortment::plain));
  }

  private static String plain(Tree money) {
    return money.has("currency")
        ? java.math.BigDecimal.valueOf(money.number("amount"), Typed.places(money.text("currency")))
            .toPlainString()
        : "";
  }

  private static String page(Api api, Model model, @Nullable String id, ProductForm form) {
    model.addAttribute("id", id);
    model.addAttribute("form", form);
    model.addAttribute("currencies", Typed.currencies());
    List<Choice> categories = new ArrayList<>();
    add(categories, api.get("/api/categories").data(), "");
    model.addAttribute("categories", categories);
    if (id != null && !model.containsAttribute("product")) {
      model.addAttribute("product", api.get("/api/seller/products/{id}", id).orRefuse());
    }
    return PAGE;
  }

  private static void add(List<Choice> choices, List<Tree> categories, String indent) {
    for (Tree category : categories) {
      choices.add(new Choice(category.text("slug"), indent + category.text("name")));
      add(choices, category.list("children"), indent + "– ");
    }
  }

  /** Every button of the form comes here: {@code do} says which. */
  @PostMapping({"/seller/products/new", "/seller/products/{id}"})
  String act(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable(required = false) @Nullable String id,
      @RequestParam Map<String, String> fields,
      @RequestParam(name = "file", required = false) @Nullable List<MultipartFile> files,
      @RequestHeader(name = Desk.HTMX, defaultValue = "") String htmx) {
    ProductForm form = ProductForm.of(fields);
    List<String> pictures = new ArrayList<>(form.pictures());
    Answer refused = upload(api, files == null ? List.of() : files, pictures);
    form = form.withPictures(pictures);
    String action = fields.getOrDefault("do", "save");
    model.addAttribute("key", fields.get("key"));
    if (refused == null && SAID.containsKey(action)) {
      form = form.published(action.equals("save") ? form.published() : action.equals("publish"));
      List<ProductForm.Fault> faults = form.faults();
      if (faults.isEmpty()) {
        Answer saved = save(api, id, fields.get("key"), form);
        if (saved.ok()) {
          receiveFirst(api, id == null ? fields.get("key") : null, form, saved.body());
          return "redirect:/seller/products/%s?said=%s"
              .formatted(saved.body().text("id"), SAID.get(action));
        }
        refused = saved;
      } else {
        response.setStatus(422);
        model.addAttribute("faults", faults);
      }
      // what is not saved is as published as it was
      form = form.published(fields.getOrDefault("published", "").equals("true"));
    } else {
      form = changed(form, action);
    }
    if (refused != null) {
      Desk.refused(model, response, fields, refused);
    }
    String page = page(api, model, id, form);
    return htmx.isEmpty() ? page : page + " :: fields";
  }

  private static ProductForm changed(ProductForm form, String action) {
    int dash = action.lastIndexOf('-');
    Long place = Typed.whole(action.substring(dash + 1));
    int at = place == null ? -1 : (int) Math.min(place, 1_000);
    return switch (action.substring(0, Math.max(0, dash))) {
      case "add" -> form.withRow();
      case "remove-row" -> form.withoutRow(at);
      case "picture-earlier" -> form.earlier(at);
      case "picture-remove" -> form.withoutPicture(at);
      default -> form;
    };
  }

  /** Why a file was refused, or null; the paths of those before it are added to the pictures. */
  private static @Nullable Answer upload(
      Api api, List<MultipartFile> files, List<String> pictures) {
    for (MultipartFile file : files) {
      if (file.isEmpty()) {
        continue;
      }
      String type = "image/jpeg".equals(file.getContentType()) ? "image/jpeg" : "image/png";
      Answer kept;
      try {
        kept =
            api.send(
                new Api.Call(
                    "POST", "/api/seller/pictures", Map.of(), file.getBytes(), type, null));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (!kept.ok()) {
        return kept;
      }
      pictures.add(kept.body().text("path"));
    }
    return null;
  }

  private static Answer save(Api api, @Nullable String id, @Nullable String key, ProductForm form) {
    return id == null
        ? api.postOnce(key, "/api/seller/products", form.request())
        : api.put("/api/seller/products/{id}", form.request(), id);
  }

  /** Books in what a new product comes with; {@code key} is null for a known one. */
  private static void receiveFirst(Api api, @Nullable String key, ProductForm form, Tree product) {
    if (key != null) {
      Map<String, String> units = new HashMap<>();
      form.rows().forEach(row -> units.put(row.code(), row.units()));
      for (Tree sku : product.list("skus")) {
        Long received = Typed.whole(units.get(sku.text("code")));
        if (received != null && received > 0) {
          receive(api, key + "-" + sku.text("id"), sku.text("id"), received).orRefuse();
        }
      }
    }
  }

  private static Answer receive(Api api, @Nullable String key, String skuId, long units) {
    return api.postOnce(key, "/api/seller/skus/{id}/receipts", Map.of("quantity", units), skuId);
  }

  /** Books goods in. */
  @PostMapping("/seller/products/{id}/receipts")
  String receive(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam Map<String, String> fields) {
    Long units = Typed.whole(fields.get("units"));
    if (units == null || units == 0) {
      response.setStatus(422);
      model.addAttribute(
          "faults", List.of(ProductForm.Fault.of("receive", fields.getOrDefault("units", ""))));
      return show(api, model, id);
    }
    Answer received = receive(api, fields.get("key"), fields.getOrDefault("skuId", "0"), units);
    if (!received.ok()) {
      Desk.refused(model, response, fields, received);
      return show(api, model, id);
    }
    return id.matches("\\d+")
        ? "redirect:/seller/products/" + id + "?said=received#stock"
        : "redirect:/seller/products";
  }

  /** Shows or hides a product from the list. */
  @PostMapping("/seller/products/{id}/state")
  String state(
      Api api,
      Model model,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestParam(defaultValue = "false") boolean published) {
    Tree product = api.get("/api/seller/products/{id}", id).orRefuse();
    ProductForm form = ProductForm.of(product, Assortment::plain).published(published);
    Answer saved = save(api, id, null, form);
    if (!saved.ok()) {
      Desk.refused(model, response, Map.of(), saved);
      return show(api, model, id);
    }
    return "redirect:/seller/products?said=" + (published ? "published" : "withdrawn");
  }
}
