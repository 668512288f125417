package banyan.platform.data;

import banyan.platform.limits.Deadline;
import banyan.platform.limits.Urgency;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * The connections to one database, a pool for each kind of work, so that those who look cannot take
 * the connections of those who pay, and neither can what happens behind the scenes. Nobody waits
 * longer for one than his request has left.
 */
final class Lanes extends AbstractDataSource implements AutoCloseable {
  /** With fewer connections than these there is nothing to divide. */
  private static final int DIVIDED_FROM = 12;

  private static final Urgency MONEY = Urgency.CHECKOUT;

  /**
   * @param suffix of the pool's name: nothing for the only one
   * @param statement how long one statement may run; zero: as long as it takes
   */
  record Lane(String suffix, int size, Duration statement) {}

  /** Somebody looks, and not for long. */
  static Duration browsing(DataSettings settings) {
    return settings.statement().dividedBy(3);
  }

  private final Map<Urgency, HikariDataSource> pools = new EnumMap<>(Urgency.class);
  private final Duration acquire;

  Lanes(DataSettings settings, Function<Lane, HikariDataSource> open) {
    this.acquire = settings.acquire();
    int all = settings.poolMax();
    Duration longest = settings.statement();
    if (all < DIVIDED_FROM) {
      HikariDataSource only = open.apply(new Lane("", all, longest));
      for (Urgency urgency : Urgency.values()) {
        pools.put(urgency, only);
      }
      return;
    }
    int money = all * 5 / 12;
    int browse = all / 4;
    HikariDataSource ofMoney = open.apply(new Lane(".money", money, longest.dividedBy(2)));
    pools.put(Urgency.PAY, ofMoney);
    pools.put(Urgency.CHECKOUT, ofMoney);
    pools.put(Urgency.BROWSE, open.apply(new Lane(".browse", browse, browsing(settings))));
    pools.put(
        Urgency.BACKGROUND, open.apply(new Lane(".background", all - money - browse, longest)));
  }

  /** Idle connections are closed, and those in use when they come back. */
  void renew() {
    pools.values().forEach(pool -> pool.getHikariPoolMXBean().softEvictConnections());
  }

  /** One of the pools, whose settings but for its size are those of all. */
  HikariDataSource any() {
    return lane(MONEY);
  }

  private HikariDataSource lane(Urgency urgency) {
    HikariDataSource pool = pools.get(urgency);
    if (pool == null) {
      throw new IllegalStateException("no connections for " + urgency);
    }
    return pool;
  }

  @Override
  public Connection getConnection() throws SQLException {
    HikariDataSource pool = lane(Deadline.urgencyNow());
    Duration left = Deadline.left(acquire);
    if (left.compareTo(acquire) >= 0) {
      return pool.getConnection();
    }
    if (!left.isPositive()) {
      throw new SQLTransientConnectionException("nobody waits for the answer any more");
    }
    return pool.getHikariPoolMXBean() instanceof HikariPool inside
        ? inside.getConnection(Math.max(1, left.toMillis()))
        : pool.getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new java.sql.SQLFeatureNotSupportedException("the pools know who they are");
  }

  @Override
  public void close() {
    // the only pool of a small house stands behind every class; closing it again does nothing
    pools.values().forEach(HikariDataSource::close);
  }
}
