package banyan.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has locked two tables and gone to lunch. Whatever asks for them keeps its connection and
 * waits, until the pool has none left for what does not need those tables.
 */
final class HeldConnections implements Breakage {
  /** Visitors with a cart: more than the pool has connections. */
  private static final int VISITORS = 60;

  private final List<Thread> visitors = new ArrayList<>();
  private volatile boolean over;
  private @Nullable Connection holder;
  private long held;
  private long most;

  @Override
  public void strike(Site site) {
    String cart = site.folder().reachable().shop() + "/api/cart";
    HttpClient http = HttpClient.newHttpClient();
    String guest = guest(http, cart);
    try {
      holder = site.database();
      holder.setAutoCommit(false);
      try (Statement lock = holder.createStatement()) {
        lock.execute("LOCK TABLE trade, cart_line IN ACCESS EXCLUSIVE MODE");
      }
    } catch (SQLException e) {
      throw Refusal.failed("the tables cannot be locked: " + e.getMessage());
    }
    for (int i = 0; i < VISITORS; i++) {
      visitors.add(Thread.ofVirtual().start(() -> visit(http, cart, guest)));
    }
  }

  private static String guest(HttpClient http, String cart) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(cart)).build(),
              HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("Guest-Token")
          .orElseThrow(() -> Refusal.failed("the shop gives a guest no token"));
    } catch (IOException e) {
      throw Refusal.unreachable(cart + " does not answer");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  /** Asks for a cart again and again, as somebody does who sees no answer. */
  private void visit(HttpClient http, String cart, String guest) {
    HttpRequest look =
        HttpRequest.newBuilder(URI.create(cart))
            .timeout(Duration.ofSeconds(20))
            .header("Guest-Token", guest)
            .build();
    while (!over) {
      try {
        http.send(look, HttpResponse.BodyHandlers.discarding());
      } catch (IOException noAnswer) {
        // he asks again
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  @Override
  public void undo(Site site) {
    if (holder == null) {
      // the lock went with the process that held it
      return;
    }
    String metrics = Management.text(site.folder().reachable().management() + "/prometheus");
    held = gauge(metrics, "hikaricp_connections_active");
    most = gauge(metrics, "hikaricp_connections_max");
    over = true;
    try {
      holder.close();
    } catch (SQLException gone) {
      throw Refusal.failed("the lock cannot be given back: " + gone.getMessage());
    }
    visitors.forEach(Thread::interrupt);
  }

  private static long gauge(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ')))))
        .sum();
  }

  @Override
  public List<Figure> seen(Site site) {
    return List.of(
        new Figure(
            "connections of the pool in use at the end",
            "all",
            "%d of %d".formatted(held, most),
            held >= most && most > 0));
  }
}
