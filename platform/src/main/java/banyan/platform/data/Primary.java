package banyan.platform.data;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where a primary is in its log, now and lately: what copies are held against. Concurrent questions
 * are one question.
 */
final class Primary implements AutoCloseable {
  /** With one in a probe's time they reach further back than any bound for lag makes sense. */
  private static final int PAST_MAX = 1_024;

  private static final long PATIENCE_SECONDS = 2;

  private final Line line;
  private final long spacingNanos;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong came = new AtomicLong();
  private final Deque<Position> past = new ArrayDeque<>();

  /** Whoever came up to here is answered by the newest position; guarded by the turn. */
  private long answered;

  private volatile @Nullable Position newest;
  private volatile boolean silent = true;

  Primary(Line line, Duration probe) {
    this.line = line;
    this.spacingNanos = probe.toNanos() / 2;
  }

  Line line() {
    return line;
  }

  /**
   * Where it is at a moment after this call began.
   *
   * @param timelineMin of the newest primary that anybody has seen; one of an earlier timeline is a
   *     primary that was replaced and does not know it yet
   * @throws SQLException when no primary says so within seconds
   */
  Position now(int timelineMin) throws SQLException {
    long mine = came.incrementAndGet();
    try {
      if (!turn.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new SQLException("too many ask where the primary is", "57014");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new SQLException("stopped while asking where the primary is", "57014", stopped);
    }
    try {
      Position known = newest;
      if (answered >= mine && known != null) {
        return known;
      }
      long upTo = came.get();
      Position position = ask(timelineMin);
      answered = upTo;
      return position;
    } finally {
      turn.unlock();
    }
  }

  private Position ask(int timelineMin) throws SQLException {
    try {
      Position position = line.ask();
      if (!isPrimary(position, timelineMin)) {
        line.redial();
        throw new SQLException("that one is no primary any more", "25006");
      }
      keep(position);
      silent = false;
      return position;
    } catch (SQLException away) {
      silent = true;
      throw away;
    }
  }

  static boolean isPrimary(Position position, int timelineMin) {
    Integer timeline = position.timeline();
    return !position.recovering() && timeline != null && timeline >= timelineMin;
  }

  private void keep(Position position) {
    synchronized (past) {
      Position last = past.peekLast();
      if (last == null || position.nanos() - last.nanos() >= spacingNanos) {
        past.addLast(position);
      }
      if (past.size() > PAST_MAX) {
        past.removeFirst();
      }
      newest = position;
    }
  }

  /** A new primary has another past. */
  void forget() {
    synchronized (past) {
      past.clear();
      newest = null;
    }
  }

  /** The last moment known at which all that was on the primary's disk was no more than this. */
  @Nullable Long momentOf(long reached) {
    synchronized (past) {
      Position last = newest;
      if (last != null && last.reached() <= reached) {
        return last.nanos();
      }
      Long moment = null;
      for (Position position : past) {
        if (position.reached() > reached) {
          break;
        }
        moment = position.nanos();
      }
      return moment;
    }
  }

  @Nullable Position newest() {
    return newest;
  }

  /** Whether it gave no answer to the last question, or none for so long. */
  boolean isSilent(Duration atMost) {
    Position last = newest;
    return silent || last == null || System.nanoTime() - last.nanos() > atMost.toNanos();
  }

  @Override
  public void close() {
    line.close();
  }
}
