package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A shop of {@code bench/peers} in Node, with a database of its own in the marketplace's own
 * PostgreSQL: the same program with the same settings for all. Its data lives and goes with the
 * marketplace's.
 */
final class PeerServer implements AutoCloseable {
  private final String name;
  private final Path folder;
  private final Market market;
  private final String secret = UUID.randomUUID().toString();
  private int port;
  private Process process;

  private PeerServer(Path root, String name, Market market) {
    this.name = name;
    this.folder = root.resolve("bench/peers").resolve(name);
    this.market = market;
    install();
    if (!Files.exists(seeded())) {
      market.sql("DROP DATABASE IF EXISTS " + name + " (FORCE)", "CREATE DATABASE " + name);
      seed(market.data().resolve("bench-products.csv"));
      touch(seeded());
    }
    this.process = start();
  }

  /** Installs what is missing, fills the database if it is new, and starts. */
  static PeerServer of(Path root, String name, Market market) {
    return new PeerServer(root, name, market);
  }

  int port() {
    return port;
  }

  /** Of the server and its children. */
  Cpu cpu() {
    return new Cpu(process.pid(), true);
  }

  /** Of the server alone. */
  Cpu own() {
    return new Cpu(process.pid(), false);
  }

  /** A connection to its database. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + market.databasePort() + "/" + name,
        "postgres",
        market.databasePassword());
  }

  /** The only value of a query. */
  String value(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new BenchFailed(name + ": " + e.getMessage());
    }
  }

  private Path seeded() {
    return market.data().resolve("bench-peer-" + name);
  }

  private Path log() {
    return market.data().resolve(name + ".log");
  }

  private void install() {
    if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
      System.out.println("installing " + name);
      finish(builder("npm", "ci", "--no-audit", "--no-fund"));
    }
  }

  /** Puts products on sale by the peer's own means. */
  void seed(Path csv) {
    System.out.println(name + " takes " + csv.getFileName());
    ProcessBuilder seeding = builder("node", "seed.js", csv.toString());
    // nobody is promised anything while the shelves are filled
    seeding.environment().put("PGOPTIONS", "-c synchronous_commit=off");
    // the shop itself may be running
    seeding.environment().put("PORT", "0");
    finish(seeding);
  }

  private Process start() {
    port = Limit.freePort();
    try {
      Process started = builder("node", "server.js").start();
      Limit.awaitAnswer(started, port, "/health");
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it and starts it again. */
  void restart() {
    close();
    process = start();
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    String url =
        "postgres://postgres:%s@127.0.0.1:%s/%s"
            .formatted(market.databasePassword(), market.databasePort(), name);
    builder
        .environment()
        .putAll(
            Map.of(
                "NODE_ENV",
                "production",
                "DATABASE_URL",
                url,
                "PORT",
                Integer.toString(port),
                "SECRET",
                secret));
    return builder;
  }

  private void finish(ProcessBuilder builder) {
    try {
      Process run = builder.start();
      if (!run.waitFor(1, TimeUnit.HOURS) || run.exitValue() != 0) {
        run.destroy();
        throw new BenchFailed(String.join(" ", builder.command()) + " failed; see " + log());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }

  private static void touch(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
