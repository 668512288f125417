package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A machine with the real command on it and one folder of data; closing it ends what runs there.
 */
record Machine(Path data) implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path HERE = Path.of("").toAbsolutePath();

  /** What a command came to. */
  record Outcome(int status, String out, String err) {}

  /** A marketplace that runs on the data. */
  record Running(String shop, String management, long pid, boolean already) {}

  /** Without the command and the server there is nothing to test. */
  static void assumePackaged() {
    assumeThat(script()).as("the command").exists();
    assumeThat(script().resolveSibling("app/target/lib"))
        .as("the packaged server: mvn verify makes it before these tests")
        .exists();
  }

  /** Tests run in the folder of their build module, or in the one above from an editor. */
  private static Path script() {
    return Files.exists(HERE.resolve("banyan"))
        ? HERE.resolve("banyan")
        : HERE.resolveSibling("banyan");
  }

  /** An empty marketplace on any free ports. */
  Running up() throws IOException, InterruptedException {
    JsonNode up = json("up", "--port", "0", "--empty");
    return new Running(
        up.at("/shop").asString().replace("localhost", "127.0.0.1"),
        up.at("/management").asString(),
        up.at("/pid").asLong(),
        up.at("/alreadyRunning").asBoolean());
  }

  /** What a command that has to succeed says to a program. */
  JsonNode json(String... words) throws IOException, InterruptedException {
    List<String> more = new ArrayList<>(List.of(words));
    more.add("--json");
    return JSON.readTree(ok(more.toArray(String[]::new)));
  }

  String ok(String... words) throws IOException, InterruptedException {
    Outcome outcome = banyan(words);
    assertThat(outcome.status())
        .as("%s: %s %s", String.join(" ", words), outcome.out(), outcome.err())
        .isZero();
    return outcome.out();
  }

  Outcome banyan(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script().toString()));
    command.addAll(List.of(words));
    command.add("--data");
    command.add(data.toString());
    Path out = Files.createTempFile("banyan-", ".out");
    Path err = Files.createTempFile("banyan-", ".err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("BANYAN_BUILD", "off");
    builder.environment().put("BANYAN_AOT", "off");
    builder.redirectOutput(out.toFile());
    builder.redirectError(err.toFile());
    try {
      Process process = builder.start();
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as(String.join(" ", words)).isTrue();
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Ends the server as a power cut would; its PostgreSQL lives on. */
  void kill(Running running) {
    ProcessHandle.of(running.pid()).orElseThrow().destroyForcibly();
    await().atMost(Duration.ofSeconds(10)).until(() -> banyan("status").status() == 4);
  }

  ProcessHandle postgres() throws IOException {
    String pid = Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  /**
   * One that has ended may keep its number until somebody asks for its status; it has no command.
   */
  static boolean lives(long pid) throws IOException {
    Path command = Path.of("/proc", Long.toString(pid), "cmdline");
    return Files.exists(command) && !Files.readString(command).isEmpty();
  }

  /** The books do not wait for the work that follows an order; whoever asks does. */
  void awaitBalancedBooks() {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> {
          Outcome audit = banyan("audit");
          assertThat(audit.status()).as(audit.out() + audit.err()).isZero();
        });
  }

  /** The rows of a query, read from the database itself; values with a space between. */
  List<String> rows(String query) throws IOException, SQLException {
    String port = Files.readString(data.resolve("postgres/port")).strip();
    String password = Files.readString(data.resolve("postgres/password")).strip();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
          values.add(found.getString(column));
        }
        rows.add(String.join(" ", values));
      }
      return rows;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    banyan("down", "--force", "--timeout", "20");
  }
}
