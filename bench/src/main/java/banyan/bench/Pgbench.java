package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own benchmark program against the marketplace's own PostgreSQL. */
final class Pgbench {
  private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");
  private static final Pattern DONE =
      Pattern.compile("(?m)^number of transactions actually processed: (\\d+)");
  private static final Pattern FAILED =
      Pattern.compile("(?m)^number of failed transactions: (\\d+)");

  private final Market market;
  private final int clients;

  Pgbench(Market market, int clients) {
    this.market = market;
    this.clients = clients;
  }

  /** Tables with the least an order can be, and the upsert's; fresh ones each time. */
  void prepare() {
    market.sql(
        "DROP SCHEMA IF EXISTS bench CASCADE",
        "CREATE SCHEMA bench",
        "CREATE TABLE bench.stock (sku int PRIMARY KEY, qty bigint NOT NULL CHECK (qty >= 0)) WITH (fillfactor = 50)",
        """
        CREATE TABLE bench.ord (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, buyer int NOT NULL,
          total bigint NOT NULL, created timestamptz NOT NULL DEFAULT now())
        """,
        "CREATE INDEX ON bench.ord (buyer, id)",
        """
        CREATE TABLE bench.ord_line (order_id bigint, line int, sku int NOT NULL, qty int NOT NULL,
          price bigint NOT NULL, PRIMARY KEY (order_id, line))
        """,
        """
        CREATE TABLE bench.payment (order_id bigint PRIMARY KEY, amount bigint NOT NULL, state text NOT NULL,
          ref text NOT NULL)
        """,
        "INSERT INTO bench.stock SELECT g, 1000000000 FROM generate_series(1, 10000) g",
        "CREATE TABLE bench.cart_line (cart int, sku int, qty int NOT NULL, PRIMARY KEY (cart, sku))",
        "ANALYZE");
  }

  static final String ORDER =
      """
      \\set sku random(:lo, :hi)
      \\set buyer random(1, 100000)
      BEGIN;
      UPDATE bench.stock SET qty = qty - 1 WHERE sku = :sku AND qty >= 1;
      INSERT INTO bench.ord (buyer, total) VALUES (:buyer, 1999) RETURNING id \\gset
      INSERT INTO bench.ord_line VALUES (:id, 1, :sku, 1, 1999);
      INSERT INTO bench.payment VALUES (:id, 1999, 'paid', 'ref');
      COMMIT;
      """;

  static final String ORDER_IN_ONE =
      """
      \\set sku random(:lo, :hi)
      \\set buyer random(1, 100000)
      WITH s AS (UPDATE bench.stock SET qty = qty - 1 WHERE sku = :sku AND qty >= 1 RETURNING sku),
           o AS (INSERT INTO bench.ord (buyer, total) SELECT :buyer, 1999 FROM s RETURNING id),
           l AS (INSERT INTO bench.ord_line SELECT o.id, 1, s.sku, 1, 1999 FROM o, s)
      INSERT INTO bench.payment SELECT o.id, 1999, 'paid', 'ref' FROM o;
      """;

  static final String UPSERT =
      """
      \\set cart random(1, 100000)
      \\set sku random(1, 2000)
      INSERT INTO bench.cart_line VALUES (:cart, :sku, 1) ON CONFLICT (cart, sku) DO UPDATE SET qty = excluded.qty;
      """;

