package banyan.business.intake;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** ISO 3166-1 codes of countries by their English names. */
final class Countries {
  /** Names of the data that the standard spells differently, and one for what is no country. */
  private static final Map<String, String> OTHER =
      Map.of(
          "EIRE", "IE",
          "USA", "US",
          "RSA", "ZA",
          "Channel Islands", "JE",
          "Czech Republic", "CZ",
          "Hong Kong", "HK",
          "European Community", "EU");

  private static final Map<String, String> NAMES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).stream()
          .collect(
              Collectors.toMap(
                  code -> Locale.of("", code).getDisplayCountry(Locale.ENGLISH),
                  Function.identity(),
                  (one, other) -> one));

  private Countries() {}

  /** The code of a country, or {@code ZZ} for an unknown one. */
  static String code(String name) {
    return OTHER.getOrDefault(name, NAMES.getOrDefault(name, "ZZ"));
  }
}
