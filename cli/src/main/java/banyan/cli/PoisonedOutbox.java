package banyan.cli;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Events that no consumer can take, between those of orders. */
final class PoisonedOutbox implements Breakage {
  private static final int EVENTS = 5;

  /** Whose outbox; the drill stands outside of all modules, as somebody with psql would. */
  private static final String MODULE = "order";

  /** Of ids that no generator makes: the node's bits of an id of 2025 are never like this. */
  private static final long FIRST_ID = 11;

  private boolean named;
  private long waiting;

  @Override
  public void strike(Site site) {
    String poison =
        """
        INSERT INTO %s_outbox (shard, key, event_id, type, payload)
        VALUES (?, ?, ?, 'banyan.business.order.OrderChanged', '{"poison": true}')
        """
            .formatted(MODULE);
    try (Connection connection = site.database();
        PreparedStatement insert = connection.prepareStatement(poison)) {
      for (int i = 0; i < EVENTS; i++) {
        insert.setInt(1, (int) (FIRST_ID + i));
        insert.setLong(2, FIRST_ID + i);
        insert.setLong(3, FIRST_ID + i);
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw Refusal.failed("no poison can be put into the outbox: " + e.getMessage());
    }
  }

  @Override
  public void undo(Site site) {
    Management.Answer audit =
        Management.get(site.folder().reachable().management() + "/audit", Duration.ofMinutes(5));
    named = audit.body().toString().contains("order " + FIRST_ID + " ");
    String late =
        """
        -- every shard
        SELECT count(*) FROM %s_outbox WHERE NOT parked AND at < now() - interval '3 seconds'
        """
            .formatted(MODULE);
    try (Connection connection = site.database();
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(late)) {
        waiting = row.next() ? row.getLong(1) : -1;
      }
      statement.executeUpdate(
          """
          -- every shard
          DELETE FROM %s_outbox WHERE event_id BETWEEN %d AND %d
          """
              .formatted(MODULE, FIRST_ID, FIRST_ID + EVENTS - 1));
    } catch (SQLException e) {
      throw Refusal.failed("the poison cannot be taken out: " + e.getMessage());
    }
  }

  @Override
  public List<Figure> seen(Site site) {
    return List.of(
        new Figure("the audit names the parked event", "yes", named ? "yes" : "no", named),
        Figure.none("other events that waited longer than 3 s", waiting, ""));
  }
}
