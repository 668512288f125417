package banyan.platform.data;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One intent of one caller, named by its idempotency key.
 *
 * @param scope what is being done and by whom, so that two callers may choose the same key
 * @param key chosen by the caller, at most 255 characters
 * @param request what was asked; the same key with another request is refused
 */
public record Intent(String scope, String key, Object request) {
  /**
   * An intent for a caller who may have sent no key: then nothing can be repeated and every call is
   * new.
   */
  public static Intent of(String scope, @Nullable String key, Object request) {
    return new Intent(scope, key == null ? UUID.randomUUID().toString() : key, request);
  }
}
