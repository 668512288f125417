package banyan.cli.load;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Whether a dashboard's totals and its lists tell the same story. */
final class Dashboards {
  /** A list with so many lines may have been cut. */
  private static final int LISTED_MAX = 20;

  private Dashboards() {}

  /** How they differ; empty when they agree. */
  static Optional<String> disagreement(JsonNode dashboard) {
    return openOrders(dashboard).or(() -> units(dashboard));
  }

  private static Optional<String> openOrders(JsonNode dashboard) {
    JsonNode open = dashboard.path("openOrders");
    long count = open.path("count").asLong();
    int listed = open.path("oldest").size();
    if (listed != Math.min(count, LISTED_MAX)) {
      return Optional.of("%d open orders, %d of them listed".formatted(count, listed));
    }
    if (count > LISTED_MAX) {
      return Optional.empty();
    }
    Map<String, Long> counted = new TreeMap<>();
    open.path("byState")
        .properties()
        .forEach(state -> counted.put(state.getKey(), state.getValue().asLong()));
    Map<String, Long> seen = new TreeMap<>();
    open.path("oldest").forEach(order -> seen.merge(order.path("state").asString(), 1L, Long::sum));
    return counted.equals(seen)
        ? Optional.empty()
        : Optional.of("open orders are %s, listed %s".formatted(counted, seen));
  }

  private static Optional<String> units(JsonNode dashboard) {
    long total = 0;
    for (JsonNode one : dashboard.path("totals")) {
      total += one.path("units").asLong();
    }
    long days = 0;
    for (JsonNode day : dashboard.path("days")) {
      days += day.path("units").asLong();
    }
    long skus = 0;
    for (JsonNode sku : dashboard.path("bestSkus")) {
      skus += sku.path("units").asLong();
    }
    boolean whole = dashboard.path("bestSkus").size() < LISTED_MAX;
    return total != days || whole && skus != days
        ? Optional.of("units: total %d, days %d, SKUs %d".formatted(total, days, skus))
        : Optional.empty();
  }
}
