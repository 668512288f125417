package banyan.platform.data;

import banyan.platform.data.Databases.Pool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What a PostgreSQL says of itself, asked over a connection of its own: when the pool is used up,
 * this is what somebody wants to see.
 *
 * @param answers false when it could not be asked; then all else is empty
 * @param commits since its statistics were reset
 * @param rollbacks the same
 * @param blocksHit blocks found in its memory, of all that were wanted
 * @param blocksRead blocks that came from below it
 * @param connections that it serves now, of everybody
 * @param connectionsMax that it would serve
 * @param statements the dearest by total time; empty when it does not keep {@code
 *     pg_stat_statements}
 */
public record Vitals(
    boolean answers,
    long commits,
    long rollbacks,
    long blocksHit,
    long blocksRead,
    int connections,
    int connectionsMax,
    List<Costly> statements) {

  /** Texts longer than this are cut: one line of a table. */
  private static final int TEXT_MAX = 300;

  /**
   * A kind of statement.
   *
   * @param text with its constants taken out
   */
  public record Costly(String text, long calls, double totalMillis) {}

  private static final String OF_DATABASE =
      """
      SELECT xact_commit, xact_rollback, blks_hit, blks_read,
             (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
             current_setting('max_connections')::int AS connections_max,
             to_regclass('pg_stat_statements') IS NOT NULL AS keeps_statements
        FROM pg_stat_database
       WHERE datname = current_database()
       LIMIT 1
      """;

  /** Only what reads or changes rows: other statements may carry a password in their text. */
  private static final String OF_STATEMENTS =
      """
      SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), %d) AS text, calls, total_exec_time
        FROM pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND query ~* '^\\s*(--.*\\n\\s*)*(with|select|insert|update|delete|merge)\\y'
       ORDER BY total_exec_time DESC
       LIMIT 10
      """
          .formatted(TEXT_MAX);

  private static final Vitals NONE = new Vitals(false, 0, 0, 0, 0, 0, 0, List.of());

  /** Asks within seconds; a database that does not answer in time does not answer. */
  public static Vitals of(Pool pool) {
    Properties properties = new Properties();
    properties.setProperty("user", pool.source().getUsername());
    properties.setProperty("password", pool.source().getPassword());
    properties.setProperty("ApplicationName", "banyan console");
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "3");
    try (Connection connection =
            DriverManager.getConnection(pool.source().getJdbcUrl(), properties);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(OF_DATABASE)) {
      if (!row.next()) {
        return NONE;
      }
      return new Vitals(
          true,
          row.getLong("xact_commit"),
          row.getLong("xact_rollback"),
          row.getLong("blks_hit"),
          row.getLong("blks_read"),
          row.getInt("connections"),
          row.getInt("connections_max"),
          row.getBoolean("keeps_statements") ? costly(connection) : List.of());
    } catch (SQLException away) {
      return NONE;
    }
  }

  private static List<Costly> costly(Connection connection) {
    List<Costly> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(OF_STATEMENTS)) {
      while (rows.next()) {
        all.add(
            new Costly(
                rows.getString("text"), rows.getLong("calls"), rows.getDouble("total_exec_time")));
      }
    } catch (SQLException notKept) {
      // the extension may be there and its library not loaded
      return List.of();
    }
    return all;
  }
}
