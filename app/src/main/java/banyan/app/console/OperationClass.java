package banyan.app.console;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What people do in a marketplace, in a few words: every request is of one class. */
enum OperationClass {
  VIEW,
  SEARCH,
  CART,
  CHECKOUT,
  ORDER,
  ACCOUNT,
  SELLER,
  OFFICE,
  FILE,
  OTHER;

  /** The beginnings of paths; the first that fits says the class. */
  private static final List<Map.Entry<String, OperationClass>> PATHS =
      List.of(
          Map.entry("/api/products/suggestions", SEARCH),
          Map.entry("/search", SEARCH),
          Map.entry("/suggestions", SEARCH),
          Map.entry("/api/products", VIEW),
          Map.entry("/api/categories", VIEW),
          Map.entry("/api/shops", VIEW),
          Map.entry("/api/flash-sales", VIEW),
          Map.entry("/products", VIEW),
          Map.entry("/categories", VIEW),
          Map.entry("/shops", VIEW),
          Map.entry("/api/cart", CART),
          Map.entry("/api/favourites", CART),
          Map.entry("/cart", CART),
          Map.entry("/favourites", CART),
          Map.entry("/api/checkouts", CHECKOUT),
          Map.entry("/api/quotes", CHECKOUT),
          Map.entry("/checkout", CHECKOUT),
          Map.entry("/api/orders", ORDER),
          Map.entry("/api/payments", ORDER),
          Map.entry("/orders", ORDER),
          Map.entry("/api/account", ACCOUNT),
          Map.entry("/api/sessions", ACCOUNT),
          Map.entry("/account", ACCOUNT),
          Map.entry("/sign-", ACCOUNT),
          Map.entry("/me", ACCOUNT),
          Map.entry("/api/seller", SELLER),
          Map.entry("/seller", SELLER),
          Map.entry("/api/admin", OFFICE),
          Map.entry("/office", OFFICE),
          Map.entry("/console", OFFICE),
          Map.entry("/assets", FILE),
          Map.entry("/webjars", FILE),
          Map.entry("/pictures", FILE));

  /** As tags and the API write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param path of a request, with or without the prefix of a language
   */
  static OperationClass of(String path) {
    String bare = path.startsWith("/zh/") ? path.substring(3) : path;
    if (bare.equals("/")) {
      return VIEW;
    }
    for (Map.Entry<String, OperationClass> entry : PATHS) {
      if (bare.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    return OTHER;
  }
}
