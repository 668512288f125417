package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Databases;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With answers kept for longer than any test waits: only what changes is forgotten. */
class SharedAnswersTest {
  private static final Marketplace MARKET = Marketplace.another("--banyan.web.shared=10m");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Shelf goods = Shelf.onSale(MARKET, 5);
  private final String path = "/api/products/" + goods.productId();

  @AfterAll
  static void close() {
    MARKET.close();
  }

  private static double given() {
    return MARKET.part(MeterRegistry.class).get("shared.answers").counter().count();
  }

  /** What was said of the goods when they were made has been heard, and what followed from it. */
  @BeforeEach
  void nothing_is_forgotten_any_more() {
    for (int step = 0; step < 2; step++) {
      MARKET
          .part(Databases.class)
          .all()
          .forEach(module -> module.awaitCarried(Duration.ofSeconds(10)));
    }
  }

  private static Answer look(Client client, String path) {
    return client.get(path).expect(200);
  }

  @Test
  void a_stranger_is_given_the_kept_answer_and_a_request_id_of_his_own() {
    Client stranger = MARKET.stranger();
    Answer first = look(stranger, path);
    double before = given();
    Answer second = look(stranger, path);
    assertThat(given()).isEqualTo(before + 1);
    assertThat(second.at("")).isEqualTo(first.at(""));
    assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    assertThat(second.header("Cache-Control")).contains("s-maxage=10");
    assertThat(second.header("X-Request-Id"))
        .isNotBlank()
        .isNotEqualTo(first.header("X-Request-Id"));
  }

  @Test
  void whoever_is_signed_in_reads_what_is_true_now() {
    look(MARKET.stranger(), path);
    Client buyer = MARKET.buyer();
    double before = given();
    buyer.post("/api/checkouts", goods.checkout(2, "tok_approve")).expect(201);
    await().atMost(Duration.ofSeconds(5)).until(() -> look(buyer, path).number("/available") == 3);
    assertThat(given()).isEqualTo(before);
  }

  @Test
  void an_edit_is_seen_by_everybody_within_a_second() {
    Client stranger = MARKET.stranger();
    Answer old = look(stranger, path);
    look(stranger, path);
    goods
        .seller()
        .put(
            "/api/seller/products/" + goods.productId(),
            Map.of(
                "title",
                "Another name",
                "description",
                "It boils water.",
                "published",
                true,
                "skus",
                List.of(
                    Map.of(
                        "id",
                        goods.skuId(),
                        "code",
                        old.text("/skus/0/code"),
                        "price",
                        Map.of("amount", 1300, "currency", "GBP")))))
        .expect(200);
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> {
          Answer now = look(stranger, path);
          return now.text("/title").equals("Another name") && now.number("/price/amount") == 1300;
        });
  }

  @Test
  void the_last_unit_sold_is_seen_by_everybody() {
    Client stranger = MARKET.stranger();
    assertThat(look(stranger, path).number("/available")).isEqualTo(5);
    MARKET.buyer().post("/api/checkouts", goods.checkout(5, "tok_approve")).expect(201);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> look(stranger, path).number("/available") == 0);
  }

  @Test
  void what_is_not_there_or_not_for_everybody_is_not_kept() {
    Client stranger = MARKET.stranger();
    double before = given();
    stranger.get("/api/products/1").expect(404);
    stranger.get("/api/products/1").expect(404);
    stranger.get("/api/cart").expect(200);
    stranger.get("/api/cart").expect(200);
    assertThat(given()).isEqualTo(before);
  }

  @Test
  void a_page_is_kept_too_and_one_with_a_session_is_made_anew() {
    Client stranger = MARKET.stranger();
    String page = "/products/" + look(stranger, path).text("/slug");
    stranger.get(page).expect(200);
    double before = given();
    stranger.with("Cookie", "banyan_guest=whoever").get(page).expect(200);
    assertThat(given()).isEqualTo(before + 1);
    stranger.with("Cookie", "banyan_session=whoever").get(page).expect(200);
    assertThat(given()).isEqualTo(before + 1);
  }

  @Test
  void a_kept_page_can_be_read_by_who_wants_it_packed_and_by_who_does_not() throws Exception {
    String page = "/products/" + look(MARKET.stranger(), path).text("/slug");
    List<String> texts = new ArrayList<>();
    double before = given();
    for (String coding : List.of("gzip", "gzip", "identity", "gzip")) {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(MARKET.url() + page))
                  .header("Accept-Encoding", coding)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      boolean packed = answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
      assertThat(packed).as(coding).isEqualTo(coding.equals("gzip"));
      InputStream body = new ByteArrayInputStream(answer.body());
      try (InputStream plain = packed ? new GZIPInputStream(body) : body) {
        texts.add(new String(plain.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(given()).isEqualTo(before + 3);
    assertThat(Set.copyOf(texts)).hasSize(1);
    assertThat(texts.getFirst()).contains("</html>");
  }
}
