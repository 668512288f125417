package banyan.business.catalog;

import banyan.platform.money.UnitPrice;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Products as a table: one row for each SKU, the rows of a product together by their handle, what
 * belongs to the product in the first of them.
 *
 * <p>A spreadsheet takes a cell that begins with {@code = + - @} for a formula, so such a cell gets
 * one more apostrophe in front when it goes out, and loses one when it comes back.
 */
final class ProductCsv {
  /** Options a product may have. */
  static final int OPTIONS = 5;

  /** A long list of a large shop; reading one takes ten times as much memory. */
  static final int BYTES_MAX = 4 * 1024 * 1024;

  /** So many are written within a minute, as long as a person or a proxy waits. */
  static final int ROWS_MAX = 5_000;

  /** How a formula begins; full-width signs count in some spreadsheets. */
  private static final String FORMULA = "[=+\\-@\t\r＝＋－＠].*";

  static final List<String> HEADER = header();

  private ProductCsv() {}

  private static List<String> header() {
    List<String> names =
        new ArrayList<>(List.of("handle", "title", "description", "category", "published"));
    for (int option = 1; option <= OPTIONS; option++) {
      names.add("option" + option + "_name");
      names.add("option" + option + "_value");
    }
    names.addAll(List.of("code", "price", "currency", "on_hand", "pictures"));
    return List.copyOf(names);
  }

  /**
   * @param onHand units in the house, by SKU
   * @param category its slug; empty for none
   */
  static List<List<String>> rows(Product product, String category, Map<Long, Long> onHand) {
    List<List<String>> rows = new ArrayList<>();
    for (Product.Sku sku : product.skus()) {
      boolean first = rows.isEmpty();
      List<String> row = new ArrayList<>();
      row.add(product.slug());
      row.add(first ? product.title() : "");
      row.add(first ? product.description() : "");
      row.add(first ? category : "");
      row.add(first ? Boolean.toString(product.published()) : "");
      for (int option = 0; option < OPTIONS; option++) {
        boolean known = option < product.options().size();
        row.add(known ? product.options().get(option) : "");
        row.add(known ? sku.choices().get(option) : "");
      }
      row.add(sku.code());
      row.add(plain(sku.asked()));
      row.add(sku.asked().currency());
      row.add(Long.toString(onHand.getOrDefault(sku.skuId(), 0L)));
      row.add(first ? String.join(" ", product.pictures()) : "");
      rows.add(row.stream().map(ProductCsv::guarded).toList());
    }
    return rows;
  }

  /** A price in major units with at least the places of its currency. */
  static String plain(UnitPrice price) {
    int places = Math.max(Currency.getInstance(price.currency()).getDefaultFractionDigits(), 0);
    BigDecimal exact = BigDecimal.valueOf(price.e4(), places + 4).stripTrailingZeros();
    return exact.setScale(Math.max(places, exact.scale())).toPlainString();
  }

  private static String guarded(String cell) {
    return cell.matches("(?s)'*" + FORMULA) ? "'" + cell : cell;
  }

  /**
   * @param number as a spreadsheet counts; the header is 1
   */
  record Row(int number, Map<String, String> cells) {
    /** The cell, or null when the table has no such column. */
    @Nullable String find(String column) {
      return cells.get(column);
    }

    String get(String column) {
      return cells.getOrDefault(column, "");
    }
  }

  /** What came of reading a table. */
  sealed interface Table permits Read, Unreadable {}

  /**
   * @param products rows by handle, in the order of the file
   */
  record Read(Map<String, List<Row>> products) implements Table {}

  record Unreadable(String why) implements Table {}

  static Table read(byte[] file) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
    } catch (CharacterCodingException notUtf8) {
      return new Unreadable("is not UTF-8");
    }
    if (text.indexOf('\0') >= 0) {
      return new Unreadable("has a character that no text has");
    }
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    String head = plain.lines().findFirst().orElse("");
    char separator = head.indexOf(',') < 0 && head.indexOf(';') >= 0 ? ';' : ',';
    try (CsvReader<NamedCsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(separator)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .maxBufferSize(1 << 20)
            .ofNamedCsvRecord(plain)) {
      return read(records);
    } catch (CsvParseException | IllegalArgumentException broken) {
      return new Unreadable("is not a table: " + broken.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Table read(CsvReader<NamedCsvRecord> records) {
    Map<String, List<Row>> products = new LinkedHashMap<>();
    int number = 1;
    for (NamedCsvRecord record : records) {
      number++;
      Optional<String> fault = headerFault(record.getHeader());
      if (number == 2 && fault.isPresent()) {
        return new Unreadable(fault.get());
      }
      if (number > ROWS_MAX + 1) {
        return new Unreadable("has more than " + ROWS_MAX + " rows; send it in parts");
      }
      Map<String, String> cells = new LinkedHashMap<>();
      record.getFieldsAsMap().forEach((name, value) -> cells.put(nameOf(name), cell(value)));
      Row row = new Row(number, cells);
      products.computeIfAbsent(row.get("handle"), handle -> new ArrayList<>()).add(row);
    }
    return products.isEmpty() ? new Unreadable("has no rows") : new Read(products);
  }

  private static Optional<String> headerFault(List<String> header) {
    List<String> names = header.stream().map(ProductCsv::nameOf).toList();
    if (!names.containsAll(List.of("handle", "code"))) {
      return Optional.of("needs the columns handle and code in its first row");
    }
    if (new HashSet<>(names).size() < names.size()) {
      return Optional.of("names a column twice");
    }
    return names.stream()
        .filter(name -> !HEADER.contains(name))
        .findFirst()
        .map(name ->
            "has the column " + name + ", which is not one of " + String.join(", ", HEADER));
  }

  private static String nameOf(String column) {
    return column.strip().toLowerCase(Locale.ROOT).replace(' ', '_');
  }

  private static String cell(String cell) {
    String text = cell.replace("\r\n", "\n").strip();
    return text.matches("(?s)'+" + FORMULA) ? text.substring(1) : text;
  }
}
