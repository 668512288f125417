package banyan.platform.ids;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Makes 64-bit ids that can be routed by themselves.
 *
 * <pre>
 *  63  62 ........ 23  22 .. 16  15 .. 10  9 .. 0
 *   0  milliseconds     node      sequence  shard
 *      since 2025-01-01
 * </pre>
 *
 * The low ten bits are the logical shard of the row's shard key (its gene): an order id carries the
 * shard of its buyer, a SKU id the shard of its seller. Ids of one process grow strictly. When a
 * millisecond's 64 numbers are used up, or the clock steps back, the generator goes on from the
 * newest millisecond it has given out and never reuses one. A {@link Mark} keeps this promise over
 * restarts: a clock that was ahead before a restart and is right after it would otherwise come to
 * the same milliseconds a second time.
 */
public final class Ids {
  /** Logical shards; fixed on day one, so that growing only moves shards between databases. */
  public static final int SHARDS = 1024;

  /** Largest node number: seven bits. */
  public static final int NODE_MAX = 127;

  private static final long EPOCH_MILLIS = 1_735_689_600_000L;
  private static final int SEQUENCE_BITS = 6;
  private static final int SHARD_BITS = 10;
  private static final int NODE_BITS = 7;

  /**
   * How far ahead the mark is written: one write to the disk in so long, and after a restart ids
   * are ahead of the clock by at most so much.
   */
  private static final long AHEAD_MILLIS = 10_000;

  /** Survives the process: ids up to this millisecond may have been given out. */
  public interface Mark {
    /** Milliseconds since 1970; 0 when none was ever written. */
    long read();

    /**
     * Returns when it is on disk.
     *
     * @throws RuntimeException when it cannot be written; then no id is given out
     */
    void write(long millis);
  }

  private final long node;
  private final LongSupplier millis;
  private final Mark mark;
  private long last;
  private long marked;

  /**
   * Ids of a process that nothing survives.
   *
   * @param node 0..{@value #NODE_MAX}, different in every running process
   * @param millis the clock, milliseconds since 1970
   */
  public Ids(int node, LongSupplier millis) {
    this(
        node,
        millis,
        new Mark() {
          @Override
          public long read() {
            return 0;
          }

          @Override
          public void write(long reached) {}
        });
  }

  /**
   * @param mark of the process that had this node's number before
   */
  public Ids(int node, LongSupplier millis, Mark mark) {
    if (node < 0 || node > NODE_MAX) {
      throw new IllegalArgumentException("node must be 0.." + NODE_MAX + ": " + node);
    }
    this.node = node;
    this.millis = millis;
    this.mark = mark;
    this.marked = Math.max(0, mark.read() - EPOCH_MILLIS);
    this.last = marked << SEQUENCE_BITS;
  }

  /** A new id whose gene is the shard of {@code shardKey}. */
  public long next(long shardKey) {
    long tick = nextTick();
    long time = tick >>> SEQUENCE_BITS;
    long sequence = tick & ((1 << SEQUENCE_BITS) - 1);
    return ((((time << NODE_BITS) | node) << SEQUENCE_BITS | sequence) << SHARD_BITS)
        | shardOf(shardKey);
  }

  /**
   * A new id that starts a family of its own: accounts, shops and guests, spread evenly over the
   * shards.
   */
  public long nextRoot() {
    long tick = nextTick();
    long time = tick >>> SEQUENCE_BITS;
    long sequence = tick & ((1 << SEQUENCE_BITS) - 1);
    // Fibonacci hashing: neighbours in time land on different shards
    long shard = (tick * 0x9E3779B97F4A7C15L) >>> (64 - SHARD_BITS);
    return ((((time << NODE_BITS) | node) << SEQUENCE_BITS | sequence) << SHARD_BITS) | shard;
  }

  private synchronized long nextTick() {
    long now = (millis.getAsLong() - EPOCH_MILLIS) << SEQUENCE_BITS;
    long next = Math.max(last + 1, now);
    if (next >>> SEQUENCE_BITS >= marked) {
      long ahead = (next >>> SEQUENCE_BITS) + AHEAD_MILLIS;
      mark.write(ahead + EPOCH_MILLIS);
      marked = ahead;
    }
    last = next;
    return last;
  }

  /** The logical shard, 0..1023, of an id or of the key that an id was made for. */
  public static int shardOf(long id) {
    return (int) (id & (SHARDS - 1));
  }

  /** Reads an id from a path or a body; empty when the text cannot be one. */
  public static OptionalLong parse(String text) {
    if (text.isEmpty() || text.length() > 19 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException tooLarge) {
      return OptionalLong.empty();
    }
  }
}
