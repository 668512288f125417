package banyan.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/** Paths and queries, safely put together. */
final class Paths {
  static final String JSON = "application/json";

  private Paths() {}

  /** Puts the variables in the place of {@code {…}}, encoded, in their order. */
  static String fill(String path, Object... variables) {
    StringBuilder filled = new StringBuilder();
    int from = 0;
    for (Object variable : variables) {
      int open = path.indexOf('{', from);
      int close = path.indexOf('}', open);
      if (open < 0 || close < 0) {
        throw new IllegalArgumentException("more variables than braces: " + path);
      }
      filled.append(path, from, open);
      filled.append(UriUtils.encode(variable.toString(), StandardCharsets.UTF_8));
      from = close + 1;
    }
    if (path.indexOf('{', from) >= 0) {
      throw new IllegalArgumentException("fewer variables than braces: " + path);
    }
    return filled.append(path.substring(from)).toString();
  }

  /** {@code a=1&b=2}, encoded; what is null or empty is left out. */
  static String query(Map<String, ? extends @Nullable Object> values) {
    StringBuilder query = new StringBuilder();
    values.forEach((name, value) -> {
      if (value != null && !value.toString().isEmpty()) {
        query
            .append(query.isEmpty() ? "" : "&")
            .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
            .append('=')
            .append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
      }
    });
    return query.toString();
  }
}
