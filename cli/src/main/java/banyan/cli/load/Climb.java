package banyan.cli.load;

/**
 * The search for the highest rate that keeps an objective: climbs by half until it is missed, then
 * halves the gap. The rate that was missed is tried once more in the end: a shop gets warm while it
 * is asked, and one pause of the machine must not decide. If it is kept now, the climb goes on from
 * there.
 */
final class Climb {
  private static final double STEP = 1.5;

  /** The answer is at most such a part below what is missed. */
  private static final double CLOSE = 0.06;

  private static final double RATE_MAX = 200_000;

  private double rate;
  private double kept;
  private double missed;
  private boolean done;

  Climb(double from) {
    rate = from;
  }

  /** Whether another rate is to be tried. */
  boolean goesOn() {
    return !done && rate >= 1 && rate <= RATE_MAX;
  }

  /** What to try next. */
  double rate() {
    return rate;
  }

  /** The highest that was kept; 0 when none was. */
  double highest() {
    return kept;
  }

  /** How the try went. */
  void went(boolean well) {
    boolean again = rate == missed;
    if (well) {
      kept = rate;
      missed = again ? 0 : missed;
    } else {
      done = again;
      missed = rate;
    }
    if (missed == 0) {
      rate *= STEP;
    } else if (kept == 0) {
      rate /= 2;
    } else {
      rate = missed - kept > CLOSE * missed ? (kept + missed) / 2 : missed;
    }
  }
}
