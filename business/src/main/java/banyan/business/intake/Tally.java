package banyan.business.intake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts rows by what became of them. Safe for many threads. */
class Tally {
  static final String TAKEN = "taken";
  static final String TURNED = "turned";
  static final String REFUSED = "refused";

  private record Sum(long rows, BigDecimal money) {}

  private final Map<String, Sum> sums = new TreeMap<>();

  Tally() {}

  /** A tally that goes on from one that was kept. */
  Tally(List<Imports.Count> kept) {
    kept.forEach(count ->
        sums.put(
            count.verdict() + "/" + count.kind(),
            new Sum(
                count.rows(),
                count.money().isEmpty() ? BigDecimal.ZERO : new BigDecimal(count.money()))));
  }

  synchronized void add(String verdict, String kind, long rows, BigDecimal money) {
    sums.merge(
        verdict + "/" + kind,
        new Sum(rows, money),
        (a, b) -> new Sum(a.rows() + b.rows(), a.money().add(b.money())));
  }

  synchronized List<Imports.Count> counts() {
    List<Imports.Count> counts = new ArrayList<>();
    sums.forEach((name, sum) -> {
      int slash = name.indexOf('/');
      counts.add(
          new Imports.Count(
              name.substring(0, slash),
              name.substring(slash + 1),
              sum.rows(),
              sum.money().toPlainString()));
    });
    return counts;
  }
}
