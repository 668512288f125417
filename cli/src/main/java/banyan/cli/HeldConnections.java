package banyan.cli;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody else's program has taken every connection that PostgreSQL has to give, and the shop's
 * own were cut off: its pools are empty and cannot be filled. (A lock would not do: whoever waits
 * for it waits together with others, on one connection.)
 */
final class HeldConnections implements Breakage {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String OTHERS =
      """
      FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND application_name <> 'drill'
      """;

  private final List<Connection> held = new ArrayList<>();
  private long all;
  private long left;

  @Override
  public void strike(Site site) {
    Connection first = site.database();
    held.add(first);
    all = number(first, "SELECT setting::bigint FROM pg_settings WHERE name = 'max_connections'");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (held.size() < all) {
      if (System.nanoTime() - end > 0) {
        undo(site);
        throw Refusal.failed(
            "of %d connections only %d could be taken away".formatted(all, held.size()));
      }
      try {
        held.add(site.database());
      } catch (Refusal none) {
        number(first, "SELECT count(pg_terminate_backend(pid)) " + OTHERS);
      }
    }
  }

  private static long number(Connection connection, String query) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw Refusal.failed("PostgreSQL does not answer: " + e.getMessage());
    }
  }

  @Override
  public void undo(Site site) {
    // they also went with the process that held them
    if (!held.isEmpty()) {
      left = number(held.getFirst(), "SELECT count(*) " + OTHERS);
    }
    for (Connection connection : held) {
      try {
        connection.close();
      } catch (SQLException gone) {
        // it holds nothing any more
      }
    }
    held.clear();
  }

  @Override
  public List<Figure> seen(Site site) {
    return List.of(
        new Figure(
            "connections that were left to the shop",
            "0",
            "%d of %d".formatted(left, all),
            left == 0 && all > 0));
  }
}
