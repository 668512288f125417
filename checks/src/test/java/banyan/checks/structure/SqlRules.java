package banyan.checks.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of every SQL text in the code.
 *
 * <p>Not a parser: a sharded table that a statement uses must have its {@code shard} compared with
 * something, or given a value when a row is put in. Work that means all shards, a sweeper's or a
 * book's, says so with the comment {@code -- every shard}.
 */
final class SqlRules {
  static final String EVERY_SHARD = "-- every shard";

  private static final Pattern USE =
      Pattern.compile(
          "\\b(FROM|JOIN|INTO|UPDATE|USING|,)\\s*(?:ONLY\\s+)?(?:LATERAL\\s+)?([a-z_][\\w]*|%s_\\w+)"
              + "(?:\\s+(?:AS\\s+)?([a-z]\\w*))?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CLAUSE =
      Pattern.compile("(?i)select|from|where|set|on|values|by|returning|into|using|having|limit");
  private static final Pattern NO_ALIAS =
      Pattern.compile(
          "(?i)set|where|on|using|join|left|right|inner|cross|full|group|order|limit|for|values"
              + "|select|returning|natural|union|having|offset|window|default|as|when|then|do");

  /** How a text starts, or what it has inside, that is SQL and not a sentence. */
  private static final Pattern SQL =
      Pattern.compile(
          "(?i:^\\s*(?:with|select|insert|update|delete|merge|truncate|lock|copy)\\b)"
              + "|\\b(?:FROM|JOIN|INTO|UPDATE|USING)\\b");

  private static final Pattern NAMELESS =
      Pattern.compile("\\b(?:FROM|JOIN|INTO|UPDATE)\\s+%(?:\\d+\\$)?s(?!\\w)");

  private final Tables tables;

  SqlRules(Tables tables) {
    this.tables = tables;
  }

  /**
   * One use of a table in a statement.
   *
   * @param verb FROM, JOIN, INTO, UPDATE, USING or a comma
   * @param at where the text goes on after it
   */
  record Use(String verb, Tables.Table table, @Nullable String alias, int at) {}

  /** The tables that a text uses; none for a text that is not SQL. */
  List<Use> uses(String text) {
    String sql = plain(text);
    List<Use> uses = new ArrayList<>();
    if (!SQL.matcher(sql).find()) {
      return uses;
    }
    Matcher matcher = USE.matcher(sql);
    int from = 0;
    while (matcher.find(from)) {
      from = Math.max(matcher.start() + 1, matcher.end(2));
      Tables.Table table = tables.byName().get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (table == null && matcher.group(2).matches("\\w+_(intent|outbox|inbox|lease)")) {
        String module = matcher.group(2).substring(0, matcher.group(2).lastIndexOf('_'));
        Tables.Table any =
            tables.byName().get(matcher.group(2).replaceFirst("^\\w+_", Tables.ANY_MODULE));
        table = any == null ? null : new Tables.Table(matcher.group(2), module, any.sharded());
      }
      if (table == null || (matcher.group(1).equals(",") && !inFrom(sql, matcher.start()))) {
        continue;
      }
      String alias = matcher.group(3);
      boolean named = alias != null && !NO_ALIAS.matcher(alias).matches();
      uses.add(
          new Use(
              matcher.group(1).toUpperCase(Locale.ROOT),
              table,
              named ? alias : null,
              matcher.end(2)));
    }
    return uses;
  }

  /** Whether a comma stands between two tables: the clause it is in, brackets aside, is a FROM. */
  private static boolean inFrom(String sql, int comma) {
    int depth = 0;
    StringBuilder before = new StringBuilder();
    for (int at = comma - 1; at >= 0 && depth >= 0; at--) {
      char c = sql.charAt(at);
      depth += c == ')' ? 1 : c == '(' ? -1 : 0;
      if (depth == 0) {
        before.append(c);
      }
    }
    String[] words = before.reverse().toString().split("\\W+");
    for (int i = words.length - 1; i >= 0; i--) {
      if (CLAUSE.matcher(words[i]).matches()) {
        return words[i].equalsIgnoreCase("FROM");
      }
    }
    return false;
  }

  /** Sharded tables that the text uses without naming their shard. */
  List<String> withoutShard(String text) {
    String sql = plain(text);
    List<Use> uses = uses(text).stream().filter(use -> use.table().sharded()).toList();
    if (text.contains(EVERY_SHARD)) {
      return List.of();
    }
    List<String> faults = new ArrayList<>();
    for (Use use : uses) {
      boolean named =
          use.verb().equals("INTO")
              ? columnsAfter(sql, use.at()).matches("(?is).*\\bshard\\b.*")
              : comparesShard(sql, use, uses.size());
      if (!named) {
        faults.add(use.table().name());
      }
    }
    return faults;
  }

  /** Whether the text leaves the name of a table to be filled in, so that nobody can check it. */
  static boolean hidesItsTable(String text) {
    return NAMELESS.matcher(text).find();
  }

  private static boolean comparesShard(String sql, Use use, int uses) {
    String name = use.alias() == null ? use.table().name() : use.alias();
    String mine = "\\b" + Pattern.quote(name) + "\\.shard\\b";
    String bare = "(?<![\\w.])shard\\b";
    String column = uses == 1 ? "(?:" + mine + "|" + bare + ")" : mine;
    return found(sql, column + "\\s*(?:=|IN\\b)")
        || found(sql, "=\\s*" + column)
        // (shard, id) = … or IN …, also with the table's name before it
        || found(sql, "\\(" + column + "\\s*,[^()]*\\)\\s*(?:=|IN\\b)")
        || found(sql, "=\\s*\\(" + column + "\\s*,")
        || found(sql, "USING\\s*\\([^)]*" + bare)
        || (uses > 1 && use.alias() == null && aloneInItsQuery(sql, use, bare));
  }

  /** A table without an alias in a query of its own (a CTE, a sub-select) may say just shard. */
  private static boolean aloneInItsQuery(String sql, Use use, String bare) {
    int depth = 0;
    int end = use.at();
    while (end < sql.length() && depth >= 0) {
      char c = sql.charAt(end);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      end++;
    }
    String query = sql.substring(use.at(), end);
    return found(query, bare + "\\s*(?:=|IN\\b)")
        || found(query, "\\(" + bare + "\\s*,[^()]*\\)\\s*(?:=|IN\\b)");
  }

  private static boolean found(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(text).find();
  }

  private static String columnsAfter(String sql, int at) {
    int open = sql.indexOf('(', at);
    int close = sql.indexOf(')', open);
    return open < 0 || close < 0 ? "" : sql.substring(open, close);
  }

  /** Without comments and quoted texts; places for a module's name in one form. */
  private static String plain(String text) {
    return text.replaceAll("--[^\n]*", "")
        .replaceAll("'(?:[^']|'')*'", "''")
        .replaceAll("%(?:\\d+\\$)?s_", Tables.ANY_MODULE)
        .replace("${module}_", Tables.ANY_MODULE);
  }
}
