package banyan.business.staff;

import banyan.platform.audit.StaffActed;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.events.Events;
import banyan.platform.ids.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The log of the staff. A module that lets staff change something tells it in the transaction of
 * the change, so nothing is done that the log does not hear of; each is heard once. The rows lie on
 * the first database, for they are read as one list.
 */
@Component
class StaffLog {
  private static final long HOME = 0;

  record Action(
      long actionId,
      long actorId,
      String action,
      String kind,
      String target,
      String detail,
      String requestId,
      Instant at) {}

  /** What a list is narrowed to; null for anything. */
  record Filter(@Nullable Long actorId, @Nullable String action, @Nullable String target) {}

  private final Database database;
  private final Ids ids;

  StaffLog(Databases databases, Events events, Ids ids) {
    this.database = databases.module("staff");
    this.ids = ids;
    events.hear("staff.log", database, StaffActed.class, acted -> HOME, this::write);
  }

  private void write(JdbcClient jdbc, List<StaffActed> events) {
    for (StaffActed acted : events) {
      jdbc.sql(
              """
              INSERT INTO staff_action (action_id, actor_id, action, kind, target, detail, request_id, at)
              VALUES (:actionId, :actorId, :action, :kind, :target, :detail, :requestId, :at)
              """)
          // in the order in which they were heard: who pages through the list misses none
          .param("actionId", ids.next(HOME))
          .param("actorId", acted.actorId())
          .param("action", acted.action())
          .param("kind", acted.kind())
          .param("target", acted.target())
          .param("detail", acted.detail())
          .param("requestId", acted.requestId())
          .param("at", Timestamp.from(acted.at()))
          .update();
    }
  }

  /** Actions from new to old. */
  List<Action> newest(Filter filter, long before, int limit) {
    return database.read(
        HOME,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT action_id, actor_id, action, kind, target, detail, request_id, at
                      FROM staff_action
                     WHERE action_id < :before
                       AND (:actor::bigint IS NULL OR actor_id = :actor)
                       AND (:action::text IS NULL OR action = :action)
                       AND (:target::text IS NULL OR target = :target)
                     ORDER BY action_id DESC
                     LIMIT :limit
                    """)
                .param("before", before)
                .param("actor", filter.actorId(), java.sql.Types.BIGINT)
                .param("action", filter.action(), java.sql.Types.VARCHAR)
                .param("target", filter.target(), java.sql.Types.VARCHAR)
                .param("limit", limit)
                .query(StaffLog::action)
                .list());
  }

  private static Action action(ResultSet row, int number) throws SQLException {
    return new Action(
        row.getLong("action_id"),
        row.getLong("actor_id"),
        row.getString("action"),
        row.getString("kind"),
        row.getString("target"),
        row.getString("detail"),
        row.getString("request_id"),
        row.getTimestamp("at").toInstant());
  }
}
