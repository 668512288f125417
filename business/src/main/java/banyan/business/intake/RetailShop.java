package banyan.business.intake;

import banyan.business.account.Accounts;
import banyan.business.catalog.Catalog;
import banyan.business.catalog.Catalog.Draft;
import banyan.business.catalog.Catalog.ProductWritten;
import banyan.business.catalog.Catalog.SkuDraft;
import banyan.business.inventory.Inventory;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** The shop that an import of invoices fills: its products, its stock, its customers. */
@Component
class RetailShop {
  private static final int BATCH = 1_000;

  private final Accounts accounts;
  private final Catalog catalog;
  private final Inventory inventory;
  private final Map<String, Long> customers = new ConcurrentHashMap<>();

  RetailShop(Accounts accounts, Catalog catalog, Inventory inventory) {
    this.accounts = accounts;
    this.catalog = catalog;
    this.inventory = inventory;
  }

  /**
   * What the file says of a stock code.
   *
   * @param units that leave the shop in the whole file, and so have to be received first
   */
  record Article(String code, String title, UnitPrice price, long units) {
    /**
     * Codes that begin with five digits are goods; POST, DOT, M and the like are services and
     * corrections.
     */
    boolean isProduct() {
      return code.length() >= 5 && code.chars().limit(5).allMatch(Character::isDigit);
    }
  }

  /** The shop, opened when it is not there. */
  long open() {
    long sellerId =
        accounts.ensure(
            "online-retail@import.example", "Online Retail", null, Set.of(Role.BUYER, Role.SELLER));
    catalog.openShop("import", sellerId, "Online Retail");
    return sellerId;
  }

  /**
   * Makes the products that are missing, receives their stock once, and returns the SKU of each
   * code.
   */
  Map<String, Long> stock(
      String digest, long sellerId, List<Article> articles, Consumer<Article> made) {
    Map<String, Long> known =
        new HashMap<>(catalog.skuIds(sellerId, articles.stream().map(Article::code).toList()));
    List<Article> missing =
        articles.stream().filter(article -> !known.containsKey(article.code())).toList();
    try (Crew crew = new Crew()) {
      Map<String, Long> written = new ConcurrentHashMap<>();
      for (Article article : missing) {
        crew.send(() -> {
          written.put(article.code(), write(sellerId, article));
          made.accept(article);
        });
      }
      crew.await();
      known.putAll(written);
    }
    List<Inventory.Line> receipts = new ArrayList<>();
    for (Article article : articles) {
      if (article.units() > 0) {
        receipts.add(
            new Inventory.Line(
                known.getOrDefault(article.code(), 0L), Math.toIntExact(article.units())));
      }
    }
    for (int from = 0; from < receipts.size(); from += BATCH) {
      inventory.receiveAll(
          "import:" + digest,
          sellerId,
          receipts.subList(from, Math.min(from + BATCH, receipts.size())));
    }
    return known;
  }

  private long write(long sellerId, Article article) {
    Draft draft =
        new Draft(
            article.title(),
            "Imported from the invoices of a British gift wholesaler, stock code "
                + article.code()
                + ".",
            null,
            article.isProduct(),
            List.of(),
            List.of(),
            List.of(new SkuDraft(article.code(), article.price(), Map.of())));
    return switch (catalog.create("import:" + article.code(), sellerId, draft)) {
      case ProductWritten written -> written.skuIds().getOrDefault(article.code(), 0L);
      case Catalog.CodeTaken(String code) ->
          catalog.skuIds(sellerId, List.of(code)).getOrDefault(code, 0L);
      case Catalog.UnknownCategory _, Catalog.BadOptions _ ->
          throw new IllegalStateException(
              "a product without category and options was refused: " + article);
    };
  }

  /**
   * The account of a customer; for a sale that names none, a guest whom the invoice stands for.
   * Such an id lies in the first second of the id's calendar, where no generator will ever make
   * one.
   */
  long buyer(RetailRow row) {
    if (row.customer().isEmpty()) {
      long number =
          row.invoice()
              .chars()
              .filter(Character::isDigit)
              .mapToLong(digit -> digit - '0')
              .reduce(0, (a, b) -> a * 10 + b);
      return (number << 10) | (number * 0x9E3779B97F4A7C15L >>> 54);
    }
    return customers.computeIfAbsent(
        row.customer(),
        customer ->
            accounts.ensure(
                "customer-" + customer + "@import.example",
                "Customer " + customer,
                null,
                Set.of(Role.BUYER)));
  }
}
