package banyan.business.intake;

import banyan.business.intake.RetailShop.Article;
import banyan.platform.money.UnitPrice;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the whole file of invoices says of its articles: found by a first reading. */
record RetailSurvey(long rows, List<Article> articles) {
  private static final String CURRENCY_OF_THE_FILE = "GBP";

  static RetailSurvey of(CsvSource file) {
    Map<String, String> titles = new HashMap<>();
    Map<String, BigDecimal> prices = new HashMap<>();
    Map<String, Long> units = new LinkedHashMap<>();
    long rows = 0;
    try (CsvReader<NamedCsvRecord> records = file.open()) {
      for (NamedCsvRecord record : records) {
        RetailRow row = parse(++rows, record);
        if (row == null) {
          continue;
        }
        units.merge(
            row.code(),
            row.isSale() || row.isWithoutMoney() ? Math.abs((long) row.quantity()) : 0,
            Long::sum);
        if (row.isSale()) {
          if (!row.description().isEmpty()) {
            titles.putIfAbsent(row.code(), row.description());
          }
          prices.put(row.code(), row.price());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Article> articles = new ArrayList<>();
    units.forEach((code, quantity) ->
        articles.add(
            new Article(
                code,
                titles.getOrDefault(code, "Article " + code),
                price(prices.getOrDefault(code, BigDecimal.ZERO)),
                quantity)));
    return new RetailSurvey(rows, articles);
  }

  static UnitPrice price(BigDecimal price) {
    return UnitPrice.parse(price.toPlainString(), CURRENCY_OF_THE_FILE);
  }

  static @Nullable RetailRow parse(long number, NamedCsvRecord record) {
    try {
      RetailRow row = RetailRow.of(number, record);
      return row.invoice().isEmpty() || row.code().isEmpty() ? null : row;
    } catch (RuntimeException notARow) {
      return null;
    }
  }
}
