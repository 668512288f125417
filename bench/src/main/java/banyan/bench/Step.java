package banyan.bench;

import banyan.bench.Node.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All runs of one mix at one stage.
 *
 * @param apps how many nodes of the marketplace
 * @param perSecond the median; 0 when any run had an error
 * @param gain over the stage before with the same mix; null when there is none
 * @param binds the node that holds the others up, or why there is none
 * @param p50 milliseconds, the median of the runs; the same for {@code p99}
 * @param errors shed, failed or unknown, by what was answered
 * @param busy share of all processors of the machine that were not idle
 * @param nodes the kernel's counters of each
 */
record Step(
    String stage,
    String mix,
    int apps,
    double perSecond,
    double low,
    double high,
    @Nullable Double gain,
    String binds,
    double p50,
    double p99,
    Map<String, Long> errors,
    double busy,
    Map<String, Map<String, Object>> nodes) {
  /** A node that used less of its quota did not run into it. */
  private static final double FULL = 0.9;

  private static final double OFTEN = 0.5;

  /**
   * One run.
   *
   * @param perSecond answers a second; 0 when there was an error
   * @param errors shed, failed or unknown, by what was answered
   * @param busy share of all processors of the machine that were not idle
   */
  record Lap(
      double perSecond,
      Map<String, Long> errors,
      double p50,
      double p99,
      double elapsed,
      double busy,
      Map<String, Count> nodes) {}

  /**
   * Throughput over the number of nodes, of one mix at one stage.
   *
   * @param law null when there are not three numbers of nodes without errors
   */
  record Growth(List<Step> steps, List<Usl.Point> points, @Nullable Usl law) {
    /**
     * @param steps one for each number of nodes
     */
    static Growth of(List<Step> steps) {
      List<Usl.Point> points =
          steps.stream().map(step -> new Usl.Point(step.apps(), step.perSecond())).toList();
      boolean enough = points.size() >= 3 && points.stream().allMatch(point -> point.x() > 0);
      return new Growth(steps, points, enough ? Usl.fit(points) : null);
    }

    String what() {
      return steps.getFirst().stage() + ", " + steps.getFirst().mix();
    }

    String line() {
      return law == null
          ? what() + ": no law, it takes three numbers of nodes without errors"
          : String.format(
              Locale.ROOT,
              "%s: X(K) = %.1f K / (1 + %.4f (K-1) + %.5f K (K-1)), %.1f %% off at worst, peak at K = %.0f",
              what(),
              law.g(),
              law.a(),
              law.b(),
              100 * law.worst(points),
              law.peak());
    }
  }

  /**
   * @param before answers a second of the stage before; null when there is none
   * @param quota processors of a node
   */
  static Step of(
      String stage, String mix, int apps, List<Lap> laps, @Nullable Double before, double quota) {
    Map<String, Count> counts = new TreeMap<>();
    Map<String, Long> errors = new TreeMap<>();
    for (Lap lap : laps) {
      lap.nodes().forEach((name, count) -> counts.merge(name, count, Count::and));
      lap.errors().forEach((code, count) -> errors.merge(code, count, Long::sum));
    }
    double elapsed = laps.stream().mapToDouble(Lap::elapsed).sum();
    double busy = Finding.rounded(laps.stream().mapToDouble(Lap::busy).average().orElse(0));
    Map<String, Map<String, Object>> nodes = new LinkedHashMap<>();
    counts.forEach((name, count) -> {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("nr_periods", count.periods());
      told.put("nr_throttled", count.throttled());
      told.put("throttled share", Finding.rounded(count.share()));
      told.put("throttled seconds", Finding.rounded(count.throttledSeconds()));
      told.put("processors used", Finding.rounded(count.usedSeconds() / elapsed));
      nodes.put(name, told);
    });
    double rate =
        errors.isEmpty() ? Finding.rounded(Finding.median(laps.stream().map(Lap::perSecond))) : 0;
    return new Step(
        stage,
        mix,
        apps,
        rate,
        Finding.rounded(laps.stream().mapToDouble(Lap::perSecond).min().orElse(0)),
        Finding.rounded(laps.stream().mapToDouble(Lap::perSecond).max().orElse(0)),
        before == null || before == 0 ? null : Double.valueOf(Finding.rounded(rate / before)),
        binds(counts, elapsed, busy, quota),
        Finding.median(laps.stream().map(Lap::p50)),
        Finding.median(laps.stream().map(Lap::p99)),
        errors,
        busy,
        nodes);
  }

  /**
   * Which node holds the others up.
   *
   * @param elapsed seconds
   * @param quota processors
   */
  static String binds(Map<String, Count> counts, double elapsed, double busy, double quota) {
    Optional<Map.Entry<String, Count>> most =
        counts.entrySet().stream()
            .max(Comparator.comparingDouble(entry -> entry.getValue().share()));
    if (most.isEmpty() || most.get().getValue().throttled() == 0) {
      return "no quota: nr_throttled is 0, so it was starved (machine %.0f %% busy) or too few came"
          .formatted(100 * busy);
    }
    Count count = most.get().getValue();
    double used = count.usedSeconds() / elapsed;
    String name = most.get().getKey();
    return count.share() >= OFTEN && used >= FULL * quota
        ? name
        : "nothing quite; most often %s, throttled in %.0f %% of its periods, %.3f of %s used"
            .formatted(name, 100 * count.share(), used, quota);
  }

  /** For people: the figure, what spoilt it, then the nodes. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %d node%s, %-8s %8.1f/s [%.1f – %.1f]%s  p50 %.0f ms, p99 %.0f ms  binds: %s",
            stage,
            apps,
            apps == 1 ? "" : "s",
            mix,
            perSecond,
            low,
            high,
            gain == null
                ? ""
                : String.format(Locale.ROOT, ", %.2f × the stage before", gain.doubleValue()),
            p50,
            p99,
            binds));
    errors.forEach((code, count) -> lines.add("    counts 0: %,d × %s".formatted(count, code)));
    nodes.forEach((name, told) ->
        lines.add(
            "    %-9s %5s processors, throttled in %s of %s periods, for %s s"
                .formatted(
                    name,
                    told.get("processors used"),
                    told.get("nr_throttled"),
                    told.get("nr_periods"),
                    told.get("throttled seconds"))));
    return lines;
  }
}
