package banyan.cli;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Somebody who only looks while things are broken: ten times a second at a product, which asks the
 * database, and at the categories, which a cache answers. He does not wait for one answer before he
 * asks for the next.
 */
final class Onlooker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What he looks at. */
  enum View {
    PRODUCT,
    CATEGORIES
  }

  /**
   * @param proper whether a refusal is a 503 with a problem that says when to come back
   */
  private record Glance(View view, long atNanos, int status, boolean proper) {
    boolean good() {
      return status == 200;
    }
  }

  /**
   * What he saw in a stretch of time.
   *
   * @param improper answers of 5xx that are not a proper 503
   */
  record Seen(long looked, long good, long improper) {}

  private final String shop;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Queue<Glance> glances = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock =
      Executors.newScheduledThreadPool(1, Thread.ofPlatform().daemon().name("onlooker").factory());

  /**
   * @param shop base URL; it has something for sale
   */
  Onlooker(String shop) {
    this.shop = shop;
    String product = "/api/products/" + slug();
    clock.scheduleAtFixedRate(
        () -> {
          look(View.PRODUCT, product);
          look(View.CATEGORIES, "/api/categories");
        },
        0,
        PAUSE.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private String slug() {
    JsonNode list =
        Management.get(shop + "/api/products?limit=1&sort=newest", Duration.ofSeconds(10)).body();
    return list.at("/data/0/slug").asString("nothing-for-sale");
  }

  private void look(View view, String path) {
    long at = System.nanoTime();
    HttpRequest request = HttpRequest.newBuilder(URI.create(shop + path)).timeout(PATIENCE).build();
    http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .whenComplete((answer, broken) ->
            glances.add(
                answer == null
                    ? new Glance(view, at, 0, true)
                    : new Glance(view, at, answer.statusCode(), proper(answer))));
  }

  /** Whether a fault is a 503 with a problem that says when to come back; true of all others. */
  static boolean proper(HttpResponse<Void> answer) {
    return answer.statusCode() < 500
        || answer.statusCode() == 503
            && answer.headers().firstValue("Retry-After").isPresent()
            && answer
                .headers()
                .firstValue("Content-Type")
                .filter(type -> type.contains("problem+json"))
                .isPresent();
  }

  Seen between(View view, long fromNanos, long toNanos) {
    long looked = 0;
    long good = 0;
    long improper = 0;
    for (Glance glance : glances) {
      if (glance.view() == view && glance.atNanos() >= fromNanos && glance.atNanos() < toNanos) {
        looked++;
        good += glance.good() ? 1 : 0;
        improper += glance.proper() ? 0 : 1;
      }
    }
    return new Seen(looked, good, improper);
  }

  /** Stops looking, and waits for the last answers. */
  @Override
  public void close() {
    clock.shutdownNow();
    http.shutdown();
    try {
      if (!http.awaitTermination(PATIENCE.plusSeconds(1))) {
        http.shutdownNow();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      http.shutdownNow();
    }
  }
}
