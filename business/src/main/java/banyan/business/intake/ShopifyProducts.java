package banyan.business.intake;

import banyan.business.account.Accounts;
import banyan.business.catalog.Catalog;
import banyan.business.catalog.Catalog.Draft;
import banyan.business.catalog.Catalog.SkuDraft;
import banyan.business.inventory.Inventory;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Role;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Shopify's product CSV, as Shopify documents it: one row for each variant, the rows of a product
 * together under one {@code Handle}, the product's own fields in the first of them. Rows that only
 * carry a further picture are counted as pictures; pictures themselves are addresses on the web and
 * are not fetched.
 */
@Component
class ShopifyProducts {
  private static final int OPTIONS = 3;

  private final Accounts accounts;
  private final Catalog catalog;
  private final Inventory inventory;

  ShopifyProducts(Accounts accounts, Catalog catalog, Inventory inventory) {
    this.accounts = accounts;
    this.catalog = catalog;
    this.inventory = inventory;
  }

  private record Row(long number, NamedCsvRecord fields) {
    String get(String name) {
      return fields.findField(name).map(String::strip).orElse("");
    }

    String source() {
      return String.join(",", fields.getFields());
    }

    boolean isVariant() {
      return !get("Variant Price").isEmpty();
    }
  }

  void run(List<CsvSource> files, String currency, ImportRun run) {
    long sellerId =
        run.dryRun()
            ? 0
            : accounts.ensure(
                "shopify@import.example", "Shopify import", null, Set.of(Role.BUYER, Role.SELLER));
    if (!run.dryRun()) {
      catalog.openShop("import", sellerId, "Shopify import");
    }
    for (CsvSource file : files) {
      run.phase("products", count(file));
      String digest = file.digest();
      try (CsvReader<NamedCsvRecord> records = file.open()) {
        List<Row> product = new ArrayList<>();
        long number = 0;
        for (NamedCsvRecord record : records) {
          Row row = new Row(++number, record);
          if (!product.isEmpty() && !product.getFirst().get("Handle").equals(row.get("Handle"))) {
            write(digest, sellerId, product, currency, run);
            product.clear();
          }
          product.add(row);
        }
        if (!product.isEmpty()) {
          write(digest, sellerId, product, currency, run);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static long count(CsvSource file) {
    long rows = 0;
    try (CsvReader<NamedCsvRecord> records = file.open()) {
      for (NamedCsvRecord record : records) {
        rows += record.getFieldCount() > 0 ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private void write(
      String digest, long sellerId, List<Row> product, String currency, ImportRun run) {
    run.advance(product.size());
    Row head = product.getFirst();
    List<SkuDraft> skus = new ArrayList<>();
    List<Row> variants = new ArrayList<>();
    for (Row row : product) {
      if (!row.isVariant()) {
        run.other(
            row.get("Image Src").isEmpty() ? Tally.REFUSED : Tally.TURNED,
            row.number(),
            row.get("Image Src").isEmpty() ? "neither variant nor picture" : "picture, not fetched",
            row.get("Image Src"),
            BigDecimal.ZERO,
            row.source());
        continue;
      }
      SkuDraft sku = sku(head, row, skus.size() + 1, currency, run);
      if (sku != null) {
        skus.add(sku);
        variants.add(row);
      }
    }
    if (skus.isEmpty()) {
      return;
    }
    String refusal = head.get("Title").isEmpty() ? "the product has no title" : null;
    Map<String, Long> skuIds = Map.of();
    if (refusal == null && !run.dryRun()) {
      switch (catalog.create(
          "shopify:" + digest + ":" + head.get("Handle"), sellerId, draft(head, skus))) {
        case Catalog.ProductWritten written -> skuIds = written.skuIds();
        case Catalog.CodeTaken(String code) -> refusal = "the code " + code + " is taken";
        case Catalog.UnknownCategory(String category) -> refusal = "no category " + category;
        case Catalog.BadOptions(String detail) -> refusal = detail;
      }
    }
    for (int i = 0; i < variants.size(); i++) {
      Row row = variants.get(i);
      if (refusal != null) {
        run.other(
            Tally.REFUSED, row.number(), "product refused", refusal, BigDecimal.ZERO, row.source());
        continue;
      }
      receive(digest, row, skuIds.get(skus.get(i).code()), run);
      run.took("variant", BigDecimal.ZERO);
    }
  }

  private void receive(String digest, Row row, @Nullable Long skuId, ImportRun run) {
    int quantity = quantity(row.get("Variant Inventory Qty"));
    if (skuId != null && quantity > 0 && !run.dryRun()) {
      inventory.receive("shopify:" + digest + ":" + row.number(), skuId, Inventory.MAIN, quantity);
    }
  }

  private static int quantity(String text) {
    try {
      return text.isEmpty() ? 0 : Math.clamp(Long.parseLong(text), 0, Inventory.QUANTITY_MAX);
    } catch (NumberFormatException unknown) {
      return 0;
    }
  }

  private static @Nullable SkuDraft sku(
      Row head, Row row, int number, String currency, ImportRun run) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int option = 1; option <= OPTIONS; option++) {
      String name = head.get("Option" + option + " Name");
      String value = row.get("Option" + option + " Value");
      if (!name.isEmpty()
          && !value.isEmpty()
          && !(name.equals("Title") && value.equals("Default Title"))) {
        options.put(name, value);
      }
    }
    String code = row.get("Variant SKU").replaceFirst("^'", "");
    try {
      return new SkuDraft(
          code.isEmpty() ? head.get("Handle") + "-" + number : code,
          UnitPrice.parse(row.get("Variant Price"), currency),
          options);
    } catch (IllegalArgumentException | ArithmeticException notAPrice) {
      run.other(
          Tally.REFUSED,
          row.number(),
          "bad price",
          row.get("Variant Price"),
          BigDecimal.ZERO,
          row.source());
      return null;
    }
  }

  private static Draft draft(Row head, List<SkuDraft> skus) {
    List<String> names =
        skus.stream().flatMap(sku -> sku.options().keySet().stream()).distinct().toList();
    boolean published =
        !head.get("Published").toLowerCase(Locale.ROOT).equals("false")
            && (head.get("Status").isEmpty() || head.get("Status").equalsIgnoreCase("active"));
    String text =
        head.get("Body (HTML)").replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").strip();
    return new Draft(
        head.get("Title"),
        text.isEmpty() ? head.get("Title") : text,
        null,
        published,
        names,
        List.of(),
        skus);
  }
}
