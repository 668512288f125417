package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.inventory.Inventory;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nothing is sold that is not there. The rounds are few in the everyday run; {@code
 * -Dbanyan.rounds=20 -Dbanyan.units=1000 -Dbanyan.buyers=20000} makes them what the figures ask
 * for.
 */
class OversellTest {
  private static final int ROUNDS = Integer.getInteger("banyan.rounds", 2);
  private static final int UNITS = Integer.getInteger("banyan.units", 100);
  private static final int BUYERS = Integer.getInteger("banyan.buyers", 1_000);

  /**
   * Requests at once: as many as one machine would see, and far more than there are connections.
   */
  private static final int AT_ONCE = 120;

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Marketplace market = Marketplace.open();

  @AfterEach
  void the_books_balance() {
    for (Book book : market.parts(Book.class)) {
      await(book.name())
          .untilAsserted(() -> assertThat(book.violations()).as(book.statement()).isEmpty());
    }
  }

  @Test
  void of_120_buyers_who_want_one_of_4_units_exactly_4_get_one() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Shelf shelf = Shelf.onSale(market, 4);

      List<Answer> answers = rush(120, n -> keyed(), n -> shelf.checkout(1, "tok_approve"));

      assertThat(statuses(answers, 201)).isEqualTo(4);
      assertThat(statuses(answers, 409)).isEqualTo(116);
      assertThat(shelf.available(market)).isZero();
    }
  }

  @Test
  void a_rush_on_one_sku_sells_every_unit_and_not_one_more() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Shelf shelf = Shelf.onSale(market, UNITS);

      List<Answer> answers = rush(BUYERS, n -> keyed(), n -> shelf.checkout(1, "tok_approve"));

      assertThat(statuses(answers, 201)).isEqualTo(UNITS);
      assertThat(statuses(answers, 409)).isEqualTo(BUYERS - UNITS);
      long skuId = Long.parseLong(shelf.skuId());
      await()
          .untilAsserted(() ->
              assertThat(market.part(Inventory.class).stock(List.of(skuId)))
                  .containsEntry(skuId, new Inventory.Stock(0, 0)));
    }
  }

  @Test
  void carts_with_the_same_goods_in_any_order_neither_deadlock_nor_oversell() throws Exception {
    List<Shelf> shelves = IntStream.range(0, 4).mapToObj(i -> Shelf.onSale(market, 30)).toList();

    List<Answer> answers =
        rush(
            200,
            n -> keyed(),
            n -> {
              List<Map<String, Object>> lines = new ArrayList<>();
              shelves.forEach(shelf -> lines.add(Map.of("skuId", shelf.skuId(), "quantity", 1)));
              java.util.Collections.shuffle(lines, ThreadLocalRandom.current());
              return Shelf.checkout(lines, "tok_approve");
            });

    assertThat(answers).allMatch(answer -> answer.status() == 201 || answer.status() == 409);
    long bought = statuses(answers, 201);
    shelves.forEach(shelf -> assertThat(shelf.available(market)).isEqualTo(30 - bought));
    assertThat(bought).isBetween(1L, 30L);
  }

  @Test
  void the_same_key_sent_many_times_at_once_makes_one_order_and_one_answer() throws Exception {
    Shelf shelf = Shelf.onSale(market, 1);
    Client buyer = market.buyer().with("Idempotency-Key", Marketplace.unique("key"));

    List<Answer> answers = rush(12, n -> buyer, n -> shelf.checkout(1, "tok_approve"));

    assertThat(answers).allMatch(answer -> answer.status() == 201);
    assertThat(answers.stream().map(answer -> answer.text("/tradeId")).distinct()).hasSize(1);
    assertThat(buyer.get("/api/orders").expect(200).at("/data").size()).isEqualTo(1);
    buyer.post("/api/checkouts", shelf.checkout(2, "tok_approve")).expect(422);
  }

  @Test
  void payment_and_cancellation_at_once_end_in_one_of_two_ways_and_never_between()
      throws Exception {
    Shelf shelf = Shelf.onSale(market, 40);
    for (int round = 0; round < 20; round++) {
      Client buyer = market.buyer();
      Answer trade = buyer.post("/api/checkouts", shelf.checkout(1, "tok_redirect")).expect(201);
      String id = trade.text("/orders/0/id");
      String url = trade.text("/payment/redirectUrl");
      String page = url.substring(url.indexOf("/sandbox/"));
      try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Answer> cancel =
            both.submit(() -> buyer.post("/api/orders/" + id + "/cancel", Map.of()));
        Future<Answer> pay =
            both.submit(() -> market.stranger().send("POST", page + "&decision=approve", null));
        assertThat(cancel.get().status()).isEqualTo(200);
        assertThat(pay.get().status()).isIn(200, 409);
      }
      assertThat(buyer.get("/api/orders/" + id).text("/state")).isEqualTo("CANCELLED");
    }
    await().untilAsserted(() -> assertThat(shelf.available(market)).isEqualTo(40));
  }

  private Client keyed() {
    return market.stranger().with("Idempotency-Key", Marketplace.unique("rush"));
  }

  private interface Of<T> {
    T number(int n);
  }

  /** So many checkouts, {@link #AT_ONCE} of them at a time. */
  private static List<Answer> rush(int requests, Of<Client> client, Of<Object> body)
      throws InterruptedException, ExecutionException {
    Semaphore places = new Semaphore(AT_ONCE);
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int n = 0; n < requests; n++) {
        Client who = client.number(n);
        Object what = body.number(n);
        places.acquire();
        answers.add(
            crowd.submit(() -> {
              try {
                return persistently(who, what);
              } finally {
                places.release();
              }
            }));
      }
      List<Answer> done = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        done.add(answer.get());
      }
      return done;
    }
  }

  /** A busy shop says 503 and means it: the same request comes again, with the same key. */
  private static Answer persistently(Client who, Object what) {
    Client guest = who;
    long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (System.nanoTime() < giveUp) {
      Answer answer = guest.post("/api/checkouts", what);
      if (answer.status() != 503) {
        return answer;
      }
      String token = answer.header("Guest-Token");
      guest = token == null ? guest : guest.with("Guest-Token", token);
      // impatient: it was asked to stay away for a second or more
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new AssertionError("503 for a minute");
  }

  private static long statuses(List<Answer> answers, int status) {
    return answers.stream().filter(answer -> answer.status() == status).count();
  }
}
