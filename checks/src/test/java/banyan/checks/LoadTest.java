package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.cli.load.Journal;
import banyan.cli.load.LoadFailed;
import banyan.cli.load.Meters;
import banyan.cli.load.Mix;
import banyan.cli.load.Outcome;
import banyan.cli.load.Plan;
import banyan.cli.load.Slo;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The instrument itself: what it counts must be so. */
class LoadTest {
  private static final Slo GENEROUS = new Slo(Duration.ofSeconds(30), 0);

  @TempDir Path folder;

  private static Plan plan(
      String shop,
      Mix mix,
      double rate,
      int seconds,
      @org.jspecify.annotations.Nullable Path journal) {
    return new Plan(
        shop,
        mix,
        rate,
        0,
        Duration.ofSeconds(seconds),
        Duration.ZERO,
        5,
        Duration.ofSeconds(20),
        journal,
        7);
  }

  private static Outcome run(Plan plan, int products) {
    return new banyan.cli.load.LoadTest(plan, GENEROUS, new Meters(Map.of()), line -> {})
        .run(products, 10_000, false);
  }

  @Test
  void the_processor_time_of_the_warm_up_is_not_counted() {
    Plan plan =
        new Plan(
            Marketplace.open().url(),
            Mix.BROWSE,
            0,
            16,
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            5,
            Duration.ofSeconds(20),
            null,
            7);
    long[] from = new long[1];
    Outcome outcome =
        new banyan.cli.load.LoadTest(plan, GENEROUS, new Meters(Map.of()), line -> {})
            .run(3, 10_000, false, () -> from[0] = System.nanoTime());

    // nobody can use more than all processors all the time; the shop is in this process, too
    double seconds = (System.nanoTime() - from[0]) / 1e9;
    double most = seconds * Runtime.getRuntime().availableProcessors();
    assertThat(outcome.processorSeconds().getOrDefault("load", 0.0))
        .isPositive()
        .isLessThanOrEqualTo(most + 0.1);
  }

  @Test
  void every_acknowledged_order_of_a_run_is_in_the_journal_and_in_the_shop() {
    Marketplace market = Marketplace.open();
    Path journal = folder.resolve("orders.journal");
    Outcome outcome = run(plan(market.url(), Mix.CHECKOUT, 20, 3, journal), 3);

    assertThat(outcome.totals()).containsEntry("offered", 60L).containsEntry("good", 60L);
    List<Journal.Acknowledged> orders = Journal.read(journal);
    assertThat(orders).hasSize(60);
    for (Journal.Acknowledged order : orders) {
      Marketplace.Answer found =
          market
              .stranger()
              .with("Guest-Token", order.guest())
              .get("/api/orders/" + order.orderId())
              .expect(200);
      assertThat(found.number("/total/amount")).isEqualTo(order.total());
    }
  }

  @Test
  void a_marketplace_where_everything_happens_at_once_contradicts_nobody() {
    Marketplace market = Marketplace.open();
    Outcome outcome = run(plan(market.url(), Mix.ONLINE_MARKETPLACE, 15, 6, null), 12);

    assertThat(outcome.anomalyExamples()).isEmpty();
    assertThat(outcome.anomalies()).hasSize(5).doesNotContainValue(1L);
    assertThat(outcome.contradictions()).isZero();
    assertThat(outcome.acts()).containsKeys("session", "delivery");
    assertThat(outcome.errors().keySet()).allMatch(code -> code.startsWith("409"));
  }

  @Test
  void a_shop_that_stops_for_a_second_makes_everybody_late_who_came_in_it() throws Exception {
    AtomicInteger views = new AtomicInteger();
    CountDownLatch closed = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          // from the 100th view on nobody is served for a second, then everybody
          if (path.startsWith("/api/products/") && views.incrementAndGet() >= 100) {
            try {
              closed.await(1, TimeUnit.SECONDS);
              closed.countDown();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
            }
          }
          exchange.getResponseHeaders().add("Guest-Token", "guest");
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          byte[] body =
              ("{\"data\":[{\"slug\":\"a\"}],\"hasMore\":false,\"id\":\"1\",\"slug\":\"a\",\"title\":\"A\","
                      + "\"skus\":[{\"id\":\"1\"}]}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String shop = "http://127.0.0.1:" + server.getAddress().getPort();
      Outcome outcome = run(plan(shop, Mix.BROWSE, 100, 4, null), 0);

      double p50 = Double.parseDouble(String.valueOf(outcome.latency().get("p50")));
      double p90 = Double.parseDouble(String.valueOf(outcome.latency().get("p90")));
      assertThat(outcome.totals()).containsEntry("offered", 400L).containsEntry("good", 400L);
      // 60 of 100 are views; those of one second in four waited half a second on average
      assertThat(p90).isGreaterThan(200);
      assertThat(p50).isLessThan(200);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_journal_that_a_crash_cut_off_is_read_up_to_its_last_whole_line() throws Exception {
    Path journal = Files.writeString(folder.resolve("cut"), "1 100 token\n2 200 token\n3 30");
    assertThat(Journal.read(journal))
        .extracting(Journal.Acknowledged::orderId)
        .containsExactly("1", "2");
    Path other = Files.writeString(folder.resolve("other"), "id,total\n1,2\n");
    assertThatThrownBy(() -> Journal.read(other)).isInstanceOf(LoadFailed.class);
  }

  @Test
  void the_command_reports_and_the_audit_notices_an_order_that_is_only_in_the_journal()
      throws Exception {
    Machine.assumePackaged();
    try (Machine machine = new Machine(folder.resolve("data"))) {
      machine.up();
      Path journal = folder.resolve("orders.journal");
      Path report = folder.resolve("report.html");
      JsonNode outcome =
          machine.json(
              "load",
              "--mix",
              "checkout",
              "--rate",
              "10",
              "--duration",
              "3s",
              "--warm-up",
              "1s",
              "--products",
              "3",
              "--buyers",
              "3",
              "--p99",
              "30s",
              "--errors",
              "0",
              "--journal",
              journal.toString(),
              "--report",
              report.toString());
      assertThat(outcome.at("/met").asBoolean()).isTrue();
      assertThat(outcome.at("/totals/good").asLong()).isEqualTo(30);
      assertThat(outcome.at("/processorSeconds/server").asDouble()).isPositive();
      assertThat(outcome.at("/processorSeconds/database").asDouble()).isPositive();
      assertThat(Files.readString(report)).contains("<h1>kept", "books balance");
      assertThat(JsonMapper.shared().readTree(Files.readString(folder.resolve("report.json"))))
          .isEqualTo(outcome);

      JsonNode audit = machine.json("audit", "--journal", journal.toString());
      assertThat(audit.at("/books").valueStream().map(book -> book.at("/name").asString()))
          .contains("acknowledged-orders");
      Files.writeString(journal, "12345678901 100 token\n", StandardOpenOption.APPEND);
      Machine.Outcome noticed = machine.banyan("audit", "--journal", journal.toString());
      assertThat(noticed.status()).isEqualTo(3);
      assertThat(noticed.out()).contains("order 12345678901 was acknowledged and is not there");
      Machine.Outcome missed =
          machine.banyan("load", "--rate", "5", "--duration", "1s", "--p99", "1ms");
      assertThat(missed.status()).isEqualTo(99);
    }
  }
}
