package banyan.cli;

import banyan.cli.load.LoadFailed;
import banyan.cli.load.LoadTest;
import banyan.cli.load.Meters;
import banyan.cli.load.Mix;
import banyan.cli.load.Outcome;
import banyan.cli.load.Plan;
import banyan.cli.load.Slo;
import banyan.cli.load.Storm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * More than the shop can do: half of its capacity for a while, then twice and ten times its
 * capacity for half a minute, from shoppers who try again, then half of it as before.
 */
record Overload(Marketplace running, Meters meters, Path journal, Consumer<String> progress) {
  static final String NAME = "overload";
  static final String WHAT = "2 and 10 times the shop's capacity for 30 s each, with retries";
  static final String UNDO = "nothing to undo; with --apart: all processors for the shop again";

  private static final Slo SLO = new Slo(Duration.ofMillis(250), 0.001);
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration SPIKE = Duration.ofSeconds(30);
  private static final Duration AFTER = Duration.ofSeconds(25);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final int RETRIES = 3;

  /** The rate between the spikes, as a part of the capacity. */
  private static final double USUAL = 0.5;

  /** A second is as before when so much of what is asked is answered in time. */
  private static final double WELL = 0.95;

  /** As many seconds in a row say that it stays so. */
  private static final int LASTING = 3;

  /** What the figures ask for. */
  private static final double GOODPUT_OF_TWO = 0.9;

  private static final double GOODPUT_OF_TEN = 0.6;
  private static final double REJECTED_MILLIS_MAX = 50;
  private static final int BACK_SECONDS_MAX = 10;

  /**
   * What one spike came to.
   *
   * @param goodput checkouts a second that were answered well and in time, as a part of the
   *     capacity
   * @param rejectedMillis 99 of 100 were told to come back within; 0 when nobody was
   * @param sinceSentMillis the same from when they had really been sent
   * @param lateMillis 99 of 100 were sent at most so late: beyond what a refusal may take, the
   *     machine could not ask as often as it should, and the shop is not to be judged by this
   * @param backSeconds after the spike until the shop was as before; -1 when it never was
   * @param loadShare part of the machine's processors that the load itself took
   */
  record Spike(
      double times,
      double goodput,
      double rejectedMillis,
      double sinceSentMillis,
      double lateMillis,
      long broken,
      int backSeconds,
      double loadShare,
      long acknowledged,
      Map<String, Long> errors) {
    boolean met() {
      return goodput >= (times > 2 ? GOODPUT_OF_TEN : GOODPUT_OF_TWO)
          && rejectedMillis <= REJECTED_MILLIS_MAX
          && broken == 0
          && backSeconds >= 0
          && backSeconds <= BACK_SECONDS_MAX;
    }

    Map<String, Object> told() {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("times", times);
      told.put("goodput", goodput);
      told.put("rejectedP99Millis", rejectedMillis);
      told.put("rejectedP99MillisSinceSent", sinceSentMillis);
      told.put("loadLateP99Millis", lateMillis);
      told.put("brokenConnections", broken);
      told.put("backSeconds", backSeconds);
      told.put("loadShareOfProcessors", loadShare);
      told.put("acknowledged", acknowledged);
      told.put("errors", errors);
      told.put("met", met());
      return told;
    }

    String line() {
      return ("%s %3.0f × capacity: goodput %.0f %%, rejected within %.1f ms (p99; %.1f since sent), "
              + "%d connections broken, back after %d s, the load took %.0f %% of its processors%s")
          .formatted(
              met() ? "●" : "✗",
              times,
              goodput * 100,
              rejectedMillis,
              sinceSentMillis,
              broken,
              backSeconds,
              loadShare * 100,
              lateMillis > REJECTED_MILLIS_MAX
                  ? " and was late itself by %.0f ms (p99): more than it can ask here"
                      .formatted(lateMillis)
                  : "");
    }
  }

  /**
   * All of it.
   *
   * @param capacity checkouts a second
   * @param apart whether the load had processors of its own
   */
  record Strain(double capacity, boolean apart, List<Spike> spikes) {
    boolean met() {
      return spikes.stream().allMatch(Spike::met);
    }

