package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import banyan.app.Urgencies;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.limits.Admission;
import banyan.platform.limits.Admission.Ticket;
import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import banyan.platform.toggles.Toggles;
import banyan.platform.web.Role;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** More than the shop can do: who is let in, what the others are told, what is left out. */
class OverloadTest {
  private final Marketplace market = Marketplace.open();
  private final Admission door = market.part(Admission.class);
  private final MeterRegistry meters = market.part(MeterRegistry.class);
  private final List<Ticket> taken = new ArrayList<>();

  @AfterEach
  void nobody_stays_inside_and_everything_is_on_again() {
    taken.forEach(Ticket::close);
    await().until(() -> inside() == 0);
    await().until(() -> meters.get("admission.brownout").gauge().value() == 0);
    await()
        .until(() -> market.part(Toggles.class).states().stream().noneMatch(s -> s.brownedOut()));
  }

  private double inside() {
    return meters.get("gate.inside").tag("gate", "admission").gauge().value();
  }

  /** Takes every place that requests of this class can have. */
  private void take(Urgency urgency) {
    while (door.enter(urgency, Duration.ZERO) instanceof Ticket ticket) {
      taken.add(ticket);
    }
  }

  private void fill() {
    for (Urgency urgency : Urgency.values()) {
      take(urgency);
    }
  }

