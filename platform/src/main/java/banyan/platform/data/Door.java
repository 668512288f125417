package banyan.platform.data;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Stands before the primary of several servers. Nobody dials while no primary is known: one probe
 * asks for all. Else each pool of each node would ask every host again and again, and the servers
 * have better to do than to refuse them; and the pool, which pauses for seconds after some
 * refusals, would come late when there is one.
 */
final class Door implements Wires.Entrance, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A probe that is late on a busy machine is no reason to send those away who want to work. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private final Primary primary;
  private final IntSupplier timeline;
  private boolean closed;

  /**
   * @param timeline of the newest primary that was seen; 0 before the first
   */
  Door(Primary primary, IntSupplier timeline) {
    this.primary = primary;
    this.timeline = timeline;
  }

  /**
   * @throws SQLException when no primary answers within seconds
   */
  @Override
  public synchronized void await() throws SQLException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (timeline.getAsInt() != 0 && primary.isSilent(SILENCE)) {
      long left = TimeUnit.NANOSECONDS.toMillis(giveUp - System.nanoTime());
      if (left <= 0 || closed) {
        throw new SQLException("no primary answers", "08001");
      }
      try {
        wait(left);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new SQLException("stopped while no primary answers", "08001", stopped);
      }
    }
  }

  /**
   * Lets nobody work on a connection to a node that is not the newest primary.
   *
   * @throws SQLException when it is not
   */
  @Override
  public void check(Connection connection) throws SQLException {
    if (!Primary.isPrimary(Position.of(connection), timeline.getAsInt())) {
      throw new SQLException("this node is not the primary, or not any more", "25006");
    }
  }

  /** The primary answers. */
  synchronized void open() {
    notifyAll();
  }

  /** Who waits is sent away. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
