package banyan.web;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The marketplace as its faces know it: by its public API, in the name of whoever looks at the
 * page. A handler asks for one as a parameter. Nothing can be done on a page that a program could
 * not do, and who may do what is decided in one place.
 */
public interface Api {
  /**
   * One request.
   *
   * @param path with its variables filled in
   * @param query values that are null or empty are left out
   * @param body a value to write as JSON; bytes go as they are; null for none
   * @param contentType of bytes; {@code application/json} for anything else
   * @param idempotencyKey null when the caller will not repeat
   */
  record Call(
      String method,
      String path,
      Map<String, ? extends @Nullable Object> query,
      @Nullable Object body,
      String contentType,
      @Nullable String idempotencyKey) {}

  Answer send(Call call);

  /**
   * @param variables for the braces of the path, in their order
   */
  default Answer get(String path, Object... variables) {
    return find(path, Map.of(), variables);
  }

  default Answer find(
      String path, Map<String, ? extends @Nullable Object> query, Object... variables) {
    return send(new Call("GET", Paths.fill(path, variables), query, null, Paths.JSON, null));
  }

  default Answer post(String path, @Nullable Object body, Object... variables) {
    return send(new Call("POST", Paths.fill(path, variables), Map.of(), body, Paths.JSON, null));
  }

  /**
   * Changes something once, however often the form is sent.
   *
   * @param key from the form; a repeat returns the first answer
   */
  default Answer postOnce(
      @Nullable String key, String path, @Nullable Object body, Object... variables) {
    String kept = key == null || key.isBlank() ? null : key;
    return send(new Call("POST", Paths.fill(path, variables), Map.of(), body, Paths.JSON, kept));
  }

  default Answer put(String path, @Nullable Object body, Object... variables) {
    return send(new Call("PUT", Paths.fill(path, variables), Map.of(), body, Paths.JSON, null));
  }

  default Answer delete(String path, Object... variables) {
    return send(new Call("DELETE", Paths.fill(path, variables), Map.of(), null, Paths.JSON, null));
  }

  /** A JSON object of names and values, in turn; null values and empty texts are left out. */
  static Map<String, Object> object(@Nullable Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      boolean empty =
          value == null
              || value instanceof String text && text.isBlank()
              || value instanceof Collection<?> many && many.isEmpty();
      if (!empty) {
        object.put(String.valueOf(namesAndValues[i]), value);
      }
    }
    return object;
  }
}
