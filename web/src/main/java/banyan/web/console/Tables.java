package banyan.web.console;

import java.util.List;

/**
 * The console's tables as data: the page writes them from it, and the script writes them again from
 * what the page says of its columns.
 */
public final class Tables {
  /** Columns that fit into half of a screen. */
  private static final int COLUMNS_NARROW_MAX = 6;

  /**
   * @param name of the list in the snapshot, and of its words
   */
  public record Table(String name, List<Column> columns) {
    /** Whether it needs the whole width. */
    public boolean broad() {
      return columns.size() > COLUMNS_NARROW_MAX
          || columns.stream().anyMatch(column -> column.field().equals("text"));
    }
  }

  /**
   * @param field of a row
   * @param form how its value is written: {@code text}, {@code word}, {@code count}, {@code rate},
   *     {@code millis}, {@code seconds}, {@code share}, {@code amount}, {@code meter}, {@code
   *     moment}, {@code state}, {@code healthy}, {@code loads}
   * @param words where the words of a {@code word} or {@code state} are: {@code
   *     console.<words>.<value>}
   */
  public record Column(String field, String form, String words) {
    public boolean number() {
      return !List.of("text", "word", "healthy", "loads", "meter", "moment", "state")
          .contains(form);
    }
  }

  static final List<Table> OF_PICTURE =
      List.of(
          new Table(
              "nodes",
              List.of(
                  column("kind", "word", "kind"),
                  column("name", "text"),
                  column("healthy", "healthy"),
                  column("loads", "loads"))),
          new Table(
              "links",
              List.of(column("from", "text"), column("to", "text"), column("perSecond", "rate"))));

  static final List<Table> OF_FLEET =
      List.of(
          new Table(
              "fleet",
              List.of(
                  column("name", "text"),
                  column("state", "state", "fleet"),
                  column("perSecond", "rate"),
                  column("cpu", "meter"),
                  column("heap", "meter"),
                  column("since", "moment"),
                  column("address", "text"),
                  column("stage", "text"),
                  column("version", "text"))));

  static final List<Table> OF_RESOURCES =
      List.of(
          new Table(
              "resources",
              List.of(
                  column("name", "word", "resource"),
                  column("used", "amount"),
                  column("limit", "amount"),
                  column("utilisation", "meter"),
                  column("saturation", "share"))));

  static final List<Table> OF_REQUESTS =
      List.of(
          new Table(
              "operations",
              List.of(
                  column("name", "word", "class"),
                  column("perSecond", "rate"),
                  column("p50", "millis"),
                  column("p95", "millis"),
                  column("p99", "millis"),
                  column("total", "count"))),
          new Table(
              "refusals",
              List.of(
                  column("code", "text"),
                  column("status", "text"),
                  column("perMinute", "rate"),
                  column("total", "count"))),
          new Table(
              "checkouts",
              List.of(
                  column("name", "text"), column("perMinute", "rate"), column("total", "count"))),
          new Table(
              "limits",
              List.of(
                  column("name", "text"),
                  column("kind", "word", "limit"),
                  column("inside", "count"),
                  column("places", "count"),
                  column("waiting", "count"),
                  column("refused", "count"))));

  static final List<Table> OF_DATA =
      List.of(
          new Table(
              "pools",
              List.of(
                  column("address", "text"),
                  column("inUse", "count"),
                  column("idle", "count"),
                  column("waiting", "count"),
                  column("max", "count"),
                  column("commitsPerSecond", "rate"),
                  column("memoryShare", "share"))),
          new Table(
              "statements",
              List.of(
                  column("text", "text"),
                  column("calls", "count"),
                  column("totalMillis", "millis"),
                  column("meanMillis", "millis"),
                  column("share", "share"))),
          new Table(
              "caches",
              List.of(
                  column("name", "text"),
                  column("hitShare", "share"),
                  column("perSecond", "rate"),
                  column("entries", "count"))),
          new Table(
              "events",
              List.of(
                  column("module", "text"),
                  column("waiting", "count"),
                  column("oldestSeconds", "seconds"))));

  private Tables() {}

  private static Column column(String field, String form) {
    return column(field, form, "");
  }

  private static Column column(String field, String form, String words) {
    return new Column(field, form, words);
  }
}
