package banyan.web.seller;

import banyan.web.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A product as its page has it in fields: all as typed, so that a page can be shown again with it.
 *
 * @param category slug; empty for none
 * @param options names of what the SKUs differ in; empty where a column is not used
 * @param pictures paths, in the order to show
 */
public record ProductForm(
    String title,
    String description,
    String category,
    String currency,
    boolean published,
    List<String> options,
    List<Row> rows,
    List<String> pictures) {

  /** As many as a table can show side by side; a product that has more keeps them. */
  private static final int OPTIONS = 3;

  private static final int ROWS_MAX = 100;
  private static final int PICTURES_MAX = 12;

  /** As many as one receipt may bring. */
  private static final long UNITS_MAX = 10_000_000;

  /**
   * One SKU.
   *
   * @param values one for each column of options
   * @param units that are received when a new product is saved
   */
  public record Row(String code, List<String> values, String price, String units) {
    boolean isBlank() {
      return code.isBlank()
          && price.isBlank()
          && units.isBlank()
          && values.stream().allMatch(String::isBlank);
    }
  }

  /**
   * Why a form cannot be sent.
   *
   * @param key of the words
   * @param facts in their places
   */
  public record Fault(String key, List<Object> facts) {
    static Fault of(String key, Object... facts) {
      return new Fault("seller.fault." + key, List.of(facts));
    }
  }

  static ProductForm blank(String currency) {
    List<String> none = List.of("", "", "");
    return new ProductForm(
        "", "", "", currency, false, none, List.of(new Row("", none, "", "")), List.of());
  }

  static ProductForm of(Map<String, String> form) {
    int columns = count("option-", form, 5);
    List<Row> rows =
        IntStream.range(0, count("code-", form, ROWS_MAX))
            .mapToObj(row ->
                new Row(
                    text(form, "code-" + row),
                    numbered("value-" + row + "-", form, columns),
                    text(form, "price-" + row),
                    text(form, "units-" + row)))
            .toList();
    return new ProductForm(
        text(form, "title"),
        text(form, "description"),
        text(form, "category"),
        text(form, "currency"),
        text(form, "published").equals("true"),
        numbered("option-", form, columns),
        rows,
        numbered("picture-", form, count("picture-", form, PICTURES_MAX)));
  }

  private static String text(Map<String, String> form, String name) {
    return form.getOrDefault(name, "").strip();
  }

  private static int count(String word, Map<String, String> form, int max) {
    int count = 0;
    while (count < max && form.containsKey(word + count)) {
      count++;
    }
    return count;
  }

  private static List<String> numbered(String word, Map<String, String> form, int count) {
    return IntStream.range(0, count).mapToObj(number -> text(form, word + number)).toList();
  }

  static ProductForm of(Tree product, java.util.function.Function<Tree, String> plain) {
    List<String> options = new ArrayList<>(product.texts("options"));
    List<Row> rows =
        product.list("skus").stream()
            .map(sku -> {
              List<String> values = new ArrayList<>();
              options.forEach(option -> values.add(sku.tree("options").text(option)));
              fill(values);
              return new Row(sku.text("code"), values, plain.apply(sku.tree("price")), "");
            })
            .toList();
    fill(options);
    return new ProductForm(
        product.text("title"),
        product.text("description"),
        product.tree("category").text("slug"),
        product.tree("price").text("currency"),
        product.flag("published"),
        options,
        rows,
        product.texts("pictures"));
  }

  private static void fill(List<String> columns) {
    while (columns.size() < OPTIONS) {
      columns.add("");
    }
  }

  ProductForm withRow() {
    if (rows.size() >= ROWS_MAX) {
      return this;
    }
    List<Row> more = new ArrayList<>(rows);
    more.add(
        new Row(
            "",
            options.stream().map(option -> "").toList(),
            rows.isEmpty() ? "" : rows.getLast().price(),
            ""));
    return with(more, pictures, published);
  }

  ProductForm withoutRow(int row) {
    List<Row> fewer = new ArrayList<>(rows);
    if (row >= 0 && row < fewer.size()) {
      fewer.remove(row);
    }
    return fewer.isEmpty()
        ? with(fewer, pictures, published).withRow()
        : with(fewer, pictures, published);
  }

  ProductForm withPictures(List<String> other) {
    return with(rows, other.stream().distinct().limit(PICTURES_MAX).toList(), published);
  }

  /** Swaps a picture with the one before it. */
  ProductForm earlier(int picture) {
    List<String> moved = new ArrayList<>(pictures);
    if (picture > 0 && picture < moved.size()) {
      moved.add(picture - 1, moved.remove(picture));
    }
    return withPictures(moved);
  }

  ProductForm withoutPicture(int picture) {
    List<String> fewer = new ArrayList<>(pictures);
    if (picture >= 0 && picture < fewer.size()) {
      fewer.remove(picture);
    }
    return withPictures(fewer);
  }

  ProductForm published(boolean now) {
    return with(rows, pictures, now);
  }

  private ProductForm with(List<Row> newRows, List<String> newPictures, boolean now) {
    return new ProductForm(
        title, description, category, currency, now, options, newRows, newPictures);
  }

  /** What a person can mend before the API is asked; the numbers of rows begin with 1. */
  List<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    if (title.isBlank()) {
      faults.add(Fault.of("title"));
    }
    if (rows.stream().allMatch(Row::isBlank)) {
      faults.add(Fault.of("rows"));
    }
    for (int number = 1; number <= rows.size(); number++) {
      Row row = rows.get(number - 1);
      if (!row.isBlank()) {
        check(row, number, faults);
      }
    }
    return faults;
  }

  private void check(Row row, int number, List<Fault> faults) {
    if (row.code().isBlank()) {
      faults.add(Fault.of("code", number));
    }
    if (row.price().isBlank()) {
      faults.add(Fault.of("price.none", number));
    } else if (Typed.minor(row.price(), currency) == null) {
      faults.add(Fault.of("price", number, row.price(), Typed.places(currency), currency));
    }
    Long units = row.units().isBlank() ? Long.valueOf(0) : Typed.whole(row.units());
    if (units == null || units > UNITS_MAX) {
      faults.add(Fault.of("units", number, row.units()));
    }
    for (int column = 0; column < options.size(); column++) {
      boolean named = !options.get(column).isBlank();
      boolean chosen = !row.values().get(column).isBlank();
      if (named && !chosen) {
        faults.add(Fault.of("value", number, options.get(column)));
      } else if (chosen && !named) {
        faults.add(Fault.of("option", number, row.values().get(column)));
      }
    }
  }

  /** The product for the API; only without faults. */
  Map<String, Object> request() {
    List<Map<String, Object>> skus = new ArrayList<>();
    rows.stream()
        .filter(row -> !row.isBlank())
        .forEach(row -> {
          Map<String, String> choices = new LinkedHashMap<>();
          for (int column = 0; column < options.size(); column++) {
            if (!options.get(column).isBlank()) {
              choices.put(options.get(column), row.values().get(column));
            }
          }
          @Nullable Map<String, Object> price = Typed.money(row.price(), currency);
          skus.add(
              Map.of(
                  "code",
                  row.code(),
                  "price",
                  price == null ? Map.of() : price,
                  "options",
                  choices));
        });
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("title", title);
    request.put("description", description);
    request.put("published", published);
    if (!category.isBlank()) {
      request.put("category", category);
    }
    request.put("options", options.stream().filter(option -> !option.isBlank()).toList());
    request.put("pictures", pictures);
    request.put("skus", skus);
    return request;
  }
}
