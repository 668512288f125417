package banyan.business.intake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what each customer bought and has not cancelled yet, so that a cancellation finds its
 * sale.
 */
class SalesMemory {
  private record Who(String customer, String code) {}

  private static final class Sale {
    private final String invoice;
    private final BigDecimal price;
    private int left;

    Sale(String invoice, BigDecimal price, int left) {
      this.invoice = invoice;
      this.price = price;
      this.left = left;
    }
  }

  /** Units of a sale that a cancellation takes back. */
  record Match(String invoice, BigDecimal price, int quantity) {}

  private final Map<Who, List<Sale>> sales = new HashMap<>();

  void sold(RetailRow row) {
    sales
        .computeIfAbsent(new Who(row.customer(), row.code()), who -> new ArrayList<>(2))
        .add(new Sale(row.invoice(), row.price(), row.quantity()));
  }

  /**
   * Takes units back from the customer's latest sales of the code, those at the same price first.
   *
   * @return what was found; less than asked for when the customer never bought as many
   */
  List<Match> cancel(RetailRow row) {
    List<Sale> candidates = sales.getOrDefault(new Who(row.customer(), row.code()), List.of());
    List<Match> matches = new ArrayList<>();
    int missing = -row.quantity();
    for (boolean samePrice : new boolean[] {true, false}) {
      for (Sale sale : candidates.reversed()) {
        if (missing > 0 && sale.left > 0 && samePrice == (sale.price.compareTo(row.price()) == 0)) {
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
