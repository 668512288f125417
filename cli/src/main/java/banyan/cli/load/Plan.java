package banyan.cli.load;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the shop.
 *
 * @param shop base URL
 * @param rate arrivals a second, whatever the answers do (open loop); 0 for a closed loop
 * @param clients shoppers who each wait for their answer before the next request; 0 for an open
 *     loop
 * @param warmUp at the same rate, not counted; a flash sale warms up at 1/122 of it
 * @param buyers guests who share the requests, each with a cart
 * @param patience after which an answer counts as unknown: the shop may have done it
 * @param journal where acknowledged orders are written; null for nowhere
 * @param seed of everything that is chosen at random
 * @param storm what makes it worse than a rate
 */
public record Plan(
    String shop,
    Mix mix,
    double rate,
    int clients,
    Duration duration,
    Duration warmUp,
    int buyers,
    Duration patience,
    @Nullable Path journal,
    long seed,
    Storm storm) {
  /** Nobody tries again, and no more come at one time than at another. */
  public Plan(
      String shop,
      Mix mix,
      double rate,
      int clients,
      Duration duration,
      Duration warmUp,
      int buyers,
      Duration patience,
      @Nullable Path journal,
      long seed) {
    this(shop, mix, rate, clients, duration, warmUp, buyers, patience, journal, seed, Storm.NONE);
  }

  /**
   * Orders a second in the first second of Singles' Day against those before it (Huang et al.,
   * X-Engine, SIGMOD 2019).
   */
  static final int FLASH_STEP = 122;

  public Plan {
    if ((rate > 0) == (clients > 0)) {
      throw new IllegalArgumentException("either a rate or a number of clients");
    }
  }

  public boolean open() {
    return rate > 0;
  }

  /** The same at another rate and for another time, without a warm-up of its own. */
  Plan step(double otherRate, Duration otherDuration, Duration otherWarmUp) {
    return new Plan(
        shop,
        mix,
        otherRate,
        0,
        otherDuration,
        otherWarmUp,
        buyers,
        patience,
        journal,
        seed,
        storm);
  }
}
