package banyan.platform.audit;

import java.io.Serializable;
import java.time.Instant;

/**
 * The member of the staff behind a request; as a parameter of a handler it makes the request refuse
 * strangers with 401.
 *
 * @param requestId names the request in the server's log
 */
public record Staff(long accountId, String requestId) implements Serializable {
  /**
   * What the log of the staff is told; publish it in the transaction of the change.
   *
   * @param key an id of the family whose rows are changed
   * @param action what was done, in the past tense with dashes: {@code order-refunded}
   * @param kind of the target: {@code order}
   * @param target id or name of what it was done to
   * @param detail how much, from what to what, why
   */
  public StaffActed acted(long key, String action, String kind, String target, String detail) {
    return new StaffActed(key, accountId, requestId, action, kind, target, detail, Instant.now());
  }

  /** {@link #acted(long, String, String, String, String)} on something that has an id. */
  public StaffActed acted(long id, String action, String kind, String detail) {
    return acted(id, action, kind, Long.toString(id), detail);
  }
}
