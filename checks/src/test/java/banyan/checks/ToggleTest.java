package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Staff;
import banyan.platform.data.Databases;
import banyan.platform.toggles.ToggleSettings;
import banyan.platform.toggles.Toggles;
import banyan.platform.web.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ToggleTest {
  private final Marketplace market = Marketplace.open();
  private final Client admin = market.staff(Role.ADMIN);

  private Answer turn(String name, boolean on) {
    return admin.put("/api/admin/toggles/" + name, Map.of("enabled", on, "reason", "a test"));
  }

  @AfterEach
  void all_are_on_for_the_next_test() {
    for (Toggles.State state : market.part(Toggles.class).states()) {
      if (!state.enabled()) {
        turn(state.name(), true).expect(200);
      }
    }
  }

  private static void paused(Answer answer, String code) {
    assertThat(answer.expect(503).text("/code")).isEqualTo(code);
    assertThat(answer.at("/retryable").asBoolean()).isTrue();
    assertThat(answer.header("Retry-After")).isEqualTo("60");
  }

  @Test
  void while_checkout_is_off_nothing_is_bought_or_priced_and_afterwards_the_same_call_buys() {
    Shelf goods = Shelf.onSale(market, 1);
    Client buyer = market.buyer().with("Idempotency-Key", "mine");
    Map<String, Object> quote =
        Map.of("lines", List.of(Map.of("skuId", goods.skuId(), "quantity", 1)));

    assertThat(turn("checkout", false).expect(200).at("/enabled").asBoolean()).isFalse();
    paused(buyer.post("/api/checkouts", goods.checkout(1, "tok_approve")), "checkout_paused");
    paused(buyer.post("/api/quotes", quote), "checkout_paused");
    assertThat(goods.available(market)).isEqualTo(1);

    turn("checkout", true).expect(200);
    buyer.post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
    buyer.post("/api/quotes", quote).expect(201);
  }

  @Test
  void while_sign_ups_are_off_nobody_joins_and_members_come_in() {
    Client member = market.buyer();
    turn("sign-ups", false).expect(200);
    paused(
        market
            .stranger()
            .post(
                "/api/accounts",
                Map.of(
                    "email",
                    Marketplace.unique("late") + "@example.com",
                    "password",
                    "correct horse",
                    "name",
                    "Late")),
        "sign_ups_paused");
    member.get("/api/account").expect(200);
  }

  @Test
  void while_reviews_are_off_they_are_read_and_not_written() {
    Shelf goods = Shelf.onSale(market, 1);
    String path = "/api/products/" + goods.productId() + "/reviews";
    turn("reviews", false).expect(200);
    paused(market.buyer().post(path, Map.of("rating", 5)), "reviews_paused");
    market.stranger().get(path).expect(200);
  }

  @Test
  void while_suggestions_are_off_the_search_box_has_none_and_nothing_fails() {
    Shelf.onSale(market, 1);
    String path = "/api/products/suggestions?q=kettle";
    await()
        .untilAsserted(() ->
            assertThat(market.stranger().get(path).expect(200).at("/data").size()).isPositive());
    turn("search-suggestions", false).expect(200);
    assertThat(market.stranger().get(path).expect(200).at("/data").size()).isZero();
  }

  @Test
  void a_toggle_that_does_not_exist_is_not_found_and_a_turn_without_a_reason_is_refused() {
    turn("no-such-toggle", false).expect(404);
    admin.put("/api/admin/toggles/checkout", Map.of("enabled", false)).expect(400);
    assertThat(
            market.part(dev.openfeature.sdk.Client.class).getBooleanValue("no-such-toggle", true))
        .isTrue();
  }

  @Test
  void a_turn_is_heard_on_another_node_within_two_seconds_and_outlives_both() {
    ToggleSettings settings =
        new ToggleSettings(Duration.ofSeconds(1), Map.of("reviews", true), Set.of());
    Databases databases = market.part(Databases.class);
    Toggles other = new Toggles(settings, databases, new SimpleMeterRegistry(), () -> false);
    other.start();
    try {
      turn("reviews", false).expect(200);
      await()
          .atMost(Duration.ofSeconds(2))
          .until(() -> !other.client().getBooleanValue("reviews", true));
      Toggles restarted = new Toggles(settings, databases, new SimpleMeterRegistry(), () -> false);
      assertThat(restarted.client().getBooleanValue("reviews", true)).isFalse();

      other.turn("reviews", true, "all is well", new Staff(1, "test"));
      await()
          .atMost(Duration.ofSeconds(2))
          .until(() ->
              market.part(dev.openfeature.sdk.Client.class).getBooleanValue("reviews", false));
    } finally {
      other.stop();
    }
  }

  @Test
  void an_overloaded_node_leaves_out_what_is_optional_until_it_is_calm_but_a_persons_word_holds() {
    AtomicBoolean overload = new AtomicBoolean();
    ToggleSettings settings =
        new ToggleSettings(
            Duration.ofMillis(100),
            Map.of("reviews", true, "search-facets", true, "checkout", true),
            Set.of("reviews", "search-facets"));
    turn("reviews", true).expect(200);
    MeterRegistry meters = new SimpleMeterRegistry();
    Toggles node = new Toggles(settings, market.part(Databases.class), meters, overload::get);
    node.start();
    try {
      overload.set(true);
      await().until(() -> !node.client().getBooleanValue("search-facets", true));
      assertThat(node.client().getBooleanValue("reviews", false)).as("a person's word").isTrue();
      assertThat(node.client().getBooleanValue("checkout", false)).as("not optional").isTrue();
      assertThat(meters.get("toggle.enabled").tag("name", "search-facets").gauge().value())
          .isZero();
      assertThat(node.states())
          .filteredOn(Toggles.State::brownedOut)
          .extracting(Toggles.State::name)
          .containsExactlyInAnyOrder("reviews", "search-facets");
      overload.set(false);
      await().until(() -> node.client().getBooleanValue("search-facets", false));
    } finally {
      node.stop();
    }
  }

  @Test
  void while_facets_are_off_products_are_found_without_them() {
    Shelf.onSale(market, 1);
    String path = "/api/products?limit=1";
    assertThat(market.stranger().get(path).expect(200).at("/facets").isMissingNode()).isFalse();
    turn("search-facets", false).expect(200);
    Answer found = market.stranger().get(path).expect(200);
    assertThat(found.at("/data").size()).isOne();
    assertThat(found.at("/facets").isMissingNode()).isTrue();
  }

  @Test
  void every_toggle_is_a_gauge() {
    turn("reviews", false).expect(200);
    MeterRegistry meters = market.part(MeterRegistry.class);
    assertThat(meters.get("toggle.enabled").tag("name", "reviews").gauge().value()).isZero();
    assertThat(meters.get("toggle.enabled").tag("name", "checkout").gauge().value()).isOne();
  }
}
