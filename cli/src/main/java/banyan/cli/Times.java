package banyan.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as people write them: {@code 250ms}, {@code 90s}, {@code 5m}. */
final class Times implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,7})(ms|s|m)");

  @Override
  public Duration convert(String text) {
    Matcher time = FORM.matcher(text);
    if (!time.matches()) {
      throw new TypeConversionException("'" + text + "' is not a time like 250ms, 90s or 5m");
    }
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }
}
