package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Machine.Outcome;
import banyan.checks.Machine.Running;
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
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The real command with the real server, killed and started again. */
class CommandTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path data;
  private Machine machine;

  @BeforeAll
  static void the_server_is_packaged() {
    Machine.assumePackaged();
  }

  @BeforeEach
  void the_machine() {
    machine = new Machine(data);
  }

  @AfterEach
  void stop() throws Exception {
    machine.close();
  }

  @Test
  void what_was_acknowledged_outlives_the_death_of_postgresql_and_of_the_process()
      throws Exception {
    Running first = machine.up();
    String shop = first.shop();
    assertThat(first.already()).isFalse();
    assertThat(machine.up())
        .as("a second up finds the first")
        .isEqualTo(new Running(shop, first.management(), first.pid(), true));
    assertThat(signUp(shop)).isEqualTo(201);

    ProcessHandle postgres = machine.postgres();
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
    assertThat(machine.postgres().pid()).isNotEqualTo(postgres.pid());

    machine.kill(first);
    Running second = machine.up();
    assertThat(second.already()).isFalse();
    assertThat(signIn(second.shop())).as("the account that was acknowledged before").isEqualTo(201);

    JsonNode audit = machine.json("audit");
    assertThat(audit.at("/balanced").asBoolean()).isTrue();
    assertThat(audit.at("/books").size()).isPositive();

    long last = machine.postgres().pid();
    machine.ok("down");
    assertThat(Machine.lives(last)).as("PostgreSQL lives").isFalse();
    assertThat(Machine.lives(second.pid())).as("the server lives").isFalse();
    assertThat(machine.banyan("status").status()).isEqualTo(4);
    assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  /** An order that the shop has said yes to, and who may look at it. */
  /**
   * @param states that the order may end in: one that was acknowledged as paid is paid; one that
   *     was acknowledged as waiting may also be called off, when its provider never heard of it
   */
  private record Acknowledged(String orderId, String guest, Set<String> states) {}

  @Test
  void orders_acknowledged_in_the_middle_of_a_load_outlive_kills_of_the_process_and_of_postgresql()
      throws Exception {
    Running first = machine.up();
    String shop = first.shop();
    Map<String, Object> checkout = stall(shop);
    Queue<Acknowledged> journal = new ConcurrentLinkedQueue<>();
    AtomicBoolean open = new AtomicBoolean(true);
    try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int buyer = 0; buyer < 8; buyer++) {
        buyers.submit(() -> buyUntilClosed(shop, checkout, journal, open));
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> journal.size() > 100);
      machine.postgres().destroyForcibly();
      int before = journal.size();
      await().atMost(Duration.ofMinutes(1)).until(() -> journal.size() > before + 200);
      machine.kill(first);
      open.set(false);
    }

    String again = machine.up().shop();
    assertThat(journal).hasSizeGreaterThan(300);
    for (Acknowledged order : journal) {
      Marketplace.Client guest =
          new Marketplace.Client(again, Map.of("Guest-Token", order.guest()));
      String path = "/api/orders/" + order.orderId();
      assertThat(guest.get(path).status()).as("order %s", order.orderId()).isEqualTo(200);
      await(path)
          .pollDelay(Duration.ZERO)
          .atMost(Duration.ofMinutes(1))
          .until(() -> order.states().contains(guest.get(path).text("/state")));
    }
    machine.awaitBalancedBooks();
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
          Set<String> states =
              answer.text("/state").equals("PAID") ? Set.of("PAID") : Set.of("PAID", "CANCELLED");
          journal.add(new Acknowledged(answer.text("/orders/0/id"), token, states));
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
      Outcome up = machine.banyan("up", "--port", Integer.toString(taken.getLocalPort()));
      assertThat(up.status()).isEqualTo(1);
      assertThat(up.err().lines())
          .singleElement()
          .asString()
          .contains("is in use by java")
          .contains("--port");
    }
    Files.writeString(data.resolve("format"), "99\n");
    Outcome newer = machine.banyan("up", "--port", "0");
    assertThat(newer.status()).isEqualTo(1);
    assertThat(newer.err().lines()).singleElement().asString().contains("newer build");
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
