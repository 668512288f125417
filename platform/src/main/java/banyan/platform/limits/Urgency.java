package banyan.platform.limits;

import java.util.Locale;

/** How much it matters that a request is answered now, the most urgent first. */
public enum Urgency {
  /** Money moves or is made to: the provider's word, what sellers and staff do with orders. */
  PAY(1.0, 4),
  /** Somebody is about to buy. */
  CHECKOUT(0.9, 4),
  /** Somebody is looking. */
  BROWSE(0.7, 4),
  /** Nobody waits for it, or could do without. */
  BACKGROUND(0.3, 1);

  private final double share;
  private final int floor;

  Urgency(double share, int floor) {
    this.share = share;
    this.floor = floor;
  }

  /** Requests of this class begin only while less than this part of the limit is taken. */
  double share() {
    return share;
  }

  /**
   * How many may be under way whatever the others do: enough to keep a processor busy, so that a
   * class whose neighbour waits for somebody else (a payment provider) goes on.
   */
  int floor() {
    return floor;
  }

  /** As metrics and settings write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
