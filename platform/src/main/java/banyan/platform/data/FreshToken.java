package banyan.platform.data;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody has seen the databases, as text that he carries about: {@code 1}, then for each
 * database its system identifier and a position in its log, in hexadecimal. The identifier is of
 * {@code 0} for who has changed nothing yet.
 *
 * <p>It is no secret and not signed. Whoever makes a higher one reads the primary, whoever makes a
 * lower one sees his own things as they were at most {@code banyan.data.replica-lag-max} ago, and
 * only where they are shown: whoever sends none at all and is nobody sees the same.
 */
final class FreshToken {
  /** Stands for every database that is not named. */
  static final long ANY = 0;

  /** Databases with replicas that one token names: more than any stage has. */
  private static final int DATABASES_MAX = 64;

  private static final int LENGTH_MAX = 2 + DATABASES_MAX * 34;

  private static final Pattern FORM =
      Pattern.compile("1(\\.[0-9a-f]{1,16}-[0-9a-f]{1,15}){1," + DATABASES_MAX + "}");

  private FreshToken() {}

  /** Null for what is no token. */
  static @Nullable Map<Long, Long> read(@Nullable String token) {
    if (token == null || token.length() > LENGTH_MAX || !FORM.matcher(token).matches()) {
      return null;
    }
    Map<Long, Long> seen = new HashMap<>();
    for (String part : token.substring(2).split("\\.")) {
      int dash = part.indexOf('-');
      seen.merge(
          Long.parseUnsignedLong(part, 0, dash, 16),
          Long.parseLong(part, dash + 1, part.length(), 16),
          Long::max);
    }
    return seen;
  }

  static String of(Map<Long, Long> seen) {
    StringBuilder token = new StringBuilder("1");
    seen.forEach((system, position) ->
        token
            .append('.')
            .append(Long.toHexString(system))
            .append('-')
            .append(Long.toHexString(position)));
    return token.toString();
  }
}
