package banyan.platform.data;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whoever the request is for that this thread works on, and what he must see at least. Without one
 * (events, jobs, whatever no request waits for) everything is read from the primary, and so it is
 * for a request that changes something: a decision never rests on a copy that lags.
 *
 * <p>Each request has one of its own. All its reads of a database go to the same copy, so that a
 * later one does not see less than an earlier one did; once it has changed something, or a copy has
 * failed it, the rest is read from the primary.
 */
public final class Viewer {
  private static final ScopedValue<Viewer> CURRENT = ScopedValue.newInstance();

  /** Positions in the log by the database that wrote it; null for who has seen nothing yet. */
  private final @Nullable Map<Long, Long> seen;

  private final Map<Replicas, Replicas.Choice> chosen = new HashMap<>();
  private boolean fresh;
  private boolean changed;

  private Viewer(@Nullable Map<Long, Long> seen, boolean fresh) {
    this.seen = seen;
    this.fresh = fresh;
  }

  /** Somebody unknown who only looks: any copy that does not lag too far will do. */
  public static Viewer anybody() {
    return new Viewer(null, false);
  }

  /**
   * Somebody known who only looks.
   *
   * @param token what he was told with his last change; anything else, and nothing, sends his reads
   *     to the primary
   */
  public static Viewer known(@Nullable String token) {
    Map<Long, Long> seen = FreshToken.read(token);
    return seen == null ? deciding() : new Viewer(seen, false);
  }

  /** Somebody who is about to change something: all that is read for it is fresh. */
  public static Viewer deciding() {
    return new Viewer(null, true);
  }

  /**
   * Runs the work for this viewer; threads that it starts work for nobody.
   *
   * @throws X what the work throws
   */
  public <T, X extends Throwable> T bound(ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  /**
   * Runs work whose outcome others will be shown as well, for longer than a copy may lag: all that
   * it reads is fresh.
   */
  public static <T extends @Nullable Object> T fresh(Supplier<T> work) {
    return CURRENT.isBound() ? deciding().bound(work::get) : work.get();
  }

  /** From here on the request of this thread reads the primary; a repeat does nothing. */
  public static void freshFromHere() {
    Viewer viewer = now();
    if (viewer != null) {
      viewer.fresh = true;
    }
  }

  /** Something is changed for the request of this thread: what it reads from here on is fresh. */
  static void changes() {
    Viewer viewer = now();
    if (viewer != null) {
      viewer.fresh = true;
      viewer.changed = true;
    }
  }

  /** Whether something was changed for this viewer since his request began. */
  public boolean hasChanged() {
    return changed;
  }

  static @Nullable Viewer now() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  boolean isFresh() {
    return fresh;
  }

  /**
   * The position that a copy of this database must have replayed; null: only the primary will do.
   */
  @Nullable Long atLeast(long systemId) {
    return seen == null ? Long.valueOf(0) : seen.getOrDefault(systemId, seen.get(FreshToken.ANY));
  }

  Replicas.@Nullable Choice chosenOf(Replicas replicas) {
    return chosen.get(replicas);
  }

  void choose(Replicas replicas, Replicas.Choice choice) {
    chosen.put(replicas, choice);
  }
}
