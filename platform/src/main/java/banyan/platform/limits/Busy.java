package banyan.platform.limits;

import java.time.Duration;

/** A queue that is meant to be short is full: nothing was done, and the call may come again. */
public final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration pause;

  /**
   * @param pause after which it is worth trying again
   */
  public Busy(String message, Duration pause) {
    super(message);
    this.pause = pause;
  }

  public Duration pause() {
    return pause;
  }
}
