package banyan.cli.load;

import banyan.cli.load.Tally.Kind;
import java.time.Duration;

/**
 * What people would still call a working shop.
 *
 * @param p99 of the answers that did the work
 * @param errorsMax share of requests, also of those sent again, that were shed, failed or unknown
 */
public record Slo(Duration p99, double errorsMax) {
  boolean kept(Tally tally) {
    return bad(tally) <= errorsMax
        && tally.latency().getValueAtPercentile(99) <= p99.toNanos() / 1000;
  }

  /** Those of a second that were answered well, and in time. */
  long inTime(Tally.Second second) {
    return second.latency.getCountBetweenValues(0, p99.toNanos() / 1000);
  }

  static double bad(Tally tally) {
    long bad = tally.count(Kind.SHED) + tally.count(Kind.FAILED) + tally.count(Kind.UNKNOWN);
    return (double) bad / Math.max(1, tally.offered() + tally.retried());
  }

  @Override
  public String toString() {
    return "p99 ≤ %d ms, errors ≤ %s %%"
        .formatted(p99.toMillis(), Double.toString(errorsMax * 100));
  }
}
