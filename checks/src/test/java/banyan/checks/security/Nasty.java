package banyan.checks.security;

import java.util.List;
import java.util.Random;

/** Values that programs stumble over. */
final class Nasty {
  /** As JSON has them, unquoted; some are no JSON. */
  static final List<String> JSON =
      List.of(
          "null",
          "true",
          "false",
          "-1",
          "0",
          "-0",
          "1.5",
          "1e2",
          "100",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "1e400",
          "1E999999999",
          "0.000000000000000000001",
          "NaN",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"\\udc00x\"",
          "\"\\ud83d\\ude00\"",
          "\"\\u202e\\u200b\\ufeff\"",
          "\"\\u0001\\u001f\\u007f\\u0085\"",
          "\"\\r\\nSet-Cookie: a=b\"",
          "\"a\\u0301\\u0301\\u0301\\u0301\"",
          "\"ﬁİıſß\"",
          "\"'; DROP TABLE x; --\"",
          "\"%s%n%d{}${7*7}#{7*7}${jndi:ldap://127.0.0.1/x}\"",
          "\"__${T(java.lang.Runtime)}__::.x\"",
          "\"<script>alert(1)</script>\"",
          "\"../../../../etc/passwd\"",
          "\"true\"",
          "\"1\"",
          "\"-1\"",
          "\"2026-02-30T25:61:61Z\"",
          "\"+1000000000-01-01T00:00:00Z\"",
          "\"-999999999-01-01T00:00:00Z\"",
          "\"1e5\"",
          "[]",
          "{}",
          "[null]",
          "[[[[[[]]]]]]",
          "{\"a\":{\"a\":{}}}",
          "{\"@class\":\"java.lang.String\",\"@type\":\"x\"}",
          "{\"amount\":9223372036854775807,\"currency\":\"GBP\"}",
          "{\"amount\":-1,\"currency\":\"GBP\"}",
          "{\"amount\":1,\"currency\":\"XTS\"}",
          "{\"amount\":1,\"currency\":\"gbp\"}",
          "{\"amount\":1.5,\"currency\":\"JPY\"}",
          "\"" + "x".repeat(70_000) + "\"",
          "\"" + "é".repeat(300) + "\"",
          "\"" + "\uD83D\uDE00".repeat(120) + "\"");

  /** For paths and queries and forms, before they are encoded; a byte may stand for itself. */
  static final List<String> TEXT =
      List.of(
          "",
          " ",
          "0",
          "1",
          "-1",
          "00",
          "x",
          "null",
          "true",
          "1.5",
          "1e5",
          "101",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999",
          "\u0000",
          "a\u0000b",
          "a/b",
          "..",
          "../../etc/passwd",
          "..\\..\\x",
          "%2e%2e",
          "%",
          "€",
          "\uD83D\uDE00",
          "\uFFFD",
          "\u202Eabc",
          "\r\nX: y",
          "{}",
          "[]",
          "' OR 1=1--",
          "\\",
          "*",
          "%_",
          ";x=1",
          "<script>alert(1)</script>",
          "${7*7}",
          "AAAA",
          "MTIz",
          "////",
          "1970-01-01",
          "2026-02-30",
          "-999999999-01-01",
          "+999999999-12-31",
          "a".repeat(300),
          "a".repeat(6_000));

  /** Queries as they are; those that no client sends are in {@code BrokenRequestTest}. */
  static final List<String> QUERY =
      List.of("%FF%FE", "%C3%28", "=", "&&&", "%00=1", "a%5Bb%5D=c", "a.b.c=d", "%25u0041=%25");

  private Nasty() {}

  static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
