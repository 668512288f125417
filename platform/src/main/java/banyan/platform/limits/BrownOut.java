package banyan.platform.limits;

/**
 * Decides when a house is so busy for so long that it does without what is optional. Both ways take
 * a while, so that lamps do not flicker. Not safe for threads.
 */
final class BrownOut {
  private final long afterNanos;
  private final long calmNanos;
  private boolean on;
  private boolean busy;
  private long since;

  BrownOut(AdmissionSettings settings, long now) {
    this.afterNanos = settings.brownOutAfter().toNanos();
    this.calmNanos = settings.brownOutCalm().toNanos();
    this.since = now;
  }

  /**
   * @param busyNow whether requests are being turned away
   * @return whether optional things are off
   */
  boolean look(boolean busyNow, long now) {
    if (busyNow != busy) {
      busy = busyNow;
      since = now;
    }
    if (busy != on && now - since >= (busy ? afterNanos : calmNanos)) {
      on = busy;
    }
    return on;
  }
}
