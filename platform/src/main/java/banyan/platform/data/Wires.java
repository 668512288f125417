package banyan.platform.data;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens the connections of a pool and knows them all, so that those to a PostgreSQL which is dead,
 * frozen or no primary any more can be cut while somebody waits for an answer on them.
 */
final class Wires extends AbstractDataSource {
  /** Stands before a new connection. */
  interface Entrance {
    /** Nothing is dialled before this returns; throws when nobody is there to be called. */
    default void await() throws SQLException {}

    /** Looks at a connection before anybody uses it, and throws when it is none to use. */
    void check(Connection connection) throws SQLException;
  }

  private static final String LOGIN_TIMEOUT = "loginTimeout";

  private final Supplier<String> url;
  private final Properties properties;
  private final Entrance entrance;
  private final Set<BaseConnection> open = ConcurrentHashMap.newKeySet();

  /**
   * @param url asked for each new connection
   */
  Wires(Supplier<String> url, Properties properties, Entrance entrance) {
    this.url = url;
    this.properties = properties;
    this.entrance = entrance;
  }

  @Override
  public Connection getConnection() throws SQLException {
    entrance.await();
    Connection connection = DriverManager.getConnection(url.get(), properties);
    try {
      entrance.check(connection);
      open.removeIf(Wires::isClosed);
      open.add(connection.unwrap(BaseConnection.class));
      return connection;
    } catch (SQLException refused) {
      connection.close();
      throw refused;
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  /** Cuts the connections to these hosts; whoever waits for an answer gets a fault at once. */
  void cut(Predicate<HostSpec> hosts) {
    for (BaseConnection connection : open) {
      if (hosts.test(connection.getQueryExecutor().getHostSpec())) {
        open.remove(connection);
        try {
          connection.abort(Runnable::run);
        } catch (SQLException gone) {
          // it is what we wanted
        }
      }
    }
  }

  private static boolean isClosed(BaseConnection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException broken) {
      return true;
    }
  }

  // the driver's own properties say how long anything may take; the pool asks for whole seconds
  @Override
  public void setLoginTimeout(int seconds) {}

  /** A pool that is closed waits so long for whoever dials. */
  @Override
  public int getLoginTimeout() {
    return Integer.parseInt(properties.getProperty(LOGIN_TIMEOUT, "0"));
  }
}
