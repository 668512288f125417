package banyan.bench;

import banyan.bench.Crowd.Lap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one workload came to.
 *
 * @param name as the figures have it, for instance {@code W1}
 * @param figure the ratio, or the number, that counts
 * @param low lower end of its interval; the same for {@code high}
 * @param met whether it reaches the target
 * @param more what else was measured
 */
record Finding(
    String name,
    String what,
    String must,
    double figure,
    double low,
    double high,
    boolean met,
    Map<String, Object> more) {

  /** Something that can be driven for a while. */
  interface Load {
    Lap run(Duration duration);

    /** The same before anything counts. */
    default void warm(Duration duration) {
      run(duration);
    }
  }

  /** How long, and how often, everything is measured. */
  record Patience(Duration warm, Duration lap, int rounds) {}

  /**
   * Measures two things in turn, A B B A, and compares neighbours: what slows the machine for a
   * while slows both.
   *
   * @param least ratio ours / limit that is asked for
   */
  static Finding against(
      String name,
      String what,
      String limitName,
      double least,
      Patience patience,
      Load ours,
      Load limit) {
    ours.warm(patience.warm());
    limit.warm(patience.warm().dividedBy(3));
    List<Lap> a = new ArrayList<>();
    List<Lap> b = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < patience.rounds(); round++) {
      for (boolean oursFirst : new boolean[] {true, false}) {
        Lap one = (oursFirst ? ours : limit).run(patience.lap());
        Lap other = (oursFirst ? limit : ours).run(patience.lap());
        a.add(oursFirst ? one : other);
        b.add(oursFirst ? other : one);
        ratios.add(a.getLast().rate() / b.getLast().rate());
      }
    }
    double ratio = median(ratios.stream());
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("ours per second", Math.round(median(a.stream().map(Lap::rate))));
    more.put(limitName + " per second", Math.round(median(b.stream().map(Lap::rate))));
    more.put("ours ms of processor", rounded(median(a.stream().map(Lap::cost))));
    more.put("of it the database", rounded(median(a.stream().map(Finding::database))));
    more.put(limitName + " ms of processor", rounded(median(b.stream().map(Lap::cost))));
    more.put(
        "ratio of processor",
        rounded(median(b.stream().map(Lap::cost)) / median(a.stream().map(Lap::cost))));
    more.put("p50 ms", rounded(median(a.stream().map(lap -> percentile(lap, 50)))));
    more.put("p99 ms", rounded(median(a.stream().map(lap -> percentile(lap, 99)))));
    if (b.stream().allMatch(lap -> lap.latency().getTotalCount() > 0)) {
      more.put(limitName + " p50 ms", rounded(median(b.stream().map(lap -> percentile(lap, 50)))));
      more.put(limitName + " p99 ms", rounded(median(b.stream().map(lap -> percentile(lap, 99)))));
    }
    return new Finding(
        name,
        what,
        "≥ %s × %s".formatted(least, limitName),
        ratio,
        end(ratios, true),
        end(ratios, false),
        ratio >= least,
        more);
  }

  static double percentile(Lap lap, double percentile) {
    return lap.latency().getValueAtPercentile(percentile) / 1000.0;
  }

  private static double database(Lap lap) {
    return lap.units() == 0 ? 0 : 1000 * lap.databaseCpu() / lap.units();
  }

  static double median(Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * An end of the interval that holds the median with at least 95 %: order statistics of the
   * binomial distribution (of 10 values the second and the ninth); of fewer than 6 the extremes.
   */
  private static double end(List<Double> values, boolean low) {
    List<Double> sorted = values.stream().sorted().toList();
    int cut = 0;
    double outside = 0;
    double term = Math.pow(0.5, sorted.size());
    while (outside + term <= 0.025) {
      outside += term;
      term = term * (sorted.size() - cut) / (cut + 1);
      cut++;
    }
    int place = Math.max(0, cut - 1);
    return sorted.get(low ? place : sorted.size() - 1 - place);
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%s %-4s %-46s %9.3f [%.3f – %.3f]  must be %s",
        met ? "●" : "✗",
        name,
        what,
        figure,
        low,
        high,
        must);
  }

  static Finding number(
      String name, String what, String must, double figure, boolean met, Map<String, Object> more) {
    return new Finding(name, what, must, figure, figure, figure, met, more);
  }
}
