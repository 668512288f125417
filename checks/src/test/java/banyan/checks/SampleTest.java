package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.intake.SampleMarket;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SampleTest {
  private final Marketplace market = Marketplace.open();

  @Test
  void the_sample_can_be_loaded_twice_and_every_product_has_its_own_picture_a_price_and_words() {
    SampleMarket sample = market.part(SampleMarket.class);
    long start = System.nanoTime();
    sample.load();
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    sample.load();

    Set<String> pictures = new HashSet<>();
    for (String owner : new String[] {"rowan", "kettle", "weft"}) {
      String seller = signIn(owner + "@example.com").text("/account/id");
      await()
          .untilAsserted(() ->
              assertThat(
                      market
                          .stranger()
                          .get("/api/products?seller=" + seller)
                          .expect(200)
                          .at("/data")
                          .size())
                  .isEqualTo(8));
      for (JsonNode hit : market.stranger().get("/api/products?seller=" + seller).at("/data")) {
        Answer product =
            market.stranger().get("/api/products/" + hit.at("/slug").asString()).expect(200);
        assertThat(product.number("/price/amount")).isPositive();
        assertThat(product.text("/description").length()).isGreaterThan(40);
        assertThat(product.number("/available")).isPositive();
        pictures.add(product.text("/pictures/0"));
      }
    }
    assertThat(pictures).hasSize(24);
    for (String path : pictures) {
      Answer picture = market.stranger().get(path).expect(200);
      assertThat(picture.header("Content-Type")).startsWith("image/svg+xml");
      assertThat(picture.header("Cache-Control")).contains("immutable");
    }
    assertThat(taken).isLessThan(Duration.ofSeconds(20));
  }

  private Answer signIn(String email) {
    Client stranger = market.stranger();
    return stranger
        .post("/api/sessions", Map.of("email", email, "password", "banyan-demo"))
        .expect(201);
  }
}
