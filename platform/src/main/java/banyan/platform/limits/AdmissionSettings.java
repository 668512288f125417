package banyan.platform.limits;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What one process takes on at a time.
 *
 * @param target mean time of an answer that the limit steers to, from its beginning: with as much
 *     again for waiting, and a tail, 99 of 100 stay within a quarter of a second
 * @param limitMin requests under way that are always allowed: enough for lookers alone (they may
 *     take seven tenths) to fill the batches of shared work; a server that is still cold answers
 *     them late, which is better than not at all
 * @param limitInitial the limit after a start
 * @param limitMax requests under way at most, each of them some 200 KB of heap
 * @param waitingMax who may wait for a turn while the queue is a burst and not a habit
 * @param payDeadline after which nobody waits for the answer to a request of this class any more:
 *     longer than a payment provider is waited for
 * @param checkoutDeadline the same for a checkout
 * @param browseDeadline the same for a page
 * @param backgroundDeadline the same for an import or an export, which is long by nature
 * @param brownOutAfter how long requests have been turned away before optional things go off
 * @param brownOutCalm how long none has been before they go on again: longer than the pause after
 *     which those turned away come back
 */
@Validated
@ConfigurationProperties("banyan.admission")
public record AdmissionSettings(
    @DefaultValue("100ms") Duration target,
    @DefaultValue("48") @Min(2) @Max(10_000) int limitMin,
    @DefaultValue("64") @Min(2) @Max(10_000) int limitInitial,
    @DefaultValue("400") @Min(2) @Max(10_000) int limitMax,
    @DefaultValue("256") @Min(0) @Max(10_000) int waitingMax,
    @DefaultValue("30s") Duration payDeadline,
    @DefaultValue("15s") Duration checkoutDeadline,
    @DefaultValue("10s") Duration browseDeadline,
    @DefaultValue("10m") Duration backgroundDeadline,
    @DefaultValue("3s") Duration brownOutAfter,
    @DefaultValue("10s") Duration brownOutCalm) {
  public AdmissionSettings {
    if (limitMin > limitInitial || limitInitial > limitMax) {
      throw new IllegalArgumentException(
          "banyan.admission: limit-min ≤ limit-initial ≤ limit-max does not hold");
    }
    if (target.toMillis() < 1) {
      throw new IllegalArgumentException("banyan.admission.target must be 1ms or more");
    }
  }

  /** How long a caller of this class waits for its answer unless it says otherwise. */
  public Duration deadline(Urgency urgency) {
    return switch (urgency) {
      case PAY -> payDeadline;
      case CHECKOUT -> checkoutDeadline;
      case BROWSE -> browseDeadline;
      case BACKGROUND -> backgroundDeadline;
    };
  }
}
