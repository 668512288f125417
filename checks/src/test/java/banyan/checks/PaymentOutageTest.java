package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.sandbox.Sandbox;
import banyan.business.sandbox.Sandbox.Mood;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A payment provider that is not well must not take the shop with it. */
class PaymentOutageTest {
  private final Marketplace market = Marketplace.open();
  private final Sandbox sandbox = market.part(Sandbox.class);

  @AfterEach
  void steady() {
    sandbox.turn(Mood.STEADY, Duration.ZERO);
    Shelf goods = Shelf.onSale(market, 100);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            market.buyer().post("/api/checkouts", goods.checkout(1, "tok_approve")).status()
                == 201);
  }

  @Test
  void a_provider_that_fails_is_not_asked_for_a_while_and_no_money_is_lost() {
    Shelf goods = Shelf.onSale(market, 100);
    sandbox.turn(Mood.FAILING, Duration.ofMinutes(1));
    List<Marketplace.Client> buyers = new ArrayList<>();
    List<String> orders = new ArrayList<>();
    Marketplace.Answer refused;
    do {
      Marketplace.Client buyer = market.buyer();
      refused = buyer.post("/api/checkouts", goods.checkout(1, "tok_approve"));
      if (refused.status() == 201) {
        assertThat(refused.text("/state")).isEqualTo("AWAITING_PAYMENT");
        buyers.add(buyer);
        orders.add(refused.text("/orders/0/id"));
      }
    } while (refused.status() == 201 && orders.size() < 25);

    refused.expect(503);
    assertThat(refused.text("/code")).isEqualTo("payment_unavailable");
    assertThat(refused.header("Retry-After")).isNotNull();
    long held = orders.size();
    assertThat(goods.available(market)).as("who was refused holds nothing").isEqualTo(100 - held);

    sandbox.turn(Mood.STEADY, Duration.ZERO);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          for (int i = 0; i < orders.size(); i++) {
            assertThat(buyers.get(i).get("/api/orders/" + orders.get(i)).expect(200).text("/state"))
                .isIn("PAID", "CANCELLED");
          }
        });
    List<String> states = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      states.add(buyers.get(i).get("/api/orders/" + orders.get(i)).expect(200).text("/state"));
    }
    // every other charge had reached the provider before it failed
    assertThat(states).contains("PAID", "CANCELLED");
    long paid = states.stream().filter("PAID"::equals).count();
    await().untilAsserted(() -> assertThat(goods.available(market)).isEqualTo(100 - paid));
  }

  @Test
  void what_comes_twice_and_in_reverse_is_captured_once() {
    Shelf goods = Shelf.onSale(market, 5);
    sandbox.turn(Mood.TWICE, Duration.ofMinutes(1));
    Marketplace.Client buyer = market.buyer();
    String order =
        buyer
            .post("/api/checkouts", goods.checkout(1, "tok_approve"))
            .expect(201)
            .text("/orders/0/id");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(buyer.get("/api/orders/" + order).expect(200).text("/state"))
                .isEqualTo("PAID"));
    long captures =
        market
            .staff(banyan.platform.web.Role.SUPPORT)
            .get("/api/admin/orders/" + order + "/ledger")
            .expect(200)
            .at("/data")
            .valueStream()
            .filter(posting -> posting.path("cause").asString().startsWith("capture:"))
            .count();
    assertThat(captures).as("a debit and a credit").isEqualTo(2);
  }
}
