package banyan.platform.data;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL is in the log that it writes or replays. Positions are bytes since the
 * beginning of the log.
 *
 * @param nanos of {@link System#nanoTime} before it was asked
 * @param systemId the same for a primary and its copies, and for nobody else
 * @param recovering whether it is a copy; a primary is not
 * @param receiving whether a copy is connected to whoever writes the log; true for a primary
 * @param timeline one more after each promotion; null for a copy that does not tell
 * @param written what a primary has written or begun to; 0 for a copy
 * @param reached what a primary has on its disk, what a copy has replayed
 */
record Position(
    long nanos,
    long systemId,
    boolean recovering,
    boolean receiving,
    @Nullable Integer timeline,
    long written,
    long reached) {

  private static final String QUESTION =
      """
      SELECT s.system_identifier, r.recovering,
             NOT r.recovering OR w.pid IS NOT NULL AS receiving,
             CASE WHEN r.recovering THEN w.received_tli
                  ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
              END AS timeline,
             CASE WHEN r.recovering THEN 0
                  ELSE (pg_current_wal_insert_lsn() - '0/0')::bigint END AS written,
             CASE WHEN r.recovering THEN coalesce((pg_last_wal_replay_lsn() - '0/0')::bigint, 0)
                  ELSE (pg_current_wal_flush_lsn() - '0/0')::bigint END AS reached
        FROM (SELECT pg_is_in_recovery() AS recovering) r
       CROSS JOIN pg_control_system() s
        LEFT JOIN pg_stat_wal_receiver w ON coalesce(w.status, 'streaming') = 'streaming'
       LIMIT 1
      """;

  static PreparedStatement question(Connection connection) throws SQLException {
    return connection.prepareStatement(QUESTION);
  }

  static Position of(Connection connection) throws SQLException {
    try (PreparedStatement question = question(connection)) {
      return of(question);
    }
  }

  static Position of(PreparedStatement question) throws SQLException {
    long before = System.nanoTime();
    try (ResultSet row = question.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("no answer to where it is", "02000");
      }
      return new Position(
          before,
          row.getLong("system_identifier"),
          row.getBoolean("recovering"),
          row.getBoolean("receiving"),
          row.getObject("timeline", Integer.class),
          row.getLong("written"),
          row.getLong("reached"));
    }
  }
}
