package banyan.web;

import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.FormatStyle;
import java.util.Comparator;
import java.util.Currency;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.context.IWebContext;
import org.thymeleaf.web.IWebRequest;

/** What templates call {@code #face}: words, numbers and addresses in the page's language. */
public final class Face {
  private static final Pattern PICTURE = Pattern.compile("/pictures/([a-z0-9-]+\\.(?:png|jpg))");

  private final Locale locale;
  private final IWebRequest request;
  private final Assets assets;

  Face(IWebContext context, Assets assets) {
    this.locale = context.getLocale();
    this.request = context.getExchange().getRequest();
    this.assets = assets;
  }

  /** {@code en} or {@code zh}. */
  public String language() {
    return locale.getLanguage();
  }

  public String asset(String name) {
    return assets.base() + name;
  }

  /** Path and query of this page in a language. */
  public String in(String language) {
    String path = request.getPathWithinApplication();
    String query = request.getQueryString();
    String prefix = language.equals("zh") ? FaceFilter.CHINESE : "";
    return prefix + path + (query == null || query.isEmpty() ? "" : "?" + query);
  }

  /** This page, to come back to after signing in; without its language, which links add. */
  public String here() {
    return in("en");
  }

  /** Scheme, host and path, without a query: what search engines should know the page by. */
  public String canonical() {
    return origin()
        + (locale.getLanguage().equals("zh") ? FaceFilter.CHINESE : "")
        + request.getPathWithinApplication();
  }

  public String origin() {
    Integer port = request.getServerPort();
    boolean usual = port == null || port == ("https".equals(request.getScheme()) ? 443 : 80);
    return request.getScheme() + "://" + request.getServerName() + (usual ? "" : ":" + port);
  }

  /** Whether the page's path is this one or below it: for the place in a menu. */
  public boolean at(String path) {
    String here = request.getPathWithinApplication();
    return here.equals(path) || here.startsWith(path + "/");
  }

  /** The path of a menu that leads nearest to this page; empty when none leads here. */
  public String place(Map<String, String> menu) {
    return menu.values().stream()
        .filter(this::at)
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  /** An amount as people write it; empty for none. */
  public String money(@Nullable Tree money) {
    if (money == null || !money.has("currency")) {
      return "";
    }
    Currency currency = Currency.getInstance(money.text("currency"));
    NumberFormat format = NumberFormat.getCurrencyInstance(locale);
    format.setCurrency(currency);
    int places = currency.getDefaultFractionDigits();
    format.setMinimumFractionDigits(places);
    format.setMaximumFractionDigits(places);
    return format.format(BigDecimal.valueOf(money.number("amount"), places));
  }

  /** An amount as an input field wants it, for instance {@code 12.50}; empty for none. */
  public String plain(@Nullable Tree money) {
    if (money == null || !money.has("currency")) {
      return "";
    }
    int places = Currency.getInstance(money.text("currency")).getDefaultFractionDigits();
    return BigDecimal.valueOf(money.number("amount"), places).toPlainString();
  }

  public String number(@Nullable Object number) {
    return number == null ? "" : NumberFormat.getInstance(locale).format(number);
  }

  /** A moment of the API (ISO 8601, UTC) as people write it, in UTC; empty for none. */
  public String moment(@Nullable String iso) {
    return format(
        iso, DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT));
  }

  /** The day of a moment, or a day. */
  public String day(@Nullable String iso) {
    return format(iso, DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM));
  }

  private String format(@Nullable String iso, DateTimeFormatter format) {
    if (iso == null || iso.isEmpty()) {
      return "";
    }
    try {
      return iso.length() == 10
          ? format.withLocale(locale).format(LocalDate.parse(iso))
          : format.withLocale(locale).format(Instant.parse(iso).atOffset(ZoneOffset.UTC));
    } catch (DateTimeParseException notAMoment) {
      return iso;
    }
  }

  /** Options of a SKU in one line, for instance {@code Colour: red, Size: L}. */
  public String options(@Nullable Tree options) {
    StringBuilder text = new StringBuilder();
    if (options != null) {
      options.forEach((name, value) ->
          text.append(text.isEmpty() ? "" : locale.getLanguage().equals("zh") ? "，" : ", ")
              .append(name)
              .append(locale.getLanguage().equals("zh") ? "：" : ": ")
              .append(value));
    }
    return text.toString();
  }

  /**
   * A picture in the size it is shown.
   *
   * @param side of the square it has to fill, in pixels: 160, 480 or 960
   */
  public String picture(@Nullable String path, int side) {
    if (path == null) {
      return assets.base() + "no-picture.svg";
    }
    return PICTURE.matcher(path).replaceFirst("/pictures/" + side + "/$1");
  }

  /** A new name for one intent: a form that is sent twice changes something once. */
  public String key() {
    byte[] bytes = new byte[16];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Country codes and names in the page's language, by name. */
  public Map<String, String> countries() {
    Map<String, String> countries = new LinkedHashMap<>();
    List.of(Locale.getISOCountries()).stream()
        .map(code -> Map.entry(code, Locale.of("", code).getDisplayCountry(locale)))
        .sorted(Comparator.comparing(Map.Entry::getValue, java.text.Collator.getInstance(locale)))
        .forEach(country -> countries.put(country.getKey(), country.getValue()));
    return countries;
  }

  public String country(@Nullable String code) {
    return code == null ? "" : Locale.of("", code).getDisplayCountry(locale);
  }

  /** Full and empty stars for a rating of 0 to 5. */
  public String stars(@Nullable Number rating) {
    int full = rating == null ? 0 : (int) Math.round(rating.doubleValue());
    return "★".repeat(full) + "☆".repeat(Math.max(0, 5 - full));
  }
}
