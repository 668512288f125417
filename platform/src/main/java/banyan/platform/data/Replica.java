package banyan.platform.data;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A copy of a database: connections to read it, a line to ask where it is, what it last said. */
final class Replica implements AutoCloseable {
  /** The first question that gets no answer may be a hiccup: what is under way goes on. */
  private static final int SILENCES_MIN = 2;

  private final String name;
  private final HikariDataSource pool;
  private final Wires wires;
  private final Line line;
  private final Showing.Source source;
  private final AtomicInteger readers = new AtomicInteger();

  private volatile @Nullable Position last;
  private volatile @Nullable Long caughtUp;
  private volatile long received;
  private volatile boolean out;
  private volatile long outSince;
  private int silences;

  Replica(String name, HikariDataSource pool, Wires wires, Line line) {
    this.name = name;
    this.pool = pool;
    this.wires = wires;
    this.line = line;
    this.source =
        new Showing.Source(
            JdbcClient.create(new BoundStatements(pool)),
            new TransactionTemplate(new JdbcTransactionManager(pool)));
  }

  /** Machine and port, as metrics have it. */
  String name() {
    return name;
  }

  HikariDataSource pool() {
    return pool;
  }

  Line line() {
    return line;
  }

  int readers() {
    return readers.get();
  }

  /** Its last answer; null while it gives none. */
  @Nullable Position last() {
    return last;
  }

  /** When the primary was where this one is now; null when that is not known. */
  @Nullable Long caughtUp() {
    return caughtUp;
  }

  /** When it was last seen connected to whoever writes the log. */
  long received() {
    return received;
  }

  <T extends @Nullable Object> T read(Function<Showing.Source, T> question) {
    readers.incrementAndGet();
    try {
      return question.apply(source);
    } finally {
      readers.decrementAndGet();
    }
  }

  void answered(Position position, @Nullable Long moment) {
    silences = 0;
    if (position.receiving()) {
      received = position.nanos();
    }
    caughtUp = moment;
    last = position;
    if (position.nanos() - outSince > 0) {
      out = false;
    }
  }

  /** It gave no answer: whoever waits for it waits in vain. */
  void silent() {
    last = null;
    silences++;
    if (silences == SILENCES_MIN) {
      cut();
    }
  }

  void cut() {
    wires.cut(host -> true);
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  /** Nobody reads it until it has answered a later question. */
  void leaveOut() {
    outSince = System.nanoTime();
    out = true;
  }

  boolean isOut() {
    return out;
  }

  /** Forgets how far it was: that was said of another primary. */
  void forget() {
    caughtUp = null;
  }

  /**
   * Whether a failed query may succeed on the primary: the copy is gone, full, or had to choose
   * between the query and replaying the log. A query that is wrong is wrong everywhere.
   */
  static boolean isToBlame(RuntimeException fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        return state == null
            || state.startsWith("08")
            || state.startsWith("40")
            || state.startsWith("53")
            || state.startsWith("57") && !state.equals("57014")
            || state.startsWith("58")
            || state.startsWith("XX");
      }
    }
    return false;
  }

  @Override
  public void close() {
    line.close();
    pool.close();
  }
}
