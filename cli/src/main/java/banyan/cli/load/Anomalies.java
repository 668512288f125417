package banyan.cli.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers that contradict each other, or what was acknowledged before. Each is one too many. */
final class Anomalies {
  /** What the benchmark Online Marketplace asks of a marketplace (Laigner et al., SIGMOD 2025). */
  enum Kind {
    /** A dashboard's totals and its lists, read at once, tell different stories. */
    DASHBOARD_DISAGREES,
    /** A cart shows a price older than one that was acknowledged before it was asked. */
    OLD_PRICE_IN_CART,
    /** An order was sold for a price older than one that was acknowledged before it was placed. */
    OLD_PRICE_SOLD,
    /** A product was sold that had been taken from sale before the order was placed. */
    WITHDRAWN_SOLD,
    /** Orders and stock, or an order and its lines, do not add up. */
    CONSTRAINT_BROKEN
  }

  private static final int EXAMPLES_MAX = 20;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<String> examples = new ArrayList<>();

  synchronized void add(Kind kind, String example) {
    counts.merge(kind, 1L, Long::sum);
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(label(kind) + ": " + example);
    }
  }

  private static String label(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  synchronized long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Every kind with its count, also those of which there were none. */
  synchronized Map<String, Long> counts() {
    Map<String, Long> all = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      all.put(label(kind), counts.getOrDefault(kind, 0L));
    }
    return all;
  }

  synchronized List<String> examples() {
    return List.copyOf(examples);
  }
}
