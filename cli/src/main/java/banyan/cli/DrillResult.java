package banyan.cli;

import banyan.cli.load.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a drill came to.
 *
 * @param acknowledged orders, with those of the warm-up: the journal holds them all
 * @param seconds in which less than half of the requests were answered well within {@link
 *     #IN_TIME}, from the strike on
 * @param back whether the last second was served again
 * @param wrong what books and journal object to
 */
record DrillResult(
    Fault fault,
    long acknowledged,
    long seconds,
    boolean back,
    List<String> wrong,
    Map<String, Long> errors,
    List<Figure> figures) {
  /** A share of reads that people would still call a working shop. */
  private static final double READS_MIN = 0.9;

  /** Who waits longer for an answer has gone: a shop that answers later is not available. */
  static final Duration IN_TIME = Duration.ofSeconds(2);

  /** A share of the requests, from so many seconds on after the cache was lost. */
  private static final double GOODPUT_MIN = 0.8;

  private static final int SOON_SECONDS = 10;

  private static final String RUN = "was run";

  /**
   * @param fromNanos when it struck
   * @param toNanos when it had been put right
   * @param before counted seconds of the load before it
   * @param acknowledged orders in the journal
   */
  static DrillResult of(
      Fault fault,
      Outcome load,
      int before,
      long acknowledged,
      Window window,
      List<String> wrong,
      List<Figure> seen) {
    List<Map<String, Object>> seconds =
        load.seconds().subList(Math.min(before, load.seconds().size() - 1), load.seconds().size());
    long away = seconds.stream().filter(second -> !served(second)).count();
    boolean back = served(seconds.getLast());
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.none(
            "lost, sold twice or wrong in a book",
            wrong.size(),
            " of %,d orders".formatted(acknowledged)));
    figures.add(
        Figure.none(
            "5xx other than a proper 503", improper(load.errors()) + window.improper(), ""));
    figures.addAll(own(fault, away, back, window, load));
    if (fault.must() == Fault.Must.GOODPUT_RETURNS) {
      figures.add(goodput(seconds));
    }
    figures.addAll(seen);
    return new DrillResult(fault, acknowledged, away, back, wrong, load.errors(), figures);
  }

  static DrillResult notRun(Fault fault, String reason) {
    return new DrillResult(
        fault, 0, 0, false, List.of(), Map.of(), List.of(new Figure(RUN, "yes", reason, false)));
  }

  /** The stretch in which it was broken, and who looked on. */
  record Window(Onlooker onlooker, long fromNanos, long toNanos) {
    private long improper() {
      long all = 0;
      for (Onlooker.View view : Onlooker.View.values()) {
        all += onlooker.between(view, Long.MIN_VALUE, Long.MAX_VALUE).improper();
      }
      return all;
    }

    private Figure reads(String what, Onlooker.View view) {
      Onlooker.Seen seen = onlooker.between(view, fromNanos, toNanos);
      return new Figure(
          what + " while it is broken",
          "≥ 90 % served",
          "%d of %d".formatted(seen.good(), seen.looked()),
          seen.good() >= READS_MIN * seen.looked());
    }
  }

  private static List<Figure> own(
      Fault fault, long away, boolean back, Window window, Outcome load) {
    Figure comesBack = new Figure("back by itself", "yes", back ? "yes" : "no", back);
    return switch (fault.must()) {
      case BACK_IN_3_S, BACK_IN_10_S ->
          List.of(Figure.atMost("seconds unavailable", fault.must().secondsAway(), away, " s"));
      case COME_BACK -> List.of(comesBack);
      case FAIL_NOTHING ->
          List.of(
              Figure.none(
                  "requests failed",
                  load.errors().values().stream().mapToLong(Long::longValue).sum(),
                  " of %,d".formatted(count(load.totals(), "offered"))));
      case CACHED_READS_GO_ON ->
          List.of(comesBack, window.reads("cached reads", Onlooker.View.CATEGORIES));
      case READS_GO_ON, GOODPUT_RETURNS ->
          List.of(
              comesBack,
              window.reads("reads", Onlooker.View.PRODUCT),
              window.reads("cached reads", Onlooker.View.CATEGORIES));
    };
  }

  private static Figure goodput(List<Map<String, Object>> fromStrikeOn) {
    List<Map<String, Object>> late =
        fromStrikeOn.subList(Math.min(SOON_SECONDS, fromStrikeOn.size()), fromStrikeOn.size());
    long offered = late.stream().mapToLong(second -> count(second, "offered")).sum();
    long inTime = late.stream().mapToLong(second -> count(second, "inTime")).sum();
    return new Figure(
        "goodput (2 s) from %d s after it on".formatted(SOON_SECONDS),
        "≥ %.0f %%".formatted(100 * GOODPUT_MIN),
        "%,d of %,d".formatted(inTime, offered),
        offered > 0 && inTime >= GOODPUT_MIN * offered);
  }

  private static long improper(Map<String, Long> errors) {
    return errors.entrySet().stream()
        .filter(error -> error.getKey().matches("5\\d\\d.*") && !error.getKey().matches("503 \\w+"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static boolean served(Map<String, Object> second) {
    return 2 * count(second, "inTime") >= count(second, "offered");
  }

  private static long count(Map<String, Object> second, String what) {
    return second.get(what) instanceof Number number ? number.longValue() : 0;
  }

  boolean wasRun() {
    return !figures.getFirst().what().equals(RUN);
  }

  boolean held() {
    return wrong.isEmpty();
  }

  boolean met() {
    return figures.stream().allMatch(Figure::met);
  }

  Map<String, Object> told() {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("drill", fault.toString());
    told.put("acknowledged", acknowledged);
    told.put("secondsUnavailable", seconds);
    told.put("back", back);
    told.put("violations", wrong);
    told.put("errors", errors);
    told.put("figures", figures.stream().map(Figure::told).toList());
    return told;
  }

  String line() {
    Figure first = figures.getFirst();
    if (!wasRun()) {
      return "✗ %-16s not run: %s".formatted(fault, first.measured());
    }
    return "%s %-16s %,7d orders acknowledged, %2d s unavailable, %s"
        .formatted(
            held() && back ? "●" : "✗",
            fault,
            acknowledged,
            seconds,
            !held()
                ? wrong.size() + " violations: " + wrong.getFirst()
                : back ? "nothing lost, the books balance" : "it did not come back in time");
  }

  /** What was promised against what was measured, a line a figure. */
  static List<String> table(List<DrillResult> results) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  %-16s %-42s %-24s %s".formatted("drill", "what", "must", "measured"));
    for (DrillResult result : results) {
      for (Figure figure : result.figures()) {
        lines.add(
            "%s %-16s %-42s %-24s %s"
                .formatted(
                    figure.met() ? "●" : "✗",
                    result.fault(),
                    figure.what(),
                    figure.must(),
                    figure.measured()));
      }
    }
    long met = results.stream().flatMap(r -> r.figures().stream()).filter(Figure::met).count();
    long all = results.stream().mapToLong(r -> r.figures().size()).sum();
    lines.add("%d of %d figures are met".formatted(met, all));
    return lines;
  }
}
