package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Databases;
import banyan.platform.web.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nodes of one database: the console of each shows all. The last test takes the database away. */
@TestMethodOrder(MethodName.class)
class FleetTest {
  private static final String CONSOLE = "/api/admin/console";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Marketplace a;
  private static Marketplace b;
  private static boolean closed;

  @BeforeAll
  static void start() {
    a = Marketplace.another(settings(1).toArray(String[]::new));
    execute(
        "INSERT INTO node VALUES (8, 'ready', '', '', '', now(), 0, 0, 0, now() - interval '2 days')");
    b = onItsDatabase(2);
  }

  /** Quick beats, so that a test need not wait for a minute. */
  private static List<String> settings(int number) {
    return new ArrayList<>(
        List.of(
            "--banyan.node=" + number,
            "--banyan.nodes.beat=100ms",
            "--banyan.nodes.silent=2s",
            "--banyan.nodes.shown=4s",
            "--banyan.console.watch=2m"));
  }

  private static Marketplace onItsDatabase(int number) {
    EmbeddedDatabase postgres = a.part(EmbeddedDatabase.class);
    List<String> settings = settings(number);
    settings.add("--banyan.data.url=" + postgres.url());
    settings.add("--banyan.data.password=" + postgres.password());
    settings.add("--banyan.data.poolMax=12");
    return Marketplace.another(settings.toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    b.close();
    if (!closed) {
      a.close();
    }
  }

  private static void execute(String sql) {
    a.part(Databases.class).module("nodes").change(0, jdbc -> jdbc.sql(sql).update());
  }

  /** State by name of node, as the console's API of one of them tells. */
  private static TreeMap<String, String> states(JsonNode snapshot) {
    TreeMap<String, String> states = new TreeMap<>();
    snapshot
        .path("fleet")
        .forEach(node -> states.put(node.path("name").asString(), node.path("state").asString()));
    return states;
  }

  private static JsonNode row(JsonNode snapshot, String list, String field, String value) {
    for (JsonNode row : snapshot.path(list)) {
      if (row.path(field).asString("").equals(value)) {
        return row;
      }
    }
    throw new AssertionError("no " + value + " in " + snapshot.path(list));
  }

  @Test
  void a_each_of_two_nodes_shows_both_with_what_they_do() {
    for (Marketplace one : List.of(a, b)) {
      Marketplace other = one == a ? b : a;
      String its = one == a ? "2" : "1";
      Client support = one.staff(Role.SUPPORT);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            other.stranger().get("/api/categories").expect(200);
            JsonNode now = support.get(CONSOLE).expect(200).body();
            assertThat(states(now))
                .isEqualTo(new TreeMap<>(Map.of("node-1", "ready", "node-2", "ready")));
            assertThat(now.at("/fleet/0/name").asString())
                .isEqualTo(one == a ? "node-1" : "node-2");
            JsonNode member = row(now, "fleet", "name", "node-" + its);
            assertThat(member.path("perSecond").asDouble()).isPositive();
            assertThat(member.path("cpu").asDouble(-1)).isBetween(0.0, 1.0);
            assertThat(member.path("heap").asDouble(-1)).isBetween(0.0, 1.0);
            assertThat(member.path("address").asString())
                .endsWith(":" + URI.create(other.url()).getPort());
            assertThat(row(now, "nodes", "id", "app-" + its).path("healthy").asBoolean()).isTrue();
            JsonNode link = row(now, "links", "to", "app-" + its);
            assertThat(link.path("perSecond").asDouble()).isPositive();
            JsonNode beyond = row(now, "links", "from", "app-" + its);
            assertThat(beyond.has("perSecond")).as("only it knows").isFalse();
          });
    }
  }

  @Test
  void b_a_node_that_stops_or_falls_silent_is_gone_and_then_not_shown() {
    Client support = a.staff(Role.SUPPORT);
    Marketplace c = onItsDatabase(3);
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> "ready".equals(states(support.get(CONSOLE).body()).get("node-3")));
    } finally {
      c.close();
    }
    // told by its last word, sooner than by its silence; the other one says none
    execute("INSERT INTO node VALUES (4, 'ready', 's', 'v', 'h', now(), 1, 0.5, 0.5, now())");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> "gone".equals(states(support.get(CONSOLE).body()).get("node-3")));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> "ready".equals(states(support.get(CONSOLE).body()).get("node-4")));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> {
          JsonNode now = support.get(CONSOLE).body();
          JsonNode gone = row(now, "fleet", "name", "node-4");
          assertThat(gone.path("state").asString()).isEqualTo("gone");
          assertThat(gone.has("perSecond")).isFalse();
          assertThat(row(now, "nodes", "id", "app-4").path("healthy").asBoolean()).isFalse();
        });
    await()
        .atMost(PATIENCE)
        .until(
            () -> states(support.get(CONSOLE).body()).keySet().equals(Set.of("node-1", "node-2")));
  }

  @Test
  void c_rows_of_nodes_that_were_taken_away_for_good_are_deleted_after_a_day() {
    long left =
        a.part(Databases.class)
            .module("nodes")
            .write(
                0,
                jdbc ->
                    jdbc.sql("SELECT count(*) FROM node WHERE number = 8")
                        .query(Long.class)
                        .single());
    assertThat(left).as("the first beat of node 2 has tidied").isZero();
  }

  @Test
  void c_a_second_process_of_the_same_number_does_not_start() {
    assertThatThrownBy(() -> onItsDatabase(2))
        .rootCause()
        .hasMessageContaining("node number 2 is that of another process");
    assertThat(b.stranger().get("/api/categories").status()).isEqualTo(200);
  }

  @Test
  void c_a_node_whose_number_another_took_while_it_was_silent_is_not_ready_any_more() {
    Marketplace c = onItsDatabase(5);
    try {
      ApplicationAvailability availability = c.part(ApplicationAvailability.class);
      assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
      execute(
          "UPDATE node SET instance = gen_random_uuid(), seen_at = now() + interval '1 hour' WHERE number = 5");
      await()
          .atMost(PATIENCE)
          .until(() -> availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC);
    } finally {
      c.close();
      execute("DELETE FROM node WHERE number = 5");
    }
  }

  @Test
  void d_without_the_database_a_node_shows_itself_and_does_not_know_the_others() throws Exception {
    String authorization = b.staff(Role.SUPPORT).authorization();
    AtomicReference<JsonNode> seen = new AtomicReference<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> response =
          http.send(
              HttpRequest.newBuilder(URI.create(b.url() + CONSOLE + "/stream"))
                  .header("Authorization", authorization)
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      Thread.ofVirtual().start(() -> read(response.body(), seen));
      await().atMost(PATIENCE).until(() -> seen.get() != null);
      closed = true;
      a.close();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(states(Objects.requireNonNull(seen.get())))
                  .isEqualTo(new TreeMap<>(Map.of("node-1", "unknown", "node-2", "ready"))));
      List<String> drawn = new ArrayList<>();
      Objects.requireNonNull(seen.get())
          .path("nodes")
          .forEach(node -> drawn.add(node.path("id").asString()));
      assertThat(drawn).contains("app-2").doesNotContain("app-1");
      response.body().close();
    }
  }

  private static void read(InputStream stream, AtomicReference<JsonNode> seen) {
    JsonMapper json = JsonMapper.builder().build();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data: ")) {
          seen.set(json.readTree(line.substring(6)));
        }
      }
    } catch (IOException ended) {
      throw new UncheckedIOException(ended);
    }
  }
}
