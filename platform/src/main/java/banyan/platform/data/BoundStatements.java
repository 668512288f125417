package banyan.platform.data;

import banyan.platform.limits.Deadline;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/**
 * Ends a statement when nobody waits for it any more. The database itself ends every statement
 * after a while ({@link Lanes}); a timer of the driver, which costs more than many a statement and
 * counts whole seconds, is only set when little is left.
 */
final class BoundStatements extends JdbcTemplate {
  private static final Duration LITTLE = Duration.ofSeconds(2);

  /** What a primary that has become a copy says to a change: another try finds the new primary. */
  static final String READ_ONLY = "25006";

  private static final long SECOND_MILLIS = 1_000;

  BoundStatements(DataSource source) {
    super(source);
    SQLExceptionSubclassTranslator faults = new SQLExceptionSubclassTranslator();
    faults.setCustomTranslator((task, sql, fault) ->
        READ_ONLY.equals(fault.getSQLState())
            ? new TransientDataAccessResourceException("no primary any more", fault)
            : null);
    setExceptionTranslator(faults);
  }

  @Override
  protected void applyStatementSettings(Statement statement) throws SQLException {
    super.applyStatementSettings(statement);
    Duration left = Deadline.left(LITTLE);
    if (left.compareTo(LITTLE) < 0) {
      long millis = Math.max(1, left.toMillis());
      statement.setQueryTimeout((int) Math.ceilDiv(millis, SECOND_MILLIS));
    }
  }
}
