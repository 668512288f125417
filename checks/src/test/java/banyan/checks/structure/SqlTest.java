package banyan.checks.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement names its shard and stays in its own module's tables. */
class SqlTest {
  /** The tables that have no shard, each with the reason: one a line, a space between. */
  private static final Path UNSHARDED =
      Repository.ROOT.resolve("checks/src/test/resources/unsharded-tables.txt");

  private static final Pattern REFERENCES =
      Pattern.compile("\\bREFERENCES\\s+(\\w+)", Pattern.CASE_INSENSITIVE);

  static List<String> withoutShard(Tables tables, List<JavaSource> sources) {
    SqlRules rules = new SqlRules(tables);
    List<String> faults = new ArrayList<>();
    for (JavaSource source : sources) {
      for (JavaSource.Literal literal : source.literals()) {
        if (SqlRules.hidesItsTable(literal.text())) {
          faults.add(source.path() + ":" + literal.line() + ": hides its table");
        }
        for (String table : rules.withoutShard(literal.text())) {
          faults.add(source.path() + ":" + literal.line() + ": no shard for " + table);
        }
      }
    }
    return faults;
  }

  /** Statements on tables of another module. */
  static List<String> inForeignTables(Tables tables, List<JavaSource> sources) {
    SqlRules rules = new SqlRules(tables);
    List<String> faults = new ArrayList<>();
    for (JavaSource source : sources) {
      for (JavaSource.Literal literal : source.literals()) {
        for (SqlRules.Use use : rules.uses(literal.text())) {
          if (!mayUse(source, use.table())) {
            faults.add(
                "%s:%d: %s is a table of %s"
                    .formatted(
                        source.path(), literal.line(), use.table().name(), use.table().module()));
          }
        }
      }
    }
    return faults;
  }

  /** Business modules, and the parts of the platform that have tables of their own. */
  /** A drill poisons an outbox from outside of all modules: that is what it is for. */
  private static final String DRILL = "cli/src/main/java/banyan/cli/PoisonedOutbox.java";

  private static boolean mayUse(JavaSource source, Tables.Table table) {
    String[] parts = source.packageName().split("\\.");
    boolean ofPlatform = parts.length > 1 && parts[1].equals("platform");
    return (parts.length > 2 && parts[2].equals(table.module()))
        || (ofPlatform && table.module().equals("platform"))
        || (source.path().equals(DRILL) && table.name().endsWith("_outbox"));
  }

  @Test
  void every_statement_on_a_sharded_table_names_its_shard() {
    List<JavaSource> sources = Repository.productSources();
    assertThat(withoutShard(Tables.ofCheckout(), sources)).isEmpty();
  }

  @Test
  void few_statements_mean_every_shard() {
    SqlRules rules = new SqlRules(Tables.ofCheckout());
    List<String> onSharded =
        Repository.productSources().stream()
            .flatMap(source -> source.literals().stream())
            .map(JavaSource.Literal::text)
            .filter(text -> rules.uses(text).stream().anyMatch(use -> use.table().sharded()))
            .toList();
    long every = onSharded.stream().filter(t -> t.contains(SqlRules.EVERY_SHARD)).count();
    System.out.println(every + " of " + onSharded.size() + " statements mean every shard");
    assertThat(every * 3).isLessThanOrEqualTo(onSharded.size());
  }

  @Test
  void no_statement_touches_another_modules_table() {
    assertThat(inForeignTables(Tables.ofCheckout(), Repository.productSources())).isEmpty();
  }

