package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.order.OrderChanged;
import banyan.business.order.OrderRefunded;
import banyan.business.order.OrderState;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.events.Event;
import banyan.platform.ids.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A seller's dashboard follows what orders tell; the events here are the order module's own. */
class InsightTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String YEAR_2011 = "/api/seller/dashboard?from=2011-01-01&to=2011-12-31";
  private static final Instant FIRST_DAY = Instant.parse("2011-03-01T23:59:59Z");
  private static final Instant SECOND_DAY = Instant.parse("2011-03-02T00:00:00Z");

  private final Marketplace market = Marketplace.open();
  private final Ids ids = market.part(Ids.class);
  private final Client seller = market.seller();
  private final long sellerId = accountOf(seller);
  private final long cup = ids.next(sellerId);
  private final long plate = ids.next(sellerId);

  private static long accountOf(Client client) {
    return client.get("/api/account").expect(200).number("/id");
  }

  private void tell(Event event) {
    Database orders = market.part(Databases.class).module("order");
    orders.change(event.key(), jdbc -> orders.publish(event));
  }

  private long newOrder() {
    return ids.nextRoot();
  }

  private OrderChanged changed(
      long orderId, OrderState from, OrderState to, int cups, int plates, Instant at) {
    return new OrderChanged(
        orderId,
        orderId,
        7,
        sellerId,
        from,
        to,
        "GBP",
        300L * cups + 500L * plates,
        List.of(
            new OrderChanged.Line(cup, cup, "Cup", cups, 300L * cups),
            new OrderChanged.Line(plate, plate, "Plate", plates, 500L * plates)),
        at);
  }

  private OrderRefunded refunded(long orderId, long amount, Instant at) {
    return new OrderRefunded(ids.next(orderId), orderId, 7, sellerId, "GBP", amount, List.of(), at);
  }

  private Answer dashboard() {
    return seller.get(YEAR_2011).expect(200);
  }

  private void awaitOrders(int orders, int refunded) {
    await()
        .atMost(SOON)
        .until(() ->
            dashboard().number("/totals/0/orders") == orders
                && dashboard().number("/totals/0/refunded/amount") == refunded);
  }

  @Test
  void sales_are_counted_on_the_day_of_payment_and_refunds_on_theirs() {
    long one = newOrder();
    long two = newOrder();
    tell(changed(one, OrderState.OPENED, OrderState.AWAITING_PAYMENT, 1, 1, FIRST_DAY));
    tell(changed(one, OrderState.AWAITING_PAYMENT, OrderState.PAID, 1, 1, FIRST_DAY));
    tell(changed(two, OrderState.OPENED, OrderState.PAID, 2, 0, SECOND_DAY));
    tell(changed(one, OrderState.PAID, OrderState.SHIPPED, 1, 1, SECOND_DAY));
    tell(refunded(one, 300, SECOND_DAY));
    awaitOrders(2, 300);
    Answer dashboard = dashboard();
    assertThat(dashboard.at("/days")).hasSize(2);
    assertThat(dashboard.text("/days/0/day")).isEqualTo("2011-03-01");
    assertThat(dashboard.number("/days/0/gross/amount")).isEqualTo(800);
    assertThat(dashboard.number("/days/0/refunded/amount")).isZero();
    assertThat(dashboard.text("/days/1/day")).isEqualTo("2011-03-02");
    assertThat(dashboard.number("/days/1/net/amount")).isEqualTo(300);
    assertThat(dashboard.number("/totals/0/units")).isEqualTo(4);
    assertThat(dashboard.number("/totals/0/gross/amount")).isEqualTo(1_400);
    assertThat(dashboard.number("/totals/0/net/amount")).isEqualTo(1_100);
    assertThat(dashboard.text("/bestSkus/0/title")).isEqualTo("Cup");
    assertThat(dashboard.number("/bestSkus/0/gross/amount")).isEqualTo(900);
    assertThat(dashboard.number("/openOrders/count")).isEqualTo(2);
    assertThat(dashboard.number("/openOrders/byState/SHIPPED")).isOne();
    assertThat(dashboard.number("/openOrders/byState/PAID")).isOne();
    assertThat(dashboard.text("/openOrders/oldest/0/id")).isEqualTo(Long.toString(one));
    booksAgree();
  }

  @Test
  void a_refund_that_is_heard_before_its_sale_counts_and_one_without_a_sale_does_not() {
    long sold = newOrder();
    long never = newOrder();
    tell(refunded(never, 111, FIRST_DAY));
    tell(refunded(sold, 500, SECOND_DAY));
    tell(changed(never, OrderState.AWAITING_PAYMENT, OrderState.CANCELLED, 1, 0, FIRST_DAY));
    tell(changed(sold, OrderState.OPENED, OrderState.PAID, 0, 1, FIRST_DAY));
    awaitOrders(1, 500);
    assertThat(dashboard().number("/openOrders/count")).isOne();
    booksAgree();
  }

  @Test
  void the_totals_are_the_sum_of_the_days_after_many_orders_at_once() {
    int orders = 300;
    IntStream.range(0, orders)
        .parallel()
        .forEach(i -> {
          long id = newOrder();
          Instant at = FIRST_DAY.plus(Duration.ofDays(i % 40));
          tell(changed(id, OrderState.OPENED, OrderState.PAID, 1 + i % 5, i % 3, at));
          if (i % 10 == 0) {
            tell(refunded(id, 100, at.plus(Duration.ofDays(1))));
          }
        });
    awaitOrders(orders, orders / 10 * 100);
    Answer dashboard = dashboard();
    for (String figure : List.of("orders", "units")) {
      assertThat(sum(dashboard, "/" + figure)).isEqualTo(dashboard.number("/totals/0/" + figure));
    }
    for (String figure : List.of("gross", "refunded", "net")) {
      String pointer = "/" + figure + "/amount";
      assertThat(sum(dashboard, pointer)).isEqualTo(dashboard.number("/totals/0" + pointer));
    }
    booksAgree();
  }

  private static long sum(Answer dashboard, String pointer) {
    long sum = 0;
    for (JsonNode day : dashboard.at("/days")) {
      sum += day.at(pointer).asLong();
    }
    return sum;
  }

  private void booksAgree() {
    // other tests' sales are still being heard, but each transaction leaves the books agreeing
    assertThat(book("sales-summed").violations()).isEmpty();
    assertThat(book("skus-summed").violations()).isEmpty();
  }

  private Book book(String name) {
    return market.parts(Book.class).stream()
        .filter(book -> book.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  @Test
  void the_books_notice_a_figure_that_was_changed_by_hand() {
    tell(changed(newOrder(), OrderState.OPENED, OrderState.PAID, 3, 0, FIRST_DAY));
    awaitOrders(1, 0);
    Database insight = market.part(Databases.class).module("insight");
    Map<String, String> falsified =
        Map.of("sales-summed", "gross = gross + 1", "skus-summed", "units = units - 1");
    falsified.forEach((name, change) -> {
      changeDays(insight, change);
      assertThat(book(name).violations()).anyMatch(v -> v.contains(Long.toString(sellerId)));
      changeDays(insight, change.contains("+") ? "gross = gross - 1" : "units = units + 1");
    });
    booksAgree();
  }

  private void changeDays(Database insight, String change) {
    insight.change(
        sellerId,
        jdbc ->
            jdbc.sql(
                    "UPDATE insight_day SET "
                        + change
                        + " WHERE shard = :shard AND seller_id = :id")
                .param("shard", Ids.shardOf(sellerId))
                .param("id", sellerId)
                .update());
  }

  @Test
  void only_a_seller_has_a_dashboard_and_a_senseless_span_is_refused() {
    market.stranger().get(YEAR_2011).expect(401);
    market.buyer().get(YEAR_2011).expect(403);
    for (String span :
        List.of(
            "from=2011-01-02&to=2011-01-01",
            "from=2001-01-01&to=2011-01-01",
            "from=yesterday",
            "to=9999-01-01",
            "from=-999999999-01-01",
            "to=%2B999999999-12-31")) {
      assertThat(seller.get("/api/seller/dashboard?" + span).expect(400).text("/code"))
          .isEqualTo("invalid");
    }
    Answer quiet = seller.get("/api/seller/dashboard").expect(200);
    assertThat(quiet.at("/days")).isEmpty();
    assertThat(quiet.number("/openOrders/count")).isZero();
  }
}
