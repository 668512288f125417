package banyan.business.intake;

import banyan.business.account.Accounts;
import banyan.business.catalog.Catalog;
import banyan.business.catalog.Catalog.Draft;
import banyan.business.catalog.Catalog.ProductWritten;
import banyan.business.catalog.Catalog.SkuDraft;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Role;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Olist's products and sellers (MIT licence). A seller becomes an account with a shop. A product
 * has no title, no price and no seller in these files: it becomes an unpublished draft of the shop
 * "Olist", named after its category, to be priced before it can be sold. A file of category
 * translations may come along.
 */
@Component
class OlistFiles {
  private static final int LONGEST_NAME = 100;

  private final Accounts accounts;
  private final Catalog catalog;

  OlistFiles(Accounts accounts, Catalog catalog) {
    this.accounts = accounts;
    this.catalog = catalog;
  }

  void run(List<CsvSource> files, String currency, ImportRun run) {
    Map<String, String> english = new HashMap<>();
    long rows = 0;
    for (CsvSource file : files) {
      if (file.header().contains("product_category_name_english")) {
        each(
            file,
            (number, row) ->
                english.put(
                    row.getField("product_category_name"),
                    row.getField("product_category_name_english")));
      }
      rows += ShopifyProducts.count(file);
    }
    run.phase("sellers and products", rows);
    for (CsvSource file : files) {
      List<String> header = file.header();
      if (header.contains("seller_id")) {
        sellers(file, run);
      } else if (header.contains("product_id")) {
        products(file, english, currency, run);
      } else if (header.contains("product_category_name_english")) {
        each(
            file,
            (number, row) -> {
              run.advance(1);
              run.took("category name", BigDecimal.ZERO);
            });
      } else {
        throw new IllegalArgumentException(
            file.path() + " is neither Olist's products nor sellers");
      }
    }
  }

  private interface Each {
    void row(long number, NamedCsvRecord row);
  }

  private static void each(CsvSource file, Each work) {
    try (CsvReader<NamedCsvRecord> records = file.open()) {
      long number = 0;
      for (NamedCsvRecord record : records) {
        work.row(++number, record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sellers(CsvSource file, ImportRun run) {
    try (Crew crew = new Crew()) {
      each(
          file,
          (number, row) -> {
            String id = row.findField("seller_id").orElse("").strip();
            if (id.isEmpty()) {
              run.other(
                  Tally.REFUSED,
                  number,
                  "no seller id",
                  "",
                  BigDecimal.ZERO,
                  String.join(",", row.getFields()));
              run.advance(1);
              return;
            }
            String city = row.findField("seller_city").orElse("");
            crew.send(() -> {
              if (!run.dryRun()) {
                openShop(
                    id, "Olist seller " + id.substring(0, Math.min(8, id.length())) + " · " + city);
              }
              run.took("seller", BigDecimal.ZERO);
              run.advance(1);
            });
          });
      crew.await();
    }
  }

  private long openShop(String id, String name) {
    String title = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    long sellerId =
        accounts.ensure(
            "olist-" + id + "@import.example", title, null, Set.of(Role.BUYER, Role.SELLER));
    catalog.openShop("import", sellerId, title);
    return sellerId;
  }

  private void products(
      CsvSource file, Map<String, String> english, String currency, ImportRun run) {
    long sellerId = run.dryRun() ? 0 : openShop("products", "Olist");
    Set<String> categories = new HashSet<>();
    try (Crew crew = new Crew()) {
      each(
          file,
          (number, row) -> {
            String id = row.findField("product_id").orElse("").strip();
            String portuguese = row.findField("product_category_name").orElse("").strip();
            String category = english.getOrDefault(portuguese, portuguese);
            String slug = category.replace('_', '-').toLowerCase(Locale.ROOT);
            if (!slug.isEmpty() && categories.add(slug) && !run.dryRun()) {
              catalog.ensureCategory(slug, name(category), null);
            }
            crew.send(() -> product(number, id, slug, name(category), sellerId, currency, run));
          });
      crew.await();
    }
  }

  private void product(
      long number,
      String id,
      String slug,
      String category,
      long sellerId,
      String currency,
      ImportRun run) {
    run.advance(1);
    if (id.isEmpty()) {
      run.other(Tally.REFUSED, number, "no product id", "", BigDecimal.ZERO, "");
      return;
    }
    if (!run.dryRun()) {
      Draft draft =
          new Draft(
              category + " " + id.substring(0, Math.min(8, id.length())),
              "Imported without title and price; give it both before it is published.",
              slug.isEmpty() ? null : slug,
              false,
              List.of(),
              List.of(),
              List.of(new SkuDraft(id, new UnitPrice(0, currency), Map.of())));
      if (!(catalog.create("olist:" + id, sellerId, draft) instanceof ProductWritten)) {
        run.other(
            Tally.REFUSED, number, "product refused", "by the catalogue", BigDecimal.ZERO, id);
        return;
      }
    }
    run.took(slug.isEmpty() ? "product without category" : "product", BigDecimal.ZERO);
  }

  private static String name(String category) {
    String words = category.replace('_', ' ').strip();
    return words.isEmpty()
        ? "Product"
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
