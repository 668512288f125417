package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import banyan.platform.web.Role;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever runs the marketplace sees how it is doing, live, and nobody else does. */
class ConsoleTest {
  private static final String CONSOLE = "/api/admin/console";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Marketplace market = Marketplace.open();
  private final Client support = market.staff(Role.SUPPORT);

  private JsonNode look() {
    return support.get(CONSOLE).expect(200).body();
  }

  /** The row of a list that has this value in its field. */
  private static JsonNode row(JsonNode snapshot, String list, String field, String value) {
    for (JsonNode row : snapshot.path(list)) {
      if (row.path(field).asString("").equals(value)) {
        return row;
      }
    }
    return snapshot.path("no such row");
  }

  @Test
  void after_some_load_the_figures_are_those_of_the_load() {
    double before = row(look(), "operations", "name", "view").path("total").asDouble(0);
    double placed = row(look(), "checkouts", "name", "placed").path("total").asDouble(0);
    Shelf shelf = Shelf.onSale(market, 5);
    for (int i = 0; i < 20; i++) {
      market.stranger().get("/api/products/" + shelf.productId()).expect(200);
    }
    market.buyer().post("/api/checkouts", shelf.checkout(1, "tok_approve")).expect(201);
    market.stranger().get("/api/products/" + Marketplace.unique("none")).expect(404);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          JsonNode now = look();
          JsonNode views = row(now, "operations", "name", "view");
          assertThat(views.path("total").asDouble()).isGreaterThanOrEqualTo(before + 21);
          assertThat(views.path("perSecond").asDouble()).isPositive();
          assertThat(views.path("p99").asDouble())
              .isGreaterThanOrEqualTo(views.path("p50").asDouble())
              .isPositive();
          assertThat(row(now, "checkouts", "name", "placed").path("total").asDouble())
              .isGreaterThanOrEqualTo(placed + 1);
          assertThat(row(now, "refusals", "code", "not_found").path("status").asInt())
              .isEqualTo(404);
          assertThat(row(now, "pools", "name", "pool-0").path("commitsPerSecond").asDouble())
              .isPositive();
        });
  }

  @Test
  void the_picture_has_every_node_and_its_links_lead_from_node_to_node() {
    JsonNode now = look();
    List<String> nodes = new ArrayList<>();
    now.path("nodes").forEach(node -> nodes.add(node.path("id").asString()));

    assertThat(now.path("stage").asString()).isEqualTo("00-one-machine");
    assertThat(nodes).contains("clients", "app-0", "cache", "pool-0", "outbox", "files");
    assertThat(row(now, "nodes", "id", "pool-0").path("healthy").asBoolean()).isTrue();
    for (JsonNode link : now.path("links")) {
      assertThat(nodes).contains(link.path("from").asString(), link.path("to").asString());
    }
    for (JsonNode node : now.path("nodes")) {
      assertThat(node.at("/loads/0/share").asDouble(-1)).isBetween(0.0, 1.0);
    }
    assertThat(now.path("resources")).hasSizeGreaterThanOrEqualTo(6);
    assertThat(now.at("/next/resource/name").asString()).isNotEmpty();
    assertThat(row(now, "resources", "name", "cpu").path("limit").asDouble()).isPositive();
    assertThat(now.path("statements")).isNotEmpty();
    assertThat(now.path("statementsFrom").asString()).isEqualTo("database");
    assertThat(row(now, "events", "module", "order").path("waiting").asDouble(-1))
        .isGreaterThanOrEqualTo(0);
    assertThat(row(now, "limits", "name", "admission").path("places").asDouble())
        .isGreaterThanOrEqualTo(48);
  }

  @Test
  void a_stranger_is_asked_who_he_is_and_a_buyer_is_sent_away() {
    Client buyer = market.buyer();
    for (String path : List.of(CONSOLE, CONSOLE + "/stream")) {
      market.stranger().get(path).expect(401);
      buyer.get(path).expect(403);
    }
    market.stranger().post(CONSOLE + "/checks", "").expect(401);
    buyer.post(CONSOLE + "/checks", "").expect(403);
  }

  @Test
  void the_stream_sends_what_is_new_and_ends_after_its_time() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(market.url() + CONSOLE + "/stream"))
            .header("Authorization", support.authorization())
            .timeout(PATIENCE)
            .build();
    List<JsonNode> seen = new ArrayList<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        JsonMapper json = JsonMapper.builder().build();
        lines
            .lines()
            .filter(line -> line.startsWith("data: "))
            .forEach(line -> seen.add(json.readTree(line.substring(6))));
      }
    }
    assertThat(seen).isNotEmpty();
    assertThat(seen.getFirst().path("nodes")).isNotEmpty();
    assertThat(seen.getFirst().has("history")).isFalse();
  }

  @Test
  void a_falsified_row_turns_the_lamp_and_mending_it_turns_it_back() throws SQLException {
    String book = "sessions-have-accounts";
    assertThat(lampAfterCheck(book)).isEqualTo("right");
    execute(
        "INSERT INTO account_session (shard, token_hash, account_id, expires_at)"
            + " VALUES (0, '\\x01', 1024, now() + interval '1 hour')");
    try {
      assertThat(lampAfterCheck(book)).isEqualTo("wrong");
      JsonNode lamp = row(look(), "books", "name", book);
      assertThat(lamp.path("violations").asInt()).isPositive();
      assertThat(lamp.path("examples")).isNotEmpty();
    } finally {
      execute("DELETE FROM account_session WHERE token_hash = '\\x01'");
    }
    assertThat(lampAfterCheck(book)).isEqualTo("right");
    support.post(CONSOLE + "/checks?name=no-such-book", "").expect(404);
  }

  /** Asks for the book to be read, waits until that is done, and says what the lamp shows. */
  private String lampAfterCheck(String book) {
    String before = row(look(), "books", "name", book).path("checkedAt").asString("");
    Answer asked = support.post(CONSOLE + "/checks?name=" + book, "").expect(202);
    assertThat(asked.at("/data")).isNotEmpty();
    await()
        .atMost(PATIENCE)
        .until(() -> {
          JsonNode lamp = row(look(), "books", "name", book);
          return !lamp.path("waiting").asBoolean()
              && !lamp.path("checkedAt").asString("").equals(before);
        });
    return row(look(), "books", "name", book).path("state").asString();
  }

  private void execute(String sql) throws SQLException {
    EmbeddedDatabase postgres = market.part(EmbeddedDatabase.class);
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
        Statement statement = connection.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      statement.execute(sql);
    }
  }

  @Test
  void a_pool_that_is_used_up_is_seen_so() {
    look();
    int max = (int) row(look(), "pools", "name", "pool-0").path("max").asDouble();
    long key = market.part(Ids.class).nextRoot();
    CountDownLatch done = new CountDownLatch(1);
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        // one connection stays for whoever looks, now and then
        for (int i = 0; i < max - 1; i++) {
          // five of twelve connections are for money, three for looking, the others for the rest
          Urgency lane =
              i < max * 5 / 12 - 1
                  ? Urgency.PAY
                  : i < max * 5 / 12 - 1 + max / 4 ? Urgency.BROWSE : Urgency.BACKGROUND;
          crowd.submit(() -> Deadline.after(lane, PATIENCE).bound(() -> hold(key, done)));
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> {
              Answer answer = support.get(CONSOLE);
              JsonNode pool = row(answer.body(), "resources", "name", "connections");
              assertThat(pool.path("utilisation").asDouble(0)).isGreaterThan(0.8);
              JsonNode node = row(answer.body(), "nodes", "id", "pool-0");
              assertThat(node.at("/loads/0/share").asDouble(0)).isGreaterThan(0.9);
            });
      } finally {
        done.countDown();
      }
    }
  }

  private boolean hold(long key, CountDownLatch done) {
    return market
        .part(Databases.class)
        .module("order")
        .write(
            key,
            jdbc -> {
              jdbc.sql("SELECT 1").query(Integer.class).single();
              try {
                return done.await(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return false;
              }
            });
  }
}