  @Test
  void who_is_turned_away_is_told_when_to_come_back_and_his_body_is_not_looked_at() {
    Client stranger = market.stranger();
    fill();
    Answer answer = stranger.send("POST", "/api/checkouts", "{ no JSON".repeat(100_000));
    assertThat(answer.expect(503).text("/code")).isEqualTo("busy");
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.header("Retry-After")).matches("[1-3]");
    assertThat(answer.at("/retryable").asBoolean()).isTrue();
    assertThat(answer.text("/requestId")).isEqualTo(answer.header("X-Request-Id"));
    assertThat(answer.text("/type")).isEqualTo("/problems/busy");
    // nobody is looked up: a token that is worth nothing is not even refused
    market.stranger().with("Authorization", "Bearer no").get("/api/account").expect(503);
    assertThat(stranger.send("HEAD", "/", null).expect(503).header("Retry-After")).isNotNull();
    assertThat(meters.get("admission.rejected").tag("class", "checkout").counter().count())
        .isPositive();
    taken.forEach(Ticket::close);
    stranger.send("POST", "/api/checkouts", "{ no JSON").expect(400);
  }

  @Test
  void a_person_sees_a_page_in_his_language_and_a_part_of_a_page_gets_a_part() {
    fill();
    Client person = market.stranger().with("Accept", "text/html");
    assertThat(person.get("/").expect(503).body().asString())
        .contains("<!doctype html>", "The shop is very busy", "lang=\"en\"");
    assertThat(person.get("/zh/products/any").expect(503).body().asString())
        .contains("lang=\"zh\"")
        .doesNotContain("very busy");
    assertThat(market.stranger().with("HX-Request", "true").get("/me").expect(503).body())
        .asString()
        .contains("notice bad")
        .doesNotContain("<html");
    assertThat(person.get("/api/cart").expect(503).text("/code")).isEqualTo("busy");
  }

  @Test
  void files_health_and_the_watchers_of_the_console_are_never_turned_away() {
    String page = market.stranger().get("/").expect(200).body().asString();
    String css = page.replaceFirst("(?s).*href=\"(/assets/[^\"]+\\.css)\".*", "$1");
    Client support = market.staff(Role.SUPPORT);
    fill();
    market.stranger().get(css).expect(200);
    market.stranger().get("/robots.txt").expect(200);
    support.get("/api/admin/console/stream").expect(200);
    support.get("/api/admin/console").expect(503);
    assertThat(market.managed("/actuator/health")).isEqualTo(200);
  }

  @Test
  void lookers_leave_room_for_buyers_and_buyers_for_those_who_see_to_the_money() {
    Shelf goods = Shelf.onSale(market, 5);
    Client admin = market.staff(Role.ADMIN);
    take(Urgency.BACKGROUND);
    take(Urgency.BROWSE);
    market.stranger().get("/api/products").expect(503);
    market.stranger().get("/api/products/suggestions?q=a").expect(503);
    market.stranger().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
    take(Urgency.CHECKOUT);
    market.stranger().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(503);
    admin.get("/api/admin/orders").expect(200);
  }

  @Test
  void while_a_crowd_looks_everybody_buys() {
    Shelf goods = Shelf.onSale(market, 1_000);
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong turnedAway = new AtomicLong();
    // each look is another one: what was found a moment ago is kept
    AtomicLong most = new AtomicLong(1_000_000);
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 150; i++) {
        crowd.submit(() -> {
          while (!over.get()) {
            String look = "/api/products?q=a&limit=1&priceMax=" + most.incrementAndGet();
            if (market.stranger().get(look).status() == 503) {
              turnedAway.incrementAndGet();
              // impatient: he was asked to stay away for a second or more
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
          }
        });
      }
      try {
        for (int i = 0; i < 500 && (i < 5 || turnedAway.get() == 0); i++) {
          market.stranger().post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
        }
      } finally {
        over.set(true);
      }
    }
    assertThat(turnedAway.get()).isPositive();
  }

  @Test
  void what_is_optional_goes_off_in_a_lasting_overload_and_on_again_afterwards() {
    Toggles toggles = market.part(Toggles.class);
    Client admin = market.staff(Role.ADMIN);
    // a person's word of an earlier test would win
    fill();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> {
          door.enter(Urgency.BROWSE, Duration.ZERO);
          return meters.get("admission.brownout").gauge().value() == 1
              && toggles.states().stream().anyMatch(Toggles.State::brownedOut);
        });
    assertThat(toggles.states())
        .filteredOn(Toggles.State::brownedOut)
        .extracting(Toggles.State::name)
        .containsExactlyInAnyOrder("reviews", "search-facets", "search-suggestions");
    taken.forEach(Ticket::close);
    assertThat(admin.get("/api/admin/toggles").expect(200).at("/data").valueStream())
        .anyMatch(toggle -> toggle.path("name").asString().equals("checkout"));
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> toggles.states().stream().noneMatch(Toggles.State::brownedOut));
  }

  @Test
  void an_answer_that_would_come_too_late_is_not_begun() {
    Client buyer = market.buyer();
    Answer late = buyer.with("Request-Timeout-Ms", "0").get("/api/orders").expect(503);
    assertThat(late.text("/code")).isEqualTo("too_late");
    assertThat(late.header("Retry-After")).isEqualTo("1");
    for (String odd : List.of("soon", "-1", "99999999999999999999", "60000")) {
      buyer.with("Request-Timeout-Ms", odd).get("/api/orders").expect(200);
    }
    fill();
    long start = System.nanoTime();
    market.stranger().with("Request-Timeout-Ms", "20").get("/api/products").expect(503);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void the_database_stops_when_nobody_waits_any_more() {
    Database orders = market.part(Databases.class).module("order");
    long key = market.part(Ids.class).nextRoot();
    long start = System.nanoTime();
    assertThatThrownBy(() ->
            Deadline.after(Urgency.BROWSE, Duration.ofMillis(500))
                .bound(() ->
                    orders.fresh(
                        key,
                        jdbc ->
                            jdbc.sql("SELECT 1 FROM pg_sleep(20)").query(Integer.class).single())))
        .isInstanceOf(DataAccessException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  /** Takes so many connections of a kind of work while the rest is done. */
  private static void holding(Database database, Urgency urgency, int count, Runnable rest) {
    long key = Marketplace.open().part(Ids.class).nextRoot();
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(count);
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        crowd.submit(() ->
            Deadline.after(urgency, Duration.ofMinutes(1))
                .bound(() ->
                    database.write(
                        key,
                        jdbc -> {
                          int one = one(jdbc);
                          held.countDown();
                          Marketplace.await(done);
                          return one;
                        })));
      }
      try {
        Marketplace.await(held);
        rest.run();
      } finally {
        done.countDown();
      }
    }
  }

  @Test
  void those_who_look_cannot_use_up_the_connections_of_those_who_pay() {
    Database orders = market.part(Databases.class).module("order");
    long key = market.part(Ids.class).nextRoot();
    holding(
        orders,
        Urgency.BROWSE,
        6,
        () -> {
          long start = System.nanoTime();
          assertThatThrownBy(() -> ask(orders, key, Urgency.BROWSE, Duration.ofMillis(200)))
              .isInstanceOf(RuntimeException.class);
          assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
          assertThat(ask(orders, key, Urgency.PAY, Duration.ofSeconds(10))).isOne();
          assertThat(ask(orders, key, Urgency.BACKGROUND, Duration.ofSeconds(10))).isOne();
        });
  }

  @Test
  void nobody_needs_two_connections_at_once_or_all_would_wait_for_each_other() {
    Shelf goods = Shelf.onSale(market, 5);
    Client buyer = market.buyer();
    Database orders = market.part(Databases.class).module("order");
    holding(
        orders,
        Urgency.PAY,
        9,
        () -> {
          Answer trade = buyer.post("/api/checkouts", goods.checkout(1, "tok_approve")).expect(201);
          buyer.get("/api/orders").expect(200);
          String order = "/api/orders/" + trade.text("/orders/0/id");
          buyer.get(order).expect(200);
          buyer.post(order + "/cancel", Map.of()).expect(200);
        });
    holding(
        orders,
        Urgency.BROWSE,
        5,
        () -> {
          for (String page :
              List.of("/", "/search?q=kettle", "/api/products", "/api/cart", "/me")) {
            buyer.get(page).expect(200);
          }
        });
  }

  private static int one(org.springframework.jdbc.core.simple.JdbcClient jdbc) {
    return jdbc.sql("SELECT 1").query(Integer.class).single();
  }

  private static int ask(Database orders, long key, Urgency urgency, Duration left) {
    return Deadline.after(urgency, left).bound(() -> orders.fresh(key, OverloadTest::one));
  }

  @Test
  void somebody_has_thought_about_every_path() {
    List<String> forgotten = new ArrayList<>();
    for (RequestMappingHandlerMapping mapping : market.parts(RequestMappingHandlerMapping.class)) {
      mapping
          .getHandlerMethods()
          .keySet()
          .forEach(info ->
              info.getPatternValues().stream()
                  .filter(path -> !Urgencies.known("GET", path))
                  .forEach(forgotten::add));
    }
    assertThat(forgotten).isEmpty();
    assertThat(Urgencies.known("GET", "/api/nobody/thought/of")).isFalse();
    Urgencies table = new Urgencies();
    assertThat(
            Map.of(
                "POST /api/payments/webhooks/sandbox", Urgency.PAY,
                "POST /api/seller/orders/1/shipments", Urgency.PAY,
                "POST /zh/orders/1/refunds", Urgency.PAY,
                "GET /api/orders/1", Urgency.CHECKOUT,
                "POST /api/checkouts", Urgency.CHECKOUT,
                "PUT /api/cart/lines/1", Urgency.CHECKOUT,
                "GET /api/cart", Urgency.BROWSE,
                "GET /zh/", Urgency.BROWSE,
                "GET /api/products/suggestions", Urgency.BACKGROUND,
                "POST /api/seller/products/csv", Urgency.BACKGROUND))
        .allSatisfy((request, urgency) -> {
          String[] parts = request.split(" ");
          assertThat(table.urgency(parts[0], parts[1])).as(request).isEqualTo(urgency);
        });
  }
}
