package banyan.platform.data;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;

/**
 * A connection that is kept only to ask a PostgreSQL where it is, so that the answer does not wait
 * behind work. Every question ends within two seconds.
 */
final class Line implements AutoCloseable {
  private final Supplier<String> url;
  private final Properties properties = new Properties();
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable Connection connection;
  private @Nullable PreparedStatement question;
  private boolean closed;

  Line(DataSettings settings, Supplier<String> url) {
    this.url = url;
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    properties.setProperty("ApplicationName", "banyan probe");
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("loginTimeout", "2");
    properties.setProperty("socketTimeout", "1");
    properties.setProperty("hostRecheckSeconds", "1");
    properties.setProperty("prepareThreshold", "1");
  }

  /**
   * @throws SQLException when it does not answer; the next question is asked over a new connection
   */
  Position ask() throws SQLException {
    turn.lock();
    try {
      if (closed) {
        throw new SQLException("closed", "08003");
      }
      PreparedStatement asked = question;
      if (asked == null) {
        Connection opened = DriverManager.getConnection(url.get(), properties);
        connection = opened;
        asked = Position.question(opened);
        question = asked;
      }
      return Position.of(asked);
    } catch (SQLException fault) {
      hangUp();
      throw fault;
    } finally {
      turn.unlock();
    }
  }

  /** The next question is asked over a new connection. */
  void redial() {
    turn.lock();
    try {
      hangUp();
    } finally {
      turn.unlock();
    }
  }

  /** The host that gave the last answer; null when the line is dead. */
  @Nullable HostSpec host() {
    turn.lock();
    try {
      return connection == null
          ? null
          : connection.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
    } catch (SQLException gone) {
      return null;
    } finally {
      turn.unlock();
    }
  }

  private void hangUp() {
    Connection old = connection;
    connection = null;
    question = null;
    if (old != null) {
      try {
        old.abort(Runnable::run);
      } catch (SQLException gone) {
        // nothing is left to hang up
      }
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      hangUp();
    } finally {
      turn.unlock();
    }
  }
}
