package banyan.business.catalog;

import banyan.business.catalog.Catalog.Draft;
import banyan.business.catalog.Catalog.SkuDraft;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Brings a table of products into a shop. A product is known by its handle, which is its slug, or
 * else by the codes of its SKUs: so a table that is sent twice changes nothing the second time. A
 * product is taken whole or not at all.
 */
@Component
class ProductImport {
  /** What became, or would become, of a row. */
  enum Outcome {
    CREATED,
    CHANGED,
    UNCHANGED,
    REFUSED
  }

  /**
   * @param row as a spreadsheet counts; the header is 1
   * @param detail what changes, or why not; null when there is nothing to say
   */
  record RowReport(int row, String handle, String code, Outcome outcome, @Nullable String detail) {}

  private final Shelf shelf;
  private final ProductEditor editor;
  private final Categories categories;

  ProductImport(Shelf shelf, ProductEditor editor, Categories categories) {
    this.shelf = shelf;
    this.editor = editor;
    this.categories = categories;
  }

  /**
   * What the shop has of a table.
   *
   * @param byHandle own products
   * @param owners the products that have a SKU of these codes
   */
  private record Known(
      Map<String, Product> byHandle, Map<String, Long> owners, Map<Long, Product> byId) {}

  /**
   * @param dryRun only say what would happen
   * @param file the bytes of the table, which name what it makes
   */
  List<RowReport> run(
      long sellerId, Map<String, List<ProductCsv.Row>> products, byte[] file, boolean dryRun) {
    Known known = look(sellerId, products);
    String digest = digest(file);
    List<RowReport> reports = new ArrayList<>();
    products.forEach((handle, rows) -> {
      try {
        reports.addAll(one(sellerId, handle, rows, known, dryRun ? null : digest));
      } catch (ProductSheet.Fault fault) {
        rows.forEach(row ->
            reports.add(
                new RowReport(
                    row.number(),
                    handle,
                    row.get("code"),
                    Outcome.REFUSED,
                    row.number() == fault.row()
                        ? fault.getMessage()
                        : "row " + fault.row() + " of this product is refused")));
      }
    });
    return reports;
  }

  private Known look(long sellerId, Map<String, List<ProductCsv.Row>> products) {
    List<Long> ids =
        products.keySet().stream()
            .map(Slug::idOf)
            .filter(OptionalLong::isPresent)
            .map(OptionalLong::getAsLong)
            .toList();
    Map<String, Product> byHandle = new LinkedHashMap<>();
    shelf.products(ids).values().stream()
        .filter(product -> product.sellerId() == sellerId)
        .forEach(product -> byHandle.put(product.slug(), product));
    List<String> codes =
        products.values().stream().flatMap(List::stream).map(row -> row.get("code")).toList();
    Map<String, Long> owners = new LinkedHashMap<>();
    shelf
        .cards(shelf.byCode(sellerId, codes).values())
        .values()
        .forEach(card -> owners.put(card.code(), card.productId()));
    return new Known(byHandle, owners, shelf.products(owners.values()));
  }

  private List<RowReport> one(
      long sellerId, String handle, List<ProductCsv.Row> rows, Known known, @Nullable String digest)
      throws ProductSheet.Fault {
    int first = rows.getFirst().number();
    if (handle.isEmpty() || handle.length() > 100) {
      throw new ProductSheet.Fault(first, "handle must have 1 to 100 characters");
    }
    Product before = find(handle, rows, known);
    Draft old =
        before == null
            ? null
            : ProductSheet.draftOf(
                before,
                categories
                    .tree()
                    .find(before.categoryId())
                    .map(Categories.Category::slug)
                    .orElse(null));
    Draft draft = new ProductSheet(rows, old).draft();
    refuse(first, editor.objection(draft));
    List<RowReport> reports = new ArrayList<>();
    rows.forEach(row -> reports.add(compare(row, handle, old, draft, row.number() == first)));
    boolean changes = reports.stream().anyMatch(row -> row.outcome() != Outcome.UNCHANGED);
    if (digest != null && changes) {
      refuse(
          first,
          before == null
              ? Optional.of(editor.create("csv:" + digest + ":" + handle, sellerId, draft))
              : editor.edit(sellerId, before.productId(), draft));
    }
    return reports;
  }

  private static @Nullable Product find(String handle, List<ProductCsv.Row> rows, Known known)
      throws ProductSheet.Fault {
    Product found = known.byHandle().get(handle);
    for (ProductCsv.Row row : rows) {
      Long owner = known.owners().get(row.get("code"));
      if (owner == null) {
        continue;
      }
      if (found == null) {
        found = known.byId().get(owner);
      } else if (found.productId() != owner) {
        throw new ProductSheet.Fault(
            row.number(), "code " + row.get("code") + " belongs to another product of the shop");
      }
    }
    return found;
  }

  private static void refuse(int row, Optional<Catalog.Written> written) throws ProductSheet.Fault {
    String why =
        switch (written.orElse(null)) {
          case null -> null;
          case Catalog.ProductWritten _ -> null;
          case Catalog.CodeTaken(String code) ->
              "code " + code + " belongs to another product of the shop";
          case Catalog.UnknownCategory(String category) -> "category is unknown: " + category;
          case Catalog.BadOptions(String detail) -> detail;
        };
    if (why != null) {
      throw new ProductSheet.Fault(row, why);
    }
  }

  private static RowReport compare(
      ProductCsv.Row row, String handle, @Nullable Draft old, Draft draft, boolean first) {
    String code = row.get("code");
    SkuDraft now = find(draft, code);
    SkuDraft then = old == null ? null : find(old, code);
    if (old == null || then == null || now == null) {
      return new RowReport(row.number(), handle, code, Outcome.CREATED, null);
    }
    TreeSet<String> changes = new TreeSet<>();
    if (!then.price().equals(now.price())) {
      changes.add(
          "price: "
              + ProductCsv.plain(then.price())
              + " → "
              + ProductCsv.plain(now.price())
              + " "
              + now.price().currency());
    }
    note(changes, "options", then.options(), now.options());
    if (first) {
      note(changes, "title", old.title(), draft.title());
      note(changes, "description", old.description(), draft.description());
      note(changes, "category", old.category(), draft.category());
      note(changes, "published", old.published(), draft.published());
      note(changes, "options", old.options(), draft.options());
      note(changes, "pictures", old.pictures(), draft.pictures());
    }
    return changes.isEmpty()
        ? new RowReport(row.number(), handle, code, Outcome.UNCHANGED, null)
        : new RowReport(row.number(), handle, code, Outcome.CHANGED, String.join(", ", changes));
  }

  private static void note(
      TreeSet<String> changes, String field, @Nullable Object then, @Nullable Object now) {
    if (!Objects.equals(then, now)) {
      changes.add(field);
    }
  }

  private static @Nullable SkuDraft find(Draft draft, String code) {
    return draft.skus().stream().filter(sku -> sku.code().equals(code)).findFirst().orElse(null);
  }

  private static String digest(byte[] file) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file), 0, 16);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
