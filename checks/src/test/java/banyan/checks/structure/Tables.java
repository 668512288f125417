package banyan.checks.structure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables that the migrations make, by name. */
record Tables(Map<String, Table> byName) {
  /**
   * @param module whose folder the migration lies in; what every module has is of {@code platform},
   *     and its name carries the prefix {@code %s_}
   * @param sharded whether it has a column {@code shard}
   */
  record Table(String name, String module, boolean sharded) {}

  private static final Pattern CREATE =
      Pattern.compile(
          "\\bCREATE\\s+(?:UNLOGGED\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?([\\w${}%]+)\\s*"
              + "(PARTITION\\s+OF\\s+([\\w${}%]+)|\\()",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ADD_SHARD =
      Pattern.compile(
          "\\bALTER\\s+TABLE\\s+([\\w${}%]+)[^;]*\\bADD\\s+(?:COLUMN\\s+)?shard\\s+smallint",
          Pattern.CASE_INSENSITIVE);

  /** What every module keeps has the prefix of the module; all of them look alike. */
  static final String ANY_MODULE = "%s_";

  static Tables of(Map<String, List<String>> migrationsByModule) {
    Map<String, Table> tables = new TreeMap<>();
    migrationsByModule.forEach(
        (module, migrations) -> migrations.forEach(text -> read(module, text, tables)));
    return new Tables(tables);
  }

  /** The tables of this checkout's product. */
  static Tables ofCheckout() {
    Map<String, List<String>> migrations = new TreeMap<>();
    for (Path path : Repository.files(".sql")) {
      String name = Repository.name(path);
      Matcher module = Pattern.compile(".*/src/main/resources/db/(\\w+)/[^/]+").matcher(name);
      if (module.matches()) {
        migrations
            .computeIfAbsent(module.group(1), m -> new java.util.ArrayList<>())
            .add(Repository.text(path));
      }
    }
    return of(migrations);
  }

  private static void read(String module, String migration, Map<String, Table> tables) {
    String text = migration.replaceAll("--[^\n]*", "").replace("${module}_", ANY_MODULE);
    Matcher create = CREATE.matcher(text);
    while (create.find()) {
      String name = create.group(1).toLowerCase(java.util.Locale.ROOT);
      boolean sharded;
      if (create.group(3) == null) {
        sharded = columns(text, create.end()).matches("(?s).*(^|,)\\s*shard\\s+smallint.*");
      } else {
        Table whole = tables.get(create.group(3).toLowerCase(java.util.Locale.ROOT));
        sharded = whole != null && whole.sharded();
      }
      tables.put(name, new Table(name, module, sharded));
    }
    Matcher added = ADD_SHARD.matcher(text);
    while (added.find()) {
      tables.put(added.group(1), new Table(added.group(1), module, true));
    }
  }

  /** The text between the bracket that ends before {@code start} and its partner. */
  private static String columns(String text, int start) {
    int depth = 1;
    int at = start;
    while (at < text.length() && depth > 0) {
      depth += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
      at++;
    }
    return text.substring(start, at - 1);
  }
}
