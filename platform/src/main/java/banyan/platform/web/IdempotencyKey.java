package banyan.platform.web;

import org.jspecify.annotations.Nullable;

/**
 * The caller's name for one intent, from the header {@value #HEADER}.
 *
 * @param value 1 to 255 characters; null when the caller sent none and so cannot repeat the call
 *     safely
 */
public record IdempotencyKey(@Nullable String value) {
  public static final String HEADER = "Idempotency-Key";
}
