package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Databases;
import banyan.platform.web.Answers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The database of one node goes with the other; whoever only looks need not learn of it. */
class StaleAnswersTest {
  private static final Duration FRESH = Duration.ofMillis(300);

  private static final Marketplace OWNER = Marketplace.another("--banyan.node=1");
  private static final Marketplace NODE =
      Marketplace.another(
          "--banyan.node=2",
          "--banyan.data.url=" + OWNER.part(EmbeddedDatabase.class).url(),
          "--banyan.data.password=" + OWNER.part(EmbeddedDatabase.class).password(),
          "--banyan.data.poolMax=12",
          "--banyan.web.shared=" + FRESH.toMillis() + "ms");

  private static boolean closed;

  @AfterAll
  static void close() {
    NODE.close();
    if (!closed) {
      OWNER.close();
    }
  }

  @Test
  void an_old_answer_is_given_while_no_fresh_one_can_be_had_but_not_one_that_was_forgotten() {
    Shelf goods = Shelf.onSale(NODE, 5);
    for (int step = 0; step < 2; step++) {
      // what was said of the goods when they were made has been heard
      NODE.part(Databases.class)
          .all()
          .forEach(module -> module.awaitCarried(Duration.ofSeconds(10)));
    }
    Client stranger = NODE.stranger();
    String path = "/api/products/" + goods.productId();
    String page = "/products/" + stranger.get(path).expect(200).text("/slug");
    String body = stranger.get(path).expect(200).at("").toString();
    stranger.get(page).expect(200);
    closed = true;
    OWNER.close();
    // a session, even one that nobody knows, is never given a kept answer
    Client fresh = stranger.with("Cookie", "banyan_session=whoever");
    await().atMost(Duration.ofSeconds(20)).until(() -> fresh.get(page).status() == 503);
    await()
        .during(FRESH.multipliedBy(5))
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            stranger.get(page).status() == 200
                && stranger.get(path).expect(200).at("").toString().equals(body));
    assertThat(fresh.get(page).status()).isEqualTo(503);
    NODE.part(Answers.class).forget(List.of(Answers.ofProduct(Long.parseLong(goods.productId()))));
    assertThat(stranger.get(page).status()).isEqualTo(503);
  }
}