    Map<String, Object> told(List<String> violations) {
      return Map.of(
          "drill",
          NAME,
          "apart",
          apart,
          "capacity",
          capacity,
          "spikes",
          spikes.stream().map(Spike::told).toList(),
          "violations",
          violations);
    }

    List<String> lines() {
      String halves = apart ? " with half of the processors; the load has the others" : "";
      return Stream.concat(
              Stream.of("capacity %.0f checkouts/s%s".formatted(capacity, halves)),
              spikes.stream().map(Spike::line))
          .toList();
    }
  }

  Strain strain(double capacity, boolean apart) {
    return new Strain(capacity, apart, List.of(spike(capacity, 2), spike(capacity, 10)));
  }

  /** Finds the capacity: the highest rate of checkouts within the objective. */
  double capacity(double from) {
    Outcome found = run(plan(from, WARM_UP.plus(BEFORE), Storm.NONE), true);
    if (found.capacity() < 1) {
      throw Refusal.failed("no capacity was found: " + found.verdict());
    }
    return found.capacity();
  }

  private Spike spike(double capacity, double times) {
    Storm.Spike more = new Storm.Spike(BEFORE, SPIKE, times / USUAL);
    Duration whole = BEFORE.plus(SPIKE).plus(AFTER);
    Storm storm = new Storm(RETRIES, true, more);
    Outcome outcome = run(plan(capacity * USUAL, whole, storm), false);
    int from = (int) BEFORE.toSeconds();
    int to = from + (int) SPIKE.toSeconds();
    List<Map<String, Object>> seconds = outcome.seconds();
    long inTime = seconds.subList(from, to).stream().mapToLong(s -> count(s, "inTime")).sum();
    long broken = 0;
    for (Map.Entry<String, Long> error : outcome.errors().entrySet()) {
      broken += error.getKey().startsWith("connection") ? error.getValue() : 0;
    }
    // those that this process may use now, which may be a part of the machine's (Apart)
    double processors = Runtime.getRuntime().availableProcessors() * whole.toSeconds();
    double share = outcome.processorSeconds().getOrDefault("load", 0.0) / processors;
    return new Spike(
        times,
        rounded(inTime / (capacity * SPIKE.toSeconds())),
        p99(outcome, "shedLatency"),
        p99(outcome, "shedLatencySinceSent"),
        p99(outcome, "loadLate"),
        broken,
        back(seconds.subList(to, seconds.size())),
        rounded(share),
        ((Number) outcome.totals().getOrDefault("good", 0L)).longValue(),
        outcome.errors());
  }

  private static double p99(Outcome outcome, String what) {
    return outcome.totals().get(what) instanceof Map<?, ?> all
            && all.get("p99") instanceof Number p99
        ? p99.doubleValue()
        : 0;
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1e3;
  }

  /** The first second from which on it goes well for a while. */
  private static int back(List<Map<String, Object>> seconds) {
    int well = 0;
    for (int i = 0; i < seconds.size(); i++) {
      Map<String, Object> second = seconds.get(i);
      well = count(second, "inTime") >= WELL * count(second, "offered") ? well + 1 : 0;
      if (well == LASTING) {
        return i + 1 - LASTING;
      }
    }
    return -1;
  }

  private static long count(Map<String, Object> second, String what) {
    return second.get(what) instanceof Number number ? number.longValue() : 0;
  }

  private Plan plan(double rate, Duration duration, Storm storm) {
    return new Plan(
        running.shop(),
        Mix.CHECKOUT,
        rate,
        0,
        duration,
        WARM_UP,
        200,
        Duration.ofSeconds(10),
        journal,
        1,
        storm);
  }

  private Outcome run(Plan plan, boolean search) {
    try {
      return new LoadTest(plan, SLO, meters, progress).run(50, 1_000_000, search);
    } catch (LoadFailed failed) {
      throw Refusal.failed(String.valueOf(failed.getMessage()));
    }
  }
}
