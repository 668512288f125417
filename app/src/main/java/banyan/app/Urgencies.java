package banyan.app;

import static banyan.platform.limits.Urgency.BACKGROUND;
import static banyan.platform.limits.Urgency.BROWSE;
import static banyan.platform.limits.Urgency.CHECKOUT;
import static banyan.platform.limits.Urgency.PAY;

import banyan.platform.limits.Urgency;
import banyan.platform.web.Routes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How urgent is what: the one table of it. Everybody can call any path, so a class is no proof of
 * rank; a stranger who floods an urgent one is answered 401 before anything is looked up.
 */
public final class Urgencies implements Routes {
  private static final String CHINESE = "/zh";

  /**
   * @param changes whether only requests that change something are meant
   * @param urgency null: never turned away
   */
  private record Row(String beginning, boolean changes, @Nullable Urgency urgency) {}

  private static Row all(String beginning, @Nullable Urgency urgency) {
    return new Row(beginning, false, urgency);
  }

  private static Row changes(String beginning, Urgency urgency) {
    return new Row(beginning, true, urgency);
  }

  /** The first that fits says the class. */
  private static final List<Row> ROWS =
      List.of(
          // files, and a stream that lasts for minutes and counts its watchers itself
          all("/assets/", null),
          all("/webjars/", null),
          all("/pictures/", null),
          all("/favicon.ico", null),
          all("/robots.txt", null),
          all("/error", null),
          all("/api/admin/console/stream", null),
          // what nobody waits for, or can do without
          all("/api/products/suggestions", BACKGROUND),
          all("/suggestions", BACKGROUND),
          all("/api/seller/products/csv", BACKGROUND),
          all("/seller/products/csv", BACKGROUND),
          all("/api/seller/pictures", BACKGROUND),
          all("/sitemap.xml", BACKGROUND),
          all("/v3/api-docs", BACKGROUND),
          all("/swagger-ui", BACKGROUND),
          // money, and those who see to it
          all("/api/payments/", PAY),
          all("/sandbox/payments/", PAY),
          changes("/api/orders/", PAY),
          changes("/orders/", PAY),
          all("/api/seller/orders", PAY),
          all("/seller/orders", PAY),
          all("/api/seller/payouts", PAY),
          all("/seller/payouts", PAY),
          all("/api/seller/balance", PAY),
          all("/api/admin/", PAY),
          all("/office", PAY),
          all("/console", PAY),
          // about to buy
          all("/api/checkouts", CHECKOUT),
          all("/api/quotes", CHECKOUT),
          all("/checkout", CHECKOUT),
          changes("/api/cart", CHECKOUT),
          changes("/cart", CHECKOUT),
          all("/api/orders", CHECKOUT),
          all("/orders", CHECKOUT),
          all("/api/sessions", CHECKOUT),
          all("/api/account", CHECKOUT),
          all("/account", CHECKOUT),
          all("/sign-", CHECKOUT),
          // looking
          all("/api/products", BROWSE),
          all("/api/categories", BROWSE),
          all("/api/shops", BROWSE),
          all("/api/flash-sales", BROWSE),
          all("/api/cart", BROWSE),
          all("/api/favourites", BROWSE),
          all("/api/seller", BROWSE),
          all("/products", BROWSE),
          all("/categories", BROWSE),
          all("/shops", BROWSE),
          all("/search", BROWSE),
          all("/cart", BROWSE),
          all("/favourites", BROWSE),
          all("/seller", BROWSE),
          all("/me", BROWSE));

  @Override
  public @Nullable Urgency urgency(String method, String path) {
    Optional<Row> row = row(method, path);
    return row.isPresent() ? row.get().urgency() : BROWSE;
  }

  /** Whether somebody has thought about this path: {@code /}, or one that a row names. */
  public static boolean known(String method, String path) {
    return path.equals("/") || row(method, path).isPresent();
  }

  private static Optional<Row> row(String method, String path) {
    String bare = path.startsWith(CHINESE + "/") ? path.substring(CHINESE.length()) : path;
    boolean reads = method.equals("GET") || method.equals("HEAD");
    for (Row row : ROWS) {
      if (bare.startsWith(row.beginning()) && !(row.changes() && reads)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }
}
