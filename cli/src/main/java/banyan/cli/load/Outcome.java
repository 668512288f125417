package banyan.cli.load;

import banyan.cli.load.Tally.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run came to, in the shape of its JSON: latencies in milliseconds, processor time in
 * seconds.
 *
 * @param verdict one sentence, first
 * @param met whether the objective was kept
 * @param anomalies answers that contradict, by criterion; empty for mixes without criteria
 * @param capacity requests a second; 0 when it was not looked for
 */
public record Outcome(
    String verdict,
    boolean met,
    double capacity,
    Map<String, Object> plan,
    Map<String, Object> totals,
    Map<String, Object> latency,
    Map<String, Map<String, Object>> acts,
    Map<String, Long> errors,
    Map<String, Double> processorSeconds,
    Map<String, Double> processorMillisPerRequest,
    List<Map<String, Object>> seconds,
    List<Map<String, Object>> steps,
    Map<String, Long> anomalies,
    List<String> anomalyExamples) {
  /** What an objective of a quarter of a second can bear. */
  private static final long LATE_MICROS = 50_000;

  /** How many answers contradicted each other or what was acknowledged before. */
  public long contradictions() {
    return anomalies.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One anomaly is one too many. */
  Outcome with(Anomalies found) {
    String criteria =
        found.total() == 0 ? "0 anomalies; " : "%,d anomalies; ".formatted(found.total());
    return new Outcome(
        criteria + verdict,
        met && found.total() == 0,
        capacity,
        plan,
        totals,
        latency,
        acts,
        errors,
        processorSeconds,
        processorMillisPerRequest,
        seconds,
        steps,
        found.counts(),
        found.examples());
  }

  static Outcome of(
      Plan plan,
      Slo slo,
      Tally tally,
      Map<String, Double> processor,
      double capacity,
      List<Map<String, Object>> steps) {
    double length = plan.duration().toNanos() / 1e9;
    long good = tally.count(Kind.GOOD) + tally.count(Kind.REFUSED);
    boolean met = slo.kept(tally);
    Histogram all = tally.latency();
    Map<String, Object> totals = new LinkedHashMap<>();
    totals.put("offeredPerSecond", round(tally.offered() / length));
    totals.put("answeredPerSecond", round(good / length));
    totals.put("offered", tally.offered());
    totals.put("retried", tally.retried());
    for (Kind kind : Kind.values()) {
      totals.put(kind.name().toLowerCase(java.util.Locale.ROOT), tally.count(kind));
    }
    if (tally.count(Kind.SHED) > 0) {
      totals.put("shedLatency", latencies(tally.shed()));
      totals.put("shedLatencySinceSent", latencies(tally.shedSinceSent()));
    }
    totals.put("loadLate", latencies(tally.late()));
    Map<String, Double> each = new LinkedHashMap<>();
    processor.forEach(
        (tier, seconds) -> each.put(tier, round(seconds * 1000 / Math.max(1, tally.offered()))));
    String verdict =
        (capacity > 0
                ? "capacity %.0f requests/s within %s; at that rate: ".formatted(capacity, slo)
                : "")
            + "%s: %.0f of %.0f requests/s answered, p50 %.1f ms, p99 %.1f ms, %.2f %% errors (%s)"
                .formatted(
                    met ? "kept" : "not kept",
                    good / length,
                    tally.offered() / length,
                    all.getValueAtPercentile(50) / 1000.0,
                    all.getValueAtPercentile(99) / 1000.0,
                    100 * Slo.bad(tally),
                    slo)
            + lateness(plan, tally);
    return new Outcome(
        verdict,
        met,
        round(capacity),
        describe(plan, slo),
        totals,
        latencies(all),
        acts(tally),
        tally.codes(),
        rounded(processor),
        each,
        series(tally, slo),
        steps,
        Map.of(),
        List.of());
  }

  private static Map<String, Map<String, Object>> acts(Tally tally) {
    Map<String, Map<String, Object>> acts = new LinkedHashMap<>();
    for (Mix.Act act : Mix.Act.values()) {
      if (tally.count(act) > 0) {
        Map<String, Object> told = new LinkedHashMap<>(latencies(tally.latency(act)));
        told.put("requests", tally.count(act));
        acts.put(act.label(), told);
      }
    }
    return acts;
  }

  private static Map<String, Object> describe(Plan plan, Slo slo) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("shop", plan.shop());
    told.put("mix", plan.mix().toString());
    told.put("loop", plan.open() ? "open" : "closed");
    told.put(plan.open() ? "rate" : "clients", plan.open() ? plan.rate() : plan.clients());
    told.put("seconds", plan.duration().toSeconds());
    told.put("warmUpSeconds", plan.warmUp().toSeconds());
    told.put("buyers", plan.buyers());
    told.put("retries", plan.storm().retries());
    told.put("objective", slo.toString());
    told.put("seed", plan.seed());
    return told;
  }

  /** A load that is late itself says less about the shop than it seems to. */
  private static String lateness(Plan plan, Tally tally) {
    long micros = tally.late().getValueAtPercentile(99);
    return plan.open() && micros > LATE_MICROS
        ? "; the load itself was late, 1 of 100 by %.0f ms or more".formatted(micros / 1000.0)
        : "";
  }

  private static Map<String, Object> latencies(Histogram histogram) {
    Map<String, Object> told = new LinkedHashMap<>();
    for (double percentile : List.of(50.0, 90.0, 95.0, 99.0, 99.9)) {
      String name = "p" + (percentile == 99.9 ? "99.9" : Integer.toString((int) percentile));
      told.put(name, round(histogram.getValueAtPercentile(percentile) / 1000.0));
    }
    told.put("max", round(histogram.getMaxValue() / 1000.0));
    return told;
  }

  private static List<Map<String, Object>> series(Tally tally, Slo slo) {
    List<Map<String, Object>> series = new ArrayList<>();
    for (Tally.Second second : tally.seconds()) {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("offered", second.offered.get());
      told.put("good", second.count(Kind.GOOD) + second.count(Kind.REFUSED));
      told.put("inTime", slo.inTime(second));
      told.put("retried", second.retried.get());
      told.put("shed", second.count(Kind.SHED));
      told.put("bad", second.count(Kind.FAILED) + second.count(Kind.UNKNOWN));
      told.put("p50", round(second.latency.getValueAtPercentile(50) / 1000.0));
      told.put("p99", round(second.latency.getValueAtPercentile(99) / 1000.0));
      series.add(told);
    }
    return series;
  }

  private static Map<String, Double> rounded(Map<String, Double> values) {
    Map<String, Double> rounded = new LinkedHashMap<>();
    values.forEach((name, value) -> rounded.put(name, round(value)));
    return rounded;
  }

  static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
