package banyan.checks.security;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Shelf;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What nobody may read later: not in a log, not in a table, not in an answer. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsTest {
  private static final String CARD = "4111111111111111";

  private final Marketplace market = Marketplace.open();

  /** Somebody's secrets after a walk through everything that touches one, by what they are. */
  private Map<String, String> walk() {
    Map<String, String> secrets = new LinkedHashMap<>();
    String password = Marketplace.unique("Pass word");
    secrets.put("password", password);
    secrets.put("new password", Marketplace.unique("Next word"));
    secrets.put("wrong password", Marketplace.unique("Wrong word"));
    secrets.put("card", CARD);
    String email = Marketplace.unique("secret") + "@example.com";
    Client stranger = market.stranger();
    Map<String, String> signUp = Map.of("email", email, "password", password, "name", "S");
    stranger.with("Idempotency-Key", "k").post("/api/accounts", signUp).expect(201);
    stranger.post("/api/accounts", signUp).expect(409);
    stranger.send("POST", "/api/accounts", "{\"email\":7,\"password\":\"" + password);
    Map<String, Object> wrong = Map.of("email", email, "password", secrets.get("wrong password"));
    stranger.post("/api/sessions", wrong).expect(401);
    Answer session =
        stranger
            .post("/api/sessions", Map.of("email", email, "password", password, "cookie", true))
            .expect(201);
    secrets.put("session's token", session.text("/token").substring(4));
    Client owner = stranger.with("Authorization", "Bearer " + session.text("/token"));
    Map<String, String> change = new HashMap<>();
    change.put("current", secrets.get("wrong password"));
    change.put("password", secrets.get("new password"));
    owner.put("/api/account/password", change).expect(422);
    change.put("current", password);
    owner.put("/api/account/password", change).expect(204);
    buy(owner, secrets);
    owner.get("/api/orders/x").expect(404);
    owner.with("Content-Type", "*/*").send("POST", "/api/checkouts", "{}").expect(415);
    owner.with("Content-Type", "text/plain").send("POST", "/api/checkouts", CARD).expect(415);
    owner.delete("/api/sessions/current").expect(204);
    return secrets;
  }

  private void buy(Client owner, Map<String, String> secrets) {
    Shelf shelf = Shelf.onSale(market, 5);
    Map<String, Object> checkout = new HashMap<>(shelf.checkout(1, CARD));
    owner.post("/api/checkouts", checkout).expect(400);
    checkout.put("payment", Map.of("method", "sandbox", "token", " 4111-1111 1111-1111 "));
    owner.post("/api/checkouts", checkout).expect(400);
    checkout.put("payment", Map.of("method", CARD, "token", "tok_approve"));
    owner.post("/api/checkouts", checkout).expect(400);
    Answer guest =
        market
            .stranger()
            .put("/api/cart/lines/" + shelf.skuId(), Map.of("quantity", 1))
            .expect(200);
    String token = String.valueOf(guest.header("Guest-Token"));
    secrets.put("guest's token", token.substring(token.indexOf('.') + 1));
  }

  @Test
  void no_secret_is_in_any_log_however_much_is_logged(CapturedOutput output) {
    List<Logger> talkative = new ArrayList<>();
    for (String name : List.of("banyan", "org.springframework.web", "org.springframework.jdbc")) {
      Logger logger = (Logger) LoggerFactory.getLogger(name);
      logger.setLevel(name.equals("banyan") ? Level.DEBUG : Level.INFO);
      talkative.add(logger);
    }
    try {
      Map<String, String> secrets = walk();
      LoggerFactory.getLogger("banyan.checks").info("the log is read");
      assertThat(output.getAll()).contains("the log is read");
      secrets.forEach(
          (what, secret) -> assertThat(output.getAll()).as(what).doesNotContain(secret));
    } finally {
      talkative.forEach(logger -> logger.setLevel(null));
    }
  }

  @Test
  void no_secret_is_in_any_table() {
    Map<String, String> secrets = walk();
    Databases databases = market.part(Databases.class);
    List<String> found = new ArrayList<>();
    int tables = 0;
    for (String module :
        List.of(
            "account",
            "cart",
            "catalog",
            "inventory",
            "order",
            "payment",
            "pricing",
            "staff",
            "sandbox")) {
      Database database = databases.module(module);
      for (String table : tablesOf(database)) {
        tables++;
        secrets.forEach((what, secret) -> {
          if (holds(database, table, secret)) {
            found.add(what + " in " + table);
          }
        });
      }
    }
    assertThat(tables).isGreaterThan(20);
    assertThat(found).isEmpty();
    assertThat(holds(databases.module("account"), "account", "secret-")).as("looks").isTrue();
  }

  private static List<String> tablesOf(Database database) {
    return database
        .each(jdbc ->
            jdbc.sql(
                    """
                    SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)
                      FROM information_schema.tables
                     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
                     ORDER BY 1
                     LIMIT 500
                    """)
                .query(String.class)
                .list())
        .stream()
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private static boolean holds(Database database, String table, String secret) {
    return database
        .each(jdbc ->
            jdbc.sql("SELECT count(*) FROM " + table + " t WHERE position(:secret IN t::text) > 0")
                .param("secret", secret)
                .query(Long.class)
                .single())
        .stream()
        .anyMatch(count -> count > 0);
  }
}
