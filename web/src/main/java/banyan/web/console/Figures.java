package banyan.web.console;

import banyan.web.Tree;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Measures as people write them. The script does the same for what comes later. */
public final class Figures {
  private static final double KILO = 1024;
  private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

  private final Locale locale;

  Figures(Locale locale) {
    this.locale = locale;
  }

  /** A field of a row in the form of its column. */
  public String show(Tree row, Tables.Column column) {
    if (!row.has(column.field())) {
      return "–";
    }
    double value = row.get(column.field()) instanceof Number number ? number.doubleValue() : 0;
    return switch (column.form()) {
      case "count" -> number(value, value < 10 && value != Math.rint(value) ? 1 : 0);
      case "rate" -> number(value, value < 100 ? 1 : 0);
      case "millis" -> value == 0 ? "–" : number(value, value < 10 ? 2 : value < 100 ? 1 : 0);
      case "seconds" -> number(value, 1);
      case "share", "meter" -> share(value);
      case "moment" -> moment(row.text(column.field()));
      case "amount" -> amount(value, row.text("unit"));
      default -> row.text(column.field());
    };
  }

  /** Used or limit of a resource in its unit, without the unit's name unless it is of bytes. */
  public String amount(@Nullable Object value, String unit) {
    double amount = value instanceof Number number ? number.doubleValue() : 0;
    if (!unit.equals("bytes")) {
      return number(amount, amount < 100 && amount != Math.rint(amount) ? 1 : 0);
    }
    int power = 0;
    while (amount >= KILO && power < BYTES.length - 1) {
      amount /= KILO;
      power++;
    }
    return number(amount, amount < 10 ? 1 : 0) + " " + BYTES[power];
  }

  public String share(@Nullable Object value) {
    double share = value instanceof Number number ? number.doubleValue() : 0;
    return number(share * 100, share < 0.1 && share > 0 ? 1 : 0) + " %";
  }

  /** Cores that the process uses. */
  public String cores(Tree machine) {
    return machine.get("processCpu") instanceof Number share
            && machine.get("cores") instanceof Number cores
        ? number(share.doubleValue() * cores.doubleValue(), 1)
        : "–";
  }

  private String number(double value, int places) {
    NumberFormat format = NumberFormat.getInstance(locale);
    format.setMaximumFractionDigits(places);
    return format.format(value);
  }

  /** Day and minute of a moment, UTC. */
  private static String moment(String iso) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")
        .format(Instant.parse(iso).atOffset(ZoneOffset.UTC));
  }

  /** The time of day of a moment, UTC; empty for none. */
  public String time(String iso) {
    return iso.isEmpty()
        ? ""
        : DateTimeFormatter.ofPattern("HH:mm:ss")
            .format(Instant.parse(iso).atOffset(ZoneOffset.UTC));
  }
}
