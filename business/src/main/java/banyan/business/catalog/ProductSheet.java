package banyan.business.catalog;

import banyan.business.catalog.Catalog.Draft;
import banyan.business.catalog.Catalog.SkuDraft;
import banyan.platform.money.UnitPrice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One product of a table, put over the product that is there: a column that the table does not have
 * is left as it is, and so is a SKU that has no row.
 */
final class ProductSheet {
  private static final Pattern PICTURE = Pattern.compile(PictureController.PATH);

  /** Why the product is refused. */
  static final class Fault extends Exception {
    private static final long serialVersionUID = 1;
    private final int row;

    Fault(int row, String why) {
      super(why, null, false, false);
      this.row = row;
    }

    /** The row that is at fault. */
    int row() {
      return row;
    }
  }

  private final List<ProductCsv.Row> rows;
  private final @Nullable Draft known;

  /**
   * @param known null when the product is new
   */
  ProductSheet(List<ProductCsv.Row> rows, @Nullable Draft known) {
    this.rows = rows;
    this.known = known;
  }

  static Draft draftOf(Product product, @Nullable String category) {
    return new Draft(
        product.title(),
        product.description(),
        category,
        product.published(),
        product.options(),
        product.pictures(),
        product.skus().stream()
            .map(sku ->
                new SkuDraft(
                    sku.code(), sku.asked(), Product.choices(product.options(), sku.choices())))
            .toList());
  }

  Draft draft() throws Fault {
    ProductCsv.Row first = rows.getFirst();
    String category = text("category", known == null ? "" : orEmpty(known.category()), 100);
    return new Draft(
        title(first),
        text("description", known == null ? "" : known.description(), 20_000),
        category.isEmpty() ? null : category,
        published(first),
        options(),
        pictures(first),
        skus());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private String text(String column, String otherwise, int lengthMax) throws Fault {
    ProductCsv.Row first = rows.getFirst();
    String cell = first.find(column);
    return limited(first, column, cell == null ? otherwise : cell, lengthMax);
  }

  private static String limited(ProductCsv.Row row, String column, String text, int lengthMax)
      throws Fault {
    if (text.length() > lengthMax) {
      throw new Fault(row.number(), column + " has more than " + lengthMax + " characters");
    }
    return text;
  }

  private String title(ProductCsv.Row first) throws Fault {
    String title = text("title", known == null ? "" : known.title(), 200);
    if (title.isEmpty()) {
      throw new Fault(first.number(), "title is missing");
    }
    return title;
  }

  private boolean published(ProductCsv.Row first) throws Fault {
    boolean before = known != null && known.published();
    return switch (first.get("published").toLowerCase(Locale.ROOT)) {
      case "" -> before;
      case "true", "yes", "1" -> true;
      case "false", "no", "0" -> false;
      default -> throw new Fault(first.number(), "published must be true or false");
    };
  }

  private List<String> pictures(ProductCsv.Row first) throws Fault {
    String cell = first.find("pictures");
    if (cell == null) {
      return known == null ? List.of() : known.pictures();
    }
    List<String> pictures = cell.isEmpty() ? List.of() : List.of(cell.split("\\s+"));
    for (String picture : pictures) {
      if (!PICTURE.matcher(picture).matches()) {
        throw new Fault(first.number(), "pictures must be paths of uploaded pictures: " + picture);
      }
    }
    if (pictures.size() > 12) {
      throw new Fault(first.number(), "pictures may be 12 at most");
    }
    return pictures;
  }

  /** Names of the options; those of the known product when no column names any. */
  private List<String> options() throws Fault {
    ProductCsv.Row first = rows.getFirst();
    List<String> names = new ArrayList<>();
    boolean said = false;
    for (int option = 1; option <= ProductCsv.OPTIONS; option++) {
      String column = "option" + option + "_name";
      said |= first.find(column) != null;
      String name = limited(first, column, first.get(column), 40);
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return said || known == null ? names : known.options();
  }

  private List<SkuDraft> skus() throws Fault {
    Map<String, SkuDraft> skus = new LinkedHashMap<>();
    if (known != null) {
      known.skus().forEach(sku -> skus.put(sku.code(), sku));
    }
    Set<String> seen = new java.util.HashSet<>();
    for (ProductCsv.Row row : rows) {
      String code = limited(row, "code", row.get("code"), 64);
      if (code.isEmpty()) {
        throw new Fault(row.number(), "code is missing");
      }
      if (!seen.add(code)) {
        throw new Fault(row.number(), "code " + code + " has a row already");
      }
      SkuDraft before = skus.get(code);
      skus.put(code, new SkuDraft(code, price(row, before), choices(row, before)));
    }
    if (skus.size() > Catalog.SKUS_MAX) {
      throw new Fault(
          rows.getLast().number(), "a product has at most " + Catalog.SKUS_MAX + " SKUs");
    }
    return List.copyOf(skus.values());
  }

  private UnitPrice price(ProductCsv.Row row, @Nullable SkuDraft before) throws Fault {
    String price = row.get("price").replace(',', '.');
    String currency = row.get("currency").toUpperCase(Locale.ROOT);
    if (currency.isEmpty()) {
      currency =
          before != null
              ? before.price().currency()
              : known == null ? "" : known.skus().getFirst().price().currency();
    }
    if (price.isEmpty() && before != null && currency.equals(before.price().currency())) {
      return before.price();
    }
    if (price.isEmpty() || currency.isEmpty()) {
      throw new Fault(row.number(), (price.isEmpty() ? "price" : "currency") + " is missing");
    }
    try {
      if (price.matches("\\d{1,11}(\\.\\d{1,8})?")) {
        return UnitPrice.parse(price, currency);
      }
    } catch (IllegalArgumentException | ArithmeticException unknown) {
      // said below
    }
    throw new Fault(row.number(), "is not a price: " + price + " " + currency);
  }

  private Map<String, String> choices(ProductCsv.Row row, @Nullable SkuDraft before) throws Fault {
    boolean said = false;
    Map<String, String> choices = new LinkedHashMap<>();
    List<String> names = options();
    int next = 0;
    for (int option = 1; option <= ProductCsv.OPTIONS; option++) {
      String column = "option" + option + "_value";
      said |= row.find(column) != null;
      boolean named =
          rows.getFirst().find("option" + option + "_name") == null
              ? option <= names.size()
              : !rows.getFirst().get("option" + option + "_name").isEmpty();
      String value = limited(row, column, row.get(column), 80);
      if (named && next < names.size()) {
        if (!value.isEmpty()) {
          choices.put(names.get(next), value);
        }
        next++;
      } else if (!value.isEmpty()) {
        throw new Fault(row.number(), column + " has a value, but the option has no name");
      }
    }
    return said || before == null ? choices : before.options();
  }
}