  /** Runs scripts in turn at random, as fast as answers come; units are transactions. */
  Crowd.Lap run(List<String> scripts, Map<String, Long> variables, Duration duration) {
    try {
      Path folder = Files.createDirectories(market.data().resolve("pgbench"));
      List<String> command =
          new ArrayList<>(
              List.of(
                  program().toString(),
                  "-n",
                  "-M",
                  "prepared",
                  "-h",
                  "127.0.0.1",
                  "-p",
                  market.databasePort(),
                  "-U",
                  "postgres",
                  "-c",
                  Integer.toString(clients),
                  "-j",
                  "2",
                  "-T",
                  Long.toString(Math.max(1, duration.toSeconds()))));
      variables.forEach((name, value) -> command.addAll(List.of("-D", name + "=" + value)));
      for (int i = 0; i < scripts.size(); i++) {
        Path file = folder.resolve(i + ".sql");
        Files.writeString(file, scripts.get(i));
        command.addAll(List.of("-f", file.toString()));
      }
      command.add("postgres");
      return run(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Crowd.Lap run(List<String> command) throws IOException {
    double before = market.database().seconds();
    Path out = market.data().resolve("pgbench/out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("PGPASSWORD", market.databasePassword());
    try {
      Process process = builder.start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new BenchFailed("pgbench did not end");
      }
      String said = Files.readString(out);
      if (process.exitValue() != 0 || !number(FAILED, said).equals("0")) {
        throw new BenchFailed(
            "pgbench failed: " + said.substring(0, Math.min(SAID_MAX, said.length())));
      }
      long done = Long.parseLong(number(DONE, said));
      return new Crowd.Lap(
          done,
          done / Double.parseDouble(number(RATE, said)),
          0,
          market.database().seconds() - before,
          0,
          new org.HdrHistogram.Histogram(3));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }

  private static String number(Pattern pattern, String said) {
    Matcher matcher = pattern.matcher(said);
    if (!matcher.find()) {
      throw new BenchFailed("pgbench said something unexpected: " + said);
    }
    return matcher.group(1);
  }

  private static Path program() throws IOException {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin/pgbench"))
          .filter(Files::isExecutable)
          .max(Path::compareTo)
          .orElseThrow(
              () -> new BenchFailed("pgbench is missing: apt-get install postgresql-contrib"));
    } catch (java.nio.file.NoSuchFileException none) {
      throw new BenchFailed("pgbench is missing: apt-get install postgresql-contrib");
    }
  }

  /**
   * The very SQL of a request, as PostgreSQL logs it, written down as a script for pgbench. What
   * the marketplace's own background work reads at the same time is left out.
   */
  static String capture(Market market, Runnable request) {
    market.sql(
        "ALTER SYSTEM SET log_statement = 'all'",
        "ALTER SYSTEM SET log_parameter_max_length = -1",
        "SELECT pg_reload_conf()");
    Path log = market.data().resolve("postgres/log");
    try {
      String mark = "mark " + System.nanoTime();
      awaitLog(market, log, mark);
      request.run();
      String end = "mark " + System.nanoTime();
      awaitLog(market, log, end);
      String said = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
      return script(said.substring(said.lastIndexOf(mark), said.lastIndexOf(end)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      market.sql(
          "ALTER SYSTEM RESET log_statement",
          "ALTER SYSTEM RESET log_parameter_max_length",
          "SELECT pg_reload_conf()");
    }
  }

  /** The settings reach every session a moment later: asks until the question itself is logged. */
  private static void awaitLog(Market market, Path log, String mark) throws IOException {
    long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1).contains(mark)) {
      if (System.nanoTime() > giveUp) {
        throw new BenchFailed("PostgreSQL does not log what it is asked");
      }
      market.sql("SELECT '" + mark + "'");
    }
  }

  /** Each of its clients says the same. */
  private static final int SAID_MAX = 600;

  private static final Pattern ENTRY =
      Pattern.compile("(?m)^\\d{4}-\\d\\d-\\d\\d [0-9:.]+ \\w+ \\[\\d+] ");
  private static final Pattern EXECUTED =
      Pattern.compile("(?s)^LOG:  execute [^:]*: (SELECT.*|WITH.*)$");
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+) = ('(?:[^']|'')*'|NULL)");
  private static final Pattern UNNEST = Pattern.compile("(?i)\\bunnest\\([^)]*\\)");
  private static final Pattern ARGUMENT = Pattern.compile("\\$(\\d+)\\b(?!::)");
  private static final Pattern OURS =
      Pattern.compile(
          "every shard|_outbox|_inbox|_lease|lease|SELECT 'mark|SELECT '$|toggle|nextval");

  static String script(String log) {
    List<String> statements = new ArrayList<>();
    String pending = "";
    for (String entry : ENTRY.split(log)) {
      String text = entry.strip();
      if (text.startsWith("DETAIL:") && !pending.isEmpty()) {
        statements.add(filled(pending, text));
        pending = "";
        continue;
      }
      if (!pending.isEmpty()) {
        statements.add(pending);
        pending = "";
      }
      Matcher executed = EXECUTED.matcher(text);
      if (executed.matches() && !OURS.matcher(text).find()) {
        pending = executed.group(1).replaceAll("--[^\\n]*", " ").replaceAll("\\s+", " ").strip();
      }
    }
    if (!pending.isEmpty()) {
      statements.add(pending);
    }
    if (statements.isEmpty()) {
      throw new BenchFailed("the request asked the database nothing");
    }
    return String.join(";\n", statements) + ";\n";
  }

  /** A bare literal tells {@code unnest} no type, as the driver's parameter did. */
  private static String typed(String call, Map<Integer, String> values) {
    return Matcher.quoteReplacement(
        ARGUMENT
            .matcher(call)
            .replaceAll(argument -> {
              String value = values.getOrDefault(Integer.valueOf(argument.group(1)), "");
              String type = value.matches("'\\{[-0-9,]*}'") ? "bigint" : "text";
              return Matcher.quoteReplacement(argument.group() + "::" + type + "[]");
            }));
  }

  private static String filled(String statement, String detail) {
    Map<Integer, String> values = new TreeMap<>(java.util.Comparator.reverseOrder());
    Matcher parameter = PARAMETER.matcher(detail);
    while (parameter.find()) {
      values.put(Integer.valueOf(parameter.group(1)), parameter.group(2));
    }
    String filled = UNNEST.matcher(statement).replaceAll(call -> typed(call.group(), values));
    for (Map.Entry<Integer, String> value : values.entrySet()) {
      filled =
          filled.replaceAll(
              "\\$" + value.getKey() + "\\b", Matcher.quoteReplacement(value.getValue()));
    }
    return filled;
  }
}
