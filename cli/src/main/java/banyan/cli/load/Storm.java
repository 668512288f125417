package banyan.cli.load;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What makes a load worse than a rate: shoppers who try again, and a while in which more of them
 * come.
 *
 * @param retries how often a shopper who was shed, got no answer or lost the connection tries
 *     again, with the same idempotency key
 * @param patient whether he stays away as long as he was asked to; else a tenth of a second,
 *     doubled each time, half of it by chance
 * @param spike null for none
 */
public record Storm(int retries, boolean patient, @Nullable Spike spike) {
  /**
   * @param from since the beginning of the counted time
   * @param times the rate
   */
  public record Spike(Duration from, Duration lasts, double times) {}

  public static final Storm NONE = new Storm(0, true, null);

  private static final long FIRST_MILLIS = 100;

  /**
   * @param attempt 0 for the pause after the first one
   * @param asked seconds; 0 when the shop did not say
   */
  Duration pause(int attempt, int asked, RandomGenerator random) {
    long own = FIRST_MILLIS << Math.min(attempt, 10);
    long half = own / 2 + random.nextLong(own / 2 + 1);
    return patient && asked > 0
        ? Duration.ofSeconds(asked).plusMillis(half)
        : Duration.ofMillis(half);
  }
}
