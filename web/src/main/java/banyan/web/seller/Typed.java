package banyan.web.seller;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What people type into forms, as the API wants it; null for what is not understood. */
public final class Typed {
  /** Whole units and, behind a dot or a comma, parts of one; a sign of a currency may be there. */
  private static final Pattern PRICE =
      Pattern.compile("\\p{Sc}?\\s*(\\d{1,11})(?:[.,](\\d{1,4}))?\\s*\\p{Sc}?");

  private static final List<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .filter(currency -> currency.getDefaultFractionDigits() >= 0)
          .map(Currency::getCurrencyCode)
          .filter(code -> !code.startsWith("X"))
          .sorted(Comparator.naturalOrder())
          .toList();

  private Typed() {}

  public static List<String> currencies() {
    return CURRENCIES;
  }

  /** Decimal places of a currency's amounts. */
  static int places(String currency) {
    try {
      return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    } catch (IllegalArgumentException unknown) {
      return 2;
    }
  }

  /** A price like {@code 12.50} in minor units. */
  static @Nullable Long minor(@Nullable String text, String currency) {
    Matcher price = PRICE.matcher(text == null ? "" : text.strip());
    if (!price.matches()) {
      return null;
    }
    String parts = price.group(2) == null ? "" : price.group(2);
    int places = places(currency);
    return parts.length() > places
        ? null
        : new BigDecimal(price.group(1) + "." + parts + "0").movePointRight(places).longValue();
  }

  /** An amount of money of the API, or null. */
  static @Nullable Map<String, Object> money(@Nullable String text, String currency) {
    Long minor = minor(text, currency);
    return minor == null ? null : Map.of("amount", minor, "currency", currency);
  }

  /** A whole number of at least 0. */
  static @Nullable Long whole(@Nullable String text) {
    String digits = text == null ? "" : text.strip();
    return digits.matches("\\d{1,10}") ? Long.valueOf(digits) : null;
  }

  /** A moment of a {@code datetime-local} field, in UTC; empty for what is not one. */
  static String moment(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return "";
    }
    try {
      Instant moment = LocalDateTime.parse(text.strip()).toInstant(ZoneOffset.UTC);
      return moment.toString();
    } catch (DateTimeException notAMoment) {
      return text.strip();
    }
  }

  static boolean blank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  /** Fields whose names begin with a word, by the rest of the name. */
  static Map<String, String> starting(String word, Map<String, String> form) {
    Map<String, String> fields = new TreeMap<>();
    form.forEach((name, value) -> {
      if (name.startsWith(word)) {
        fields.put(name.substring(word.length()), value.strip());
      }
    });
    return fields;
  }
}
