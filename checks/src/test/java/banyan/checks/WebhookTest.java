package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.web.Role;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class WebhookTest {
  private static final String PATH = "/api/payments/webhooks/sandbox";
  private static final List<String> TYPES =
      List.of("created", "pending", "authorized", "captured", "settled");

  private final Marketplace market = Marketplace.open();

  @Test
  void five_kinds_of_webhooks_in_all_120_orders_and_each_twice_end_in_the_same_state()
      throws Exception {
    Shelf shelf = Shelf.onSale(market, 200);
    Client buyer = market.buyer();
    Client support = market.staff(Role.SUPPORT);
    List<List<String>> permutations = permutations(TYPES);
    assertThat(permutations).hasSize(120);
    byte[] key = key();
    for (List<String> order : permutations) {
      Answer trade = buyer.post("/api/checkouts", shelf.checkout(1, "tok_redirect")).expect(201);
      for (String type : order) {
        String body = body(trade.text("/tradeId") + "-" + type, trade.text("/tradeId"), type);
        send(signed(key, body, Instant.now()), body).expect(204);
        send(signed(key, body, Instant.now()), body).expect(204);
      }
      String id = trade.text("/orders/0/id");
      org.awaitility.Awaitility.await(order.toString())
          .untilAsserted(
              () -> assertThat(buyer.get("/api/orders/" + id).text("/state")).isEqualTo("PAID"));
      assertThat(support.get("/api/admin/orders/" + id + "/ledger").expect(200).at("/data").size())
          .as(order.toString())
          .isEqualTo(2);
    }
  }

  @Test
  void a_webhook_that_is_forged_unsigned_stale_or_changed_is_refused_and_changes_nothing()
      throws Exception {
    Shelf shelf = Shelf.onSale(market, 1);
    Client buyer = market.buyer();
    Answer trade = buyer.post("/api/checkouts", shelf.checkout(1, "tok_redirect")).expect(201);
    String body = body("evt_forged", trade.text("/tradeId"), "captured");
    String now = signed(key(), body, Instant.now());

    assertThat(refusal(send(signed(new byte[32], body, Instant.now()), body)))
        .isEqualTo("wrong_signature");
    assertThat(refusal(market.stranger().send("POST", PATH, body))).isEqualTo("unsigned");
    assertThat(refusal(send(signed(key(), body, Instant.now().minusSeconds(301)), body)))
        .isEqualTo("stale");
    assertThat(refusal(send(now, body.replace("captured", "settled"))))
        .isEqualTo("wrong_signature");
    assertThat(refusal(send(signed(key(), "nonsense", Instant.now()), "nonsense")))
        .isEqualTo("unreadable");
    market.stranger().send("POST", "/api/payments/webhooks/nobody", body).expect(404);

    assertThat(buyer.get("/api/orders/" + trade.text("/orders/0/id")).text("/state"))
        .isEqualTo("AWAITING_PAYMENT");
  }

  @Test
  void a_payment_notice_played_again_after_shipping_does_not_turn_the_order_back()
      throws Exception {
    Shelf shelf = Shelf.onSale(market, 1);
    Client buyer = market.buyer();
    Answer trade = buyer.post("/api/checkouts", shelf.checkout(1, "tok_approve")).expect(201);
    String id = trade.text("/orders/0/id");
    shelf.seller().post("/api/seller/orders/" + id + "/shipments", java.util.Map.of()).expect(201);
    String body = body("evt_again", trade.text("/tradeId"), "captured");

    send(signed(key(), body, Instant.now()), body).expect(204);

    assertThat(buyer.get("/api/orders/" + id).text("/state")).isEqualTo("SHIPPED");
  }

  private static String refusal(Answer answer) {
    return answer.expect(400).text("/reason");
  }

  private Answer send(String signature, String body) {
    return market.stranger().with("Banyan-Signature", signature).send("POST", PATH, body);
  }

  private static String body(String eventId, String reference, String type) {
    return "{\"id\":\"%s\",\"reference\":\"%s\",\"type\":\"%s\"}"
        .formatted(eventId, reference, type);
  }

  private static String signed(byte[] key, String body, Instant at) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String content = at.getEpochSecond() + "." + body;
    return "t="
        + at.getEpochSecond()
        + ",v1="
        + HexFormat.of().formatHex(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** The provider's key, which it has told the shop; made when it first signs. */
  private byte[] key() throws SQLException {
    String unsigned = "t=1,v1=" + "0".repeat(64);
    send(unsigned, "{}").expect(400);
    EmbeddedDatabase postgres = market.part(EmbeddedDatabase.class);
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT key FROM sandbox_key WHERE name = 'current'")) {
      assertThat(row.next()).isTrue();
      return row.getBytes(1);
    }
  }

  private static List<List<String>> permutations(List<String> words) {
    if (words.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> all = new ArrayList<>();
    for (String first : words) {
      List<String> rest = new ArrayList<>(words);
      rest.remove(first);
      for (List<String> tail : permutations(rest)) {
        List<String> whole = new ArrayList<>(List.of(first));
        whole.addAll(tail);
        all.add(whole);
      }
    }
    return all;
  }
}
