package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real command with the real server, killed and started again. */
class CommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path HERE = Path.of("").toAbsolutePath();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private record Outcome(int status, String out, String err) {}

  @TempDir Path data;

  @BeforeEach
  void the_server_is_packaged() {
    assumeThat(script()).as("the command").exists();
    assumeThat(script().resolveSibling("app/target/lib"))
        .as("the packaged server: mvn verify makes it before these tests")
        .exists();
  }

  @AfterEach
  void stop() throws Exception {
    banyan("down", "--force", "--timeout", "20");
  }

  @Test
  void what_was_acknowledged_outlives_the_death_of_postgresql_and_of_the_process()
      throws Exception {
    JsonNode first = JSON.readTree(ok("up", "--port", "0", "--empty", "--json"));
    String shop = first.at("/shop").asString().replace("localhost", "127.0.0.1");
    assertThat(first.at("/alreadyRunning").asBoolean()).isFalse();
    assertThat(JSON.readTree(ok("up", "--json")).at("/pid").asLong())
        .as("a second up finds the first")
        .isEqualTo(first.at("/pid").asLong());
    assertThat(signUp(shop)).isEqualTo(201);

    ProcessHandle postgres = postgres();
    postgres.destroyForcibly();
    List<Integer> meanwhile = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          int status = signIn(shop);
          meanwhile.add(status);
          return status == 201;
        });
    assertThat(meanwhile).as("answers while PostgreSQL is away").isSubsetOf(201, 503);
    assertThat(postgres().pid()).isNotEqualTo(postgres.pid());

    ProcessHandle.of(first.at("/pid").asLong()).orElseThrow().destroyForcibly();
    await().atMost(Duration.ofSeconds(10)).until(() -> banyan("status").status() == 4);
    JsonNode second = JSON.readTree(ok("up", "--port", "0", "--empty", "--json"));
    assertThat(second.at("/alreadyRunning").asBoolean()).isFalse();
    assertThat(signIn(second.at("/shop").asString().replace("localhost", "127.0.0.1")))
        .as("the account that was acknowledged before")
        .isEqualTo(201);

    JsonNode audit = JSON.readTree(ok("audit", "--json"));
    assertThat(audit.at("/balanced").asBoolean()).isTrue();
    assertThat(audit.at("/books").size()).isPositive();

    long last = postgres().pid();
    ok("down");
    assertThat(lives(last)).as("PostgreSQL lives").isFalse();
    assertThat(lives(second.at("/pid").asLong())).as("the server lives").isFalse();
    assertThat(banyan("status").status()).isEqualTo(4);
    assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  /** An order that the shop has said yes to, and who may look at it. */
  private record Acknowledged(String orderId, String guest) {}

  @Test
  void orders_acknowledged_in_the_middle_of_a_load_outlive_kills_of_the_process_and_of_postgresql()
      throws Exception {
    JsonNode first = JSON.readTree(ok("up", "--port", "0", "--empty", "--json"));
    String shop = first.at("/shop").asString().replace("localhost", "127.0.0.1");
    Map<String, Object> checkout = stall(shop);
    Queue<Acknowledged> journal = new ConcurrentLinkedQueue<>();
    AtomicBoolean open = new AtomicBoolean(true);
    try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int buyer = 0; buyer < 8; buyer++) {
        buyers.submit(() -> buyUntilClosed(shop, checkout, journal, open));
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> journal.size() > 100);
      postgres().destroyForcibly();
      int before = journal.size();
      await().atMost(Duration.ofMinutes(1)).until(() -> journal.size() > before + 200);
      ProcessHandle.of(first.at("/pid").asLong()).orElseThrow().destroyForcibly();
      await().atMost(Duration.ofSeconds(10)).until(() -> banyan("status").status() == 4);
      open.set(false);
    }

    JsonNode second = JSON.readTree(ok("up", "--port", "0", "--empty", "--json"));
    String again = second.at("/shop").asString().replace("localhost", "127.0.0.1");
    assertThat(journal).hasSizeGreaterThan(300);
    for (Acknowledged order : journal) {
      Marketplace.Answer found =
          new Marketplace.Client(again, Map.of("Guest-Token", order.guest()))
              .get("/api/orders/" + order.orderId());
      assertThat(found.status()).as("order %s", order.orderId()).isEqualTo(200);
      assertThat(found.text("/state")).isEqualTo("PAID");
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> {
          Outcome audit = banyan("audit");
          assertThat(audit.status()).as(audit.out()).isZero();
        });
  }

  /** A seller with more units than anybody will buy; returns what a buyer asks for. */
  private static Map<String, Object> stall(String shop) {
    Marketplace.Client stranger = new Marketplace.Client(shop, Map.of());
    Map<String, String> ada =
        Map.of("email", "ada@example.com", "password", "correct horse", "name", "Ada");
    stranger.post("/api/accounts", ada).expect(201);
    String token = stranger.post("/api/sessions", ada).expect(201).text("/token");
    Marketplace.Client seller = stranger.with("Authorization", "Bearer " + token);
    seller.post("/api/seller/shop", Map.of("name", "Stall")).expect(201);
    return Shelf.onSale(seller, 100_000).checkout(1, "tok_approve");
  }

  /** Buys one after the other; what was not answered is unknown, and is asked for again. */
  private static void buyUntilClosed(
      String shop, Map<String, Object> checkout, Queue<Acknowledged> journal, AtomicBoolean open) {
    Marketplace.Client guest = new Marketplace.Client(shop, Map.of());
    String token = String.valueOf(guest.get("/api/cart").header("Guest-Token"));
    guest = guest.with("Guest-Token", token);
    int number = 0;
    while (open.get()) {
      try {
        Marketplace.Answer answer =
            guest.with("Idempotency-Key", "buy-" + number).post("/api/checkouts", checkout);
        if (answer.status() == 201) {
          journal.add(new Acknowledged(answer.text("/orders/0/id"), token));
          number++;
        }
      } catch (UncheckedIOException away) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void a_start_that_cannot_be_says_why_in_one_line_and_what_to_do() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Outcome up = banyan("up", "--port", Integer.toString(taken.getLocalPort()));
      assertThat(up.status()).isEqualTo(1);
      assertThat(up.err().lines())
          .singleElement()
          .asString()
          .contains("is in use by java")
          .contains("--port");
    }
    Files.writeString(data.resolve("format"), "99\n");
    Outcome newer = banyan("up", "--port", "0");
    assertThat(newer.status()).isEqualTo(1);
    assertThat(newer.err().lines()).singleElement().asString().contains("newer build");
  }

  /** Tests run in the folder of their build module, or in the one above from an editor. */
  private static Path script() {
    return Files.exists(HERE.resolve("banyan"))
        ? HERE.resolve("banyan")
        : HERE.resolveSibling("banyan");
  }

  private String ok(String... words) throws Exception {
    Outcome outcome = banyan(words);
    assertThat(outcome.status())
        .as("%s: %s %s", String.join(" ", words), outcome.out(), outcome.err())
        .isZero();
    return outcome.out();
  }

  private Outcome banyan(String... words) throws IOException, InterruptedException {
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

  private ProcessHandle postgres() throws IOException {
    String pid = Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  /**
   * One that has ended may keep its number until somebody asks for its status; it has no command.
   */
  private static boolean lives(long pid) throws IOException {
    Path command = Path.of("/proc", Long.toString(pid), "cmdline");
    return Files.exists(command) && !Files.readString(command).isEmpty();
  }

  private static int signUp(String shop) throws Exception {
    return post(
        shop + "/api/accounts",
        "{\"email\":\"ada@example.com\",\"password\":\"correct horse\",\"name\":\"Ada\"}");
  }

  private static int signIn(String shop) throws Exception {
    return post(
        shop + "/api/sessions", "{\"email\":\"ada@example.com\",\"password\":\"correct horse\"}");
  }

  private static int post(String url, String body) throws Exception {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(URI.create(url))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (ConnectException away) {
      return 0;
    }
  }
}
