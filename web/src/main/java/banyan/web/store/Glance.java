package banyan.web.store;

import banyan.web.Tree;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What templates want to know of a cart or an order at a glance. */
public final class Glance {
  public static final Glance SELF = new Glance();

  private Glance() {}

  /** The name of a seller of whom something is in the cart. */
  public String seller(Tree cart, String sellerId) {
    return cart.list("lines").stream()
        .map(line -> line.tree("seller"))
        .filter(seller -> seller.text("id").equals(sellerId))
        .map(seller -> seller.text("name"))
        .findFirst()
        .orElse("");
  }

  /** Titles of an order's lines, the first three of them. */
  public String titles(Tree order) {
    Collection<String> titles =
        order.list("lines").stream().map(line -> line.text("title")).distinct().toList();
    return titles.stream().limit(3).collect(Collectors.joining(", "))
        + (titles.size() > 3 ? " …" : "");
  }

  /** Lines of an order by SKU, with {@code left}: units that have not been given back yet. */
  public Collection<Tree> bySku(Tree order) {
    Map<String, Tree> skus = new LinkedHashMap<>();
    for (Tree line : order.list("lines")) {
      long left = line.number("quantity") - line.number("refunded");
      skus.merge(
          line.text("skuId"),
          line.with(Map.of("left", left)),
          (one, other) -> one.with(Map.of("left", one.number("left") + other.number("left"))));
    }
    return skus.values();
  }

  /** One line for each product of an order. */
  public Collection<Tree> byProduct(Tree order) {
    Map<String, Tree> products = new LinkedHashMap<>();
    order.list("lines").forEach(line -> products.putIfAbsent(line.text("productId"), line));
    return products.values();
  }

  /** Whether goods have left and some have not come back. */
  public boolean returnable(Tree order) {
    return switch (order.text("state")) {
      case "PARTLY_SHIPPED", "SHIPPED", "RECEIVED" ->
          bySku(order).stream().anyMatch(line -> line.number("left") > 0);
      default -> false;
    };
  }
}
