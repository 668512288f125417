package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A marketplace of our own to measure: started by the command as anybody would start it, filled by
 * an import, stopped at the end. It lives in a folder under {@code bench/target} and is kept there,
 * so that a second run need not fill it again.
 */
final class Market implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int UNITS = 1_000_000;
  private static final int PAGE = 100;

  /** Of a larger catalogue only the slugs are noted. */
  private static final int DETAILED_MAX = 10_000;

  private static final List<String> WORDS =
      List.of(
          "oak", "linen", "copper", "glass", "wool", "clay", "silk", "birch", "brass", "cork",
          "lamp", "bowl", "chair", "scarf", "kettle", "basket", "mirror", "candle", "blanket",
          "vase", "tray", "stool", "clock", "cushion", "teapot", "ladle", "rug", "jar", "comb",
          "brush");

  /**
   * @param rank its place in popularity, from 0
   */
  record Product(String slug, List<String> skuIds) {}

  private final Path root;
  private final Path data;
  private final Map<String, String> settings;
  private JsonNode running;
  private final List<Product> products;

  private Market(
      Path root,
      Path data,
      Map<String, String> settings,
      JsonNode running,
      List<Product> products) {
    this.root = root;
    this.data = data;
    this.settings = settings;
    this.running = running;
    this.products = products;
  }

  /**
   * Starts a marketplace with so many products of two SKUs each.
   *
   * @param root of the sources, where the command is
   */
  static Market of(Path root, int products) {
    Path data = root.resolve("bench/target/market-" + products);
    // of a large catalogue every product is asked for seldom: nothing is kept ready
    Map<String, String> settings =
        products > DETAILED_MAX ? Map.of("BANYAN_WEB_SHARED", "0s") : Map.of();
    JsonNode running = up(root, data, settings);
    Path list = data.resolve("bench-products");
    if (!Files.exists(list)) {
      Path csv = data.resolve("bench-products.csv");
      write(csv, products);
      command(root, Duration.ofHours(1), "import", csv.toString(), "--json", "--data=" + data);
      keep(list, crawl(running.path("port").asInt(), products));
    }
    return new Market(root, data, settings, running, recall(list));
  }

  private static JsonNode up(Path root, Path data, Map<String, String> settings) {
    return JSON.readTree(
        command(
            root,
            Duration.ofMinutes(10),
            settings,
            "up",
            "--empty",
            "--json",
            "--port=0",
            "--data=" + data));
  }

  /** Runs the command and gives what it printed. */
  static String command(Path root, Duration patience, String... arguments) {
    return command(root, patience, Map.of(), arguments);
  }

  private static String command(
      Path root, Duration patience, Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of(root.resolve("banyan").toString()));
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile("banyan-bench", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(settings);
      Process process = builder.start();
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroy();
        throw new BenchFailed(String.join(" ", command) + ": " + Files.readString(out).strip());
      }
      String text = Files.readString(out);
      Files.delete(out);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }

  private static void write(Path csv, int products) {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    try (Writer out = Files.newBufferedWriter(csv)) {
      out.write(
          "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n");
      for (int i = 0; i < products; i++) {
        String title =
            "%s %s %s %d"
                .formatted(
                    WORDS.get(random.nextInt(10)),
                    WORDS.get(random.nextInt(10)),
                    WORDS.get(10 + random.nextInt(20)),
                    i);
        String text = (title + ", made by hand and meant to last for years. ").repeat(8).strip();
        for (String size : List.of("Small", "Large")) {
          out.write(
              "p%d,%s,\"%s\",Size,%s,P%d-%s,%d.%02d,%d\n"
                  .formatted(
                      i,
                      title,
                      text,
                      size,
                      i,
                      size.charAt(0),
                      5 + random.nextInt(90),
                      random.nextInt(100),
                      UNITS));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All products by the API, as a client without any other knowledge finds them. */
  private static List<Product> crawl(int port, int expected) {
    List<Product> found = new ArrayList<>();
    String cursor = "";
    try (Wire wire = new Wire(port)) {
      while (true) {
        JsonNode page = get(wire, "/api/products?sort=newest&limit=" + PAGE + cursor);
        for (JsonNode card : page.path("data")) {
          found.add(
              expected > DETAILED_MAX
                  ? new Product(card.path("slug").asString(), List.of())
                  : product(wire, card.path("slug").asString()));
        }
        if (!page.path("hasMore").asBoolean()) {
          break;
        }
        cursor = "&cursor=" + page.path("nextCursor").asString();
      }
    }
    if (found.size() != expected) {
      throw new BenchFailed(
          "the marketplace shows %d of %d products".formatted(found.size(), expected));
    }
    return found;
  }

  private static Product product(Wire wire, String slug) {
    List<String> skuIds = new ArrayList<>();
    get(wire, "/api/products/" + slug)
        .path("skus")
        .forEach(sku -> skuIds.add(sku.path("id").asString()));
    return new Product(slug, skuIds);
  }

  static JsonNode get(Wire wire, String path) {
    int status = wire.send(Requests.get(path));
    if (status != 200) {
      throw new BenchFailed(path + " answered " + status + ": " + wire.body());
    }
    return JSON.readTree(wire.body());
  }

  private static void keep(Path list, List<Product> products) {
    try {
      Files.write(
          list, products.stream().map(p -> p.slug() + " " + String.join(" ", p.skuIds())).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Product> recall(Path list) {
    try {
      return Files.readAllLines(list).stream()
          .map(line -> List.of(line.split(" ")))
          .map(parts -> new Product(parts.getFirst(), parts.subList(1, parts.size())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts one more product on sale, with so many units of its only SKU.
   *
   * @param name that no other product has
   */
  Product add(String name, int units) {
    Path csv = data.resolve(name + ".csv");
    try {
      Files.writeString(
          csv,
          "Handle,Title,Body (HTML),Variant SKU,Variant Price,Variant Inventory Qty\n"
              + "%s,%s,hot,%s,9.99,%d\n".formatted(name, name, name, units));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    command(root, Duration.ofMinutes(5), "import", csv.toString(), "--json", "--data=" + data);
    try (Wire wire = new Wire(port())) {
      for (long giveUp = System.nanoTime() + 60_000_000_000L; System.nanoTime() < giveUp; ) {
        JsonNode hits = get(wire, "/api/products?q=" + name).path("data");
        if (hits.size() == 1 && hits.path(0).path("available").asInt() == units) {
          return product(wire, hits.path(0).path("slug").asString());
        }
      }
    }
    throw new BenchFailed(name + " does not appear in the search");
  }

  /** What somebody might search for: two words that some titles have, one of them a thing. */
  static String words() {
    RandomGenerator random = ThreadLocalRandom.current();
    return WORDS.get(random.nextInt(10)) + " " + WORDS.get(10 + random.nextInt(20));
  }

  List<Product> products() {
    return products;
  }

  int port() {
    return running.path("port").asInt();
  }

  String management() {
    return running.path("management").asString();
  }

  Cpu server() {
    return new Cpu(running.path("pid").asLong(), false);
  }

  Path data() {
    return data;
  }

  private String postgres(String file) {
    try {
      return Files.readString(data.resolve("postgres").resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Cpu database() {
    return new Cpu(
        Long.parseLong(postgres("data/postmaster.pid").lines().findFirst().orElse("0")), true);
  }

  String databasePort() {
    return postgres("port").strip();
  }

  String databasePassword() {
    return postgres("password").strip();
  }

  String databaseUrl() {
    return "jdbc:postgresql://127.0.0.1:" + databasePort() + "/postgres";
  }

  /** A connection beside the marketplace's own, for the limits' tables. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(databaseUrl(), "postgres", databasePassword());
  }

  void sql(String... statements) {
    try (Connection connection = connect();
        java.sql.Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    } catch (SQLException e) {
      throw new BenchFailed("PostgreSQL refused: " + e.getMessage());
    }
  }

  /** Every book, now; the work that follows the orders may take a while. */
  void audit() {
    long giveUp = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (true) {
      try {
        command(root, Duration.ofMinutes(30), "audit", "--data=" + data);
        return;
      } catch (BenchFailed wrong) {
        if (System.nanoTime() > giveUp || ProcessHandle.of(server().pid()).isEmpty()) {
          throw wrong;
        }
      }
    }
  }

  /** Stops it and starts it again, on other ports. */
  void restart() {
    restart(Map.of());
  }

  /**
   * @param more settings of the environment, beside the usual ones
   */
  void restart(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(more);
    close();
    running = up(root, data, all);
  }

  @Override
  public void close() {
    command(root, Duration.ofMinutes(2), "down", "--data=" + data);
  }
}
