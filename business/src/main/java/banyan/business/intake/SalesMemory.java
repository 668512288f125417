package banyan.business.intake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what each customer bought and has not cancelled yet, so that a cancellation finds its
 * sale. It grows with the file, so it keeps one object for equal words and prices: half a million
 * rows are some 30 MB.
 */
class SalesMemory {
  private static final class Sale {
    private final String invoice;
    private final BigDecimal price;
    private final @Nullable Sale before;
    private int left;

    Sale(String invoice, BigDecimal price, int left, @Nullable Sale before) {
      this.invoice = invoice;
      this.price = price;
      this.left = left;
      this.before = before;
    }
  }

  /** Units of a sale that a cancellation takes back. */
  record Match(String invoice, BigDecimal price, int quantity) {}

  /** By customer and code the newest sale, which leads to the older ones. */
  private final Map<String, Map<String, Sale>> newest = new HashMap<>();

  private final Map<String, String> words = new HashMap<>();
  private final Map<BigDecimal, BigDecimal> prices = new HashMap<>();

  /** A sale that names no customer can never be found again, and is not kept. */
  void sold(RetailRow row) {
    if (!row.customer().isEmpty()) {
      newest
          .computeIfAbsent(row.customer(), customer -> new HashMap<>())
          .compute(one(words, row.code()), (code, before) -> sale(row, before));
    }
  }

  private Sale sale(RetailRow row, @Nullable Sale before) {
    return new Sale(one(words, row.invoice()), one(prices, row.price()), row.quantity(), before);
  }

  private static <T> T one(Map<T, T> known, T value) {
    return known.computeIfAbsent(value, itself -> itself);
  }

  /**
   * Takes units back from the customer's latest sales of the code, those at the same price first.
   *
   * @return what was found; less than asked for when the customer never bought as many
   */
  List<Match> cancel(RetailRow row) {
    Sale latest = newest.getOrDefault(row.customer(), Map.of()).get(row.code());
    List<Match> matches = new ArrayList<>();
    int missing = -row.quantity();
    for (boolean samePrice : new boolean[] {true, false}) {
      for (Sale sale = latest; sale != null && missing > 0; sale = sale.before) {
        if (sale.left > 0 && samePrice == (sale.price.compareTo(row.price()) == 0)) {
          int units = Math.min(missing, sale.left);
          sale.left -= units;
          missing -= units;
          matches.add(new Match(sale.invoice, sale.price, units));
        }
      }
    }
    return matches;
  }
}
