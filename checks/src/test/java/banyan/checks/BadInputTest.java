package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.business.account.Accounts;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Operations.Operation;
import banyan.platform.web.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Whatever is sent to whatever operation, the answer is never a fault of ours, and a refusal is a
 * problem that a program can read. The operations and the shapes of their bodies come from the
 * running application, so a new handler is covered by being there.
 */
class BadInputTest {
  /** Bodies tried on one operation: a sample of some hundreds, another one with every seed. */
  private static final int BODIES_MAX = 60;

  private static final String DEEP = "[".repeat(100_000);

  private static final List<String> NO_JSON =
      List.of(
          "",
          " ",
          "{",
          "}",
          "nul",
          "{\"a\":}",
          "{'a':1}",
          "{\"a\":1}}",
          DEEP,
          "\u0000",
          "\"x",
          "{\"a\":\"\\ud800\"}",
          "{\"\\u0000\":1}");

  private static final List<String> OTHER_JSON =
      List.of("null", "true", "0", "\"\"", "[]", "[null]", "{}", "[{}]", "{\"unknown\":[1]}");

  private static final List<String> IDS =
      List.of(
          "0",
          "1",
          "-1",
          "x",
          "9223372036854775807",
          "9223372036854775808",
          "1e5",
          "%20",
          "%2F",
          "..%2F",
          "%E2%82%AC",
          "%C3%28",
          "%00",
          "a".repeat(3000),
          "1;x=2",
          "null",
          "%7B%7D",
          "'%20OR%201=1--");

  private static final List<String> QUERIES =
      List.of(
          "limit=0",
          "limit=101",
          "limit=-1",
          "limit=x",
          "limit=99999999999999999999",
          "limit=",
          "cursor=x",
          "cursor=%00",
          "cursor=AAAA",
          "cursor=" + "A".repeat(3000),
          "q=%00",
          "q=%FF%FE",
          "q=%",
          "q=%zz",
          "q=" + "a".repeat(3000),
          "q='%22;--",
          "sort=x",
          "sort=%00",
          "priceMin=x&priceMax=-1",
          "priceMin=99999999999999999999",
          "seller=x",
          "category=%00",
          "inStock=perhaps",
          "limit=1&limit=2",
          "%00=1",
          "=",
          "&&&");

  private final Marketplace market = Marketplace.open();
  private final long seed = Long.getLong("banyan.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> wrong = new ArrayList<>();
  private final List<Operation> operations = Operations.of(market);
  private Client everything = signIn();

  @BeforeEach
  void tellTheSeed() {
    System.out.println("BadInputTest: -Dbanyan.seed=" + seed);
  }

  /** Somebody who may do everything, so that nothing is refused before it is looked at. */
  private Client signIn() {
    String email = Marketplace.unique("everything") + "@example.com";
    market
        .part(Accounts.class)
        .ensure(email, "Everything", "correct horse", EnumSet.allOf(Role.class));
    Answer session =
        market
            .stranger()
            .post("/api/sessions", Map.of("email", email, "password", "correct horse"));
    return market.stranger().with("Authorization", "Bearer " + session.expect(201).text("/token"));
  }

  private void send(Client client, String method, String path, String body) {
    Answer answer = client.send(method, path, body);
    check(answer, body);
    if (answer.status() == 204 && path.startsWith("/api/sessions")) {
      everything = signIn();
    }
  }

  private void check(Answer answer, String body) {
    int status = answer.status();
    boolean problem =
        String.valueOf(answer.header("Content-Type")).startsWith("application/problem+json")
            && !answer.text("/code").isEmpty()
            && answer.text("/requestId").length() >= 8
            && answer.at("/retryable").isBoolean()
            && answer.number("/status") == status;
    if (status >= 500 || (status >= 400 && !problem)) {
      String sent = body.length() > 200 ? body.substring(0, 200) + "…" : body;
      wrong.add(answer.request() + " " + sent + " → " + status + " " + answer.body());
    }
  }

  @Test
  void no_body_makes_an_operation_fail() {
    JsonNode api = market.stranger().get("/v3/api-docs").expect(200).body();
    Bodies bodies = new Bodies(api);
    for (Operation operation : operations) {
      if (operation.method().equals("GET")) {
        continue;
      }
      List<String> tried = new ArrayList<>(NO_JSON);
      tried.addAll(OTHER_JSON);
      JsonNode schema =
          api.path("paths")
              .path(operation.path())
              .path(operation.method().toLowerCase(Locale.ROOT))
              .at("/requestBody/content/application~1json/schema");
      if (!schema.isMissingNode()) {
        List<String> spoilt = bodies.spoilt(schema);
        Collections.shuffle(spoilt, random);
        tried.addAll(spoilt.subList(0, Math.min(BODIES_MAX, spoilt.size())));
      }
      for (String body : tried) {
        send(everything, operation.method(), operation.at("1"), body);
      }
    }
    assertThat(wrong).as("seed " + seed).isEmpty();
  }

  @Test
  void no_other_kind_of_body_makes_an_operation_fail() {
    for (Operation operation : operations) {
      for (String type :
          List.of("text/plain", "application/xml", "multipart/form-data", "nonsense", "a/b;q=x")) {
        Client client = everything.with("Content-Type", type);
        send(client, operation.method(), operation.at("1"), "x");
      }
      for (String type : List.of("text/html", "image/png", "nonsense")) {
        send(everything.with("Accept", type), operation.method(), operation.at("x"), "{}");
      }
    }
    assertThat(wrong).as("seed " + seed).isEmpty();
  }

  @Test
  void no_id_in_a_path_makes_an_operation_fail() {
    for (Operation operation : operations) {
      if (operation.path().contains("{")) {
        for (String id : IDS) {
          send(everything, operation.method(), operation.at(id), "{}");
        }
      }
    }
    assertThat(wrong).as("seed " + seed).isEmpty();
  }

  @Test
  void no_query_makes_an_operation_fail() {
    for (Operation operation : operations) {
      if (operation.method().equals("GET")) {
        for (String query : QUERIES) {
          RawHttp.Raw answer =
              RawHttp.get(market, operation.at("1") + "?" + query, everything.authorization());
          check(answer.asAnswer(), "");
        }
      }
    }
    assertThat(wrong).as("seed " + seed).isEmpty();
  }

  @Test
  void no_other_method_and_no_header_makes_a_path_fail() {
    for (Operation operation : operations) {
      for (String method : List.of("PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND")) {
        Answer answer = everything.send(method, operation.at("1"), null);
        if (answer.status() >= 500) {
          wrong.add(answer.request() + " → " + answer.status());
        }
      }
      for (String key : List.of(" ", "é", "x".repeat(256), "x".repeat(4000))) {
        send(everything.with("Idempotency-Key", key), operation.method(), operation.at("x"), "{}");
      }
      Client guest = market.stranger().with("Guest-Token", "x.y.z");
      send(guest, operation.method(), operation.at("x"), "{}");
      Client odd = market.stranger().with("Authorization", "Basic eDp5");
      send(odd, operation.method(), operation.at("x"), "{}");
      Client old = market.stranger().with("Cookie", "banyan_session=x; banyan_guest=\"; $x=;");
      send(old, operation.method(), operation.at("x"), "{}");
    }
    assertThat(wrong).as("seed " + seed).isEmpty();
  }
}