  @Test
  void no_migration_touches_another_modules_table() {
    Tables tables = Tables.ofCheckout();
    List<String> faults = new ArrayList<>();
    for (Path path : Repository.files(".sql")) {
      Matcher module =
          Pattern.compile(".*/main/resources/db/(\\w+)/.*").matcher(Repository.name(path));
      Matcher references = REFERENCES.matcher(Repository.text(path));
      while (module.matches() && references.find()) {
        Tables.Table table = tables.byName().get(references.group(1));
        if (table != null && !table.module().equals(module.group(1))) {
          faults.add(Repository.name(path) + " references " + table.name());
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void tables_without_a_shard_are_listed_with_a_reason() {
    List<String> lines =
        Repository.text(UNSHARDED).lines().filter(line -> !line.startsWith("#")).toList();
    assertThat(lines).allMatch(line -> line.matches("\\S+ +\\S+ .*"), "a name and a reason");
    TreeSet<String> unsharded = new TreeSet<>();
    Tables.ofCheckout().byName().values().stream()
        .filter(table -> !table.sharded())
        .forEach(table -> unsharded.add(table.name()));
    assertThat(lines.stream().map(line -> line.split(" ")[0])).containsExactlyElementsOf(unsharded);
  }

  private static final Tables SAMPLE =
      Tables.of(
          Map.of(
              "order",
              List.of(
                  """
                  CREATE TABLE orders (shard smallint NOT NULL, id bigint NOT NULL, -- shard, id
                    state text CHECK (state IN ('a', 'b')), PRIMARY KEY (shard, id));
                  CREATE TABLE orders_old PARTITION OF orders DEFAULT;
                  CREATE TABLE order_kind (name text PRIMARY KEY);
                  CREATE TABLE order_line (id bigint);
                  ALTER TABLE order_line ADD COLUMN shard smallint NOT NULL;
                  """),
              "platform",
              List.of("CREATE TABLE ${module}_intent (shard smallint, key text);")));

  @Test
  void the_tables_and_their_shards_are_read_from_the_migrations() {
    assertThat(SAMPLE.byName().values())
        .extracting(Tables.Table::name, Tables.Table::sharded)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("orders", true),
            org.assertj.core.groups.Tuple.tuple("orders_old", true),
            org.assertj.core.groups.Tuple.tuple("order_kind", false),
            org.assertj.core.groups.Tuple.tuple("order_line", true),
            org.assertj.core.groups.Tuple.tuple("%s_intent", true));
  }

  @Test
  void statements_without_a_shard_are_caught() {
    SqlRules rules = new SqlRules(SAMPLE);
    assertThat(
            Stream.of(
                    "SELECT id FROM orders WHERE id = :id",
                    "select id, shard from orders where id = :id order by shard",
                    "INSERT INTO orders (id, state) VALUES (:id, 'shard = 1')",
                    "UPDATE orders SET state = 'b' WHERE id = :id -- shard = :shard",
                    "DELETE FROM orders o WHERE o.id = :id",
                    "DELETE FROM %1$s_intent WHERE key = :key",
                    "SELECT 1 FROM orders o JOIN order_line l ON l.id = o.id WHERE o.shard = :shard",
                    "SELECT 1 FROM orders, order_line WHERE orders.shard = :shard",
                    "WITH x AS (SELECT id FROM orders WHERE id = :id) SELECT 1 FROM x")
                .map(rules::withoutShard))
        .allMatch(faults -> !faults.isEmpty())
        .hasSize(9);
  }

  @Test
  void statements_with_a_shard_pass() {
    SqlRules rules = new SqlRules(SAMPLE);
    assertThat(
            Stream.of(
                    "SELECT id FROM orders WHERE shard = :shard AND id = :id",
                    "SELECT id FROM orders o WHERE o.shard = ANY(:shards)",
                    "SELECT id FROM orders WHERE (shard, id) IN (SELECT * FROM unnest(:a, :b))",
                    "INSERT INTO orders (shard, id) SELECT s, i FROM unnest(:s, :i) AS t (s, i)",
                    "SELECT name FROM order_kind",
                    "INSERT INTO order_kind (name, orders) SELECT name, orders FROM order_kind",
                    "SELECT 1 FROM orders o JOIN order_line l ON l.shard = o.shard AND l.id = o.id"
                        + " WHERE o.shard = :shard",
                    "SELECT 1 FROM orders JOIN order_line USING (shard, id) WHERE orders.shard = 1",
                    "WITH x AS (SELECT id FROM orders WHERE shard = :shard LIMIT 1)"
                        + " UPDATE order_line l SET id = 1 FROM x WHERE l.shard = :shard",
                    "-- every shard: a sweeper\nSELECT id FROM orders WHERE state = 'a'",
                    "You may order from orders of others.")
                .flatMap(sql -> rules.withoutShard(sql).stream().map(table -> sql)))
        .isEmpty();
  }

  @Test
  void a_statement_that_hides_its_table_is_caught() {
    JavaSource bad = JavaSource.parse("C.java", "class C { String s = \"DELETE FROM %s\"; }");
    assertThat(withoutShard(SAMPLE, List.of(bad))).containsExactly("C.java:1: hides its table");
  }

  @Test
  void a_statement_in_another_modules_table_is_caught() {
    String code = "package banyan.business.cart; class C { String s = \"SELECT 1 FROM %s\"; }";
    assertThat(
            Stream.of("orders", "order_intent", "%s_intent", "unknown")
                .map(table -> JavaSource.parse("C.java", code.formatted(table)))
                .map(source -> inForeignTables(SAMPLE, List.of(source))))
        .containsExactly(
            List.of("C.java:1: orders is a table of order"),
            List.of("C.java:1: order_intent is a table of order"),
            List.of("C.java:1: %s_intent is a table of platform"),
            List.of());
  }
}
