package banyan.platform.cache;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies near the reader; never the truth. Whoever changes the truth evicts the copy after the
 * commit: from then on no reader is given what a loader has read before, on this node when the call
 * returns, on the others as soon as they hear of it.
 *
 * @param <K> a string, a number, or a record of those: its text names it
 * @param <V> immutable
 */
public interface Cache<K, V> {
  /**
   * The cached value, or what the loader returns. One loader runs per key at a time in a process,
   * and as a rule among all nodes that share copies; the others wait for what it brings. When it
   * throws, an old value serves for a while if there is one.
   *
   * <p>A null says that there is no such thing. It is remembered only by a cache that was asked to
   * ({@link Caches#named(String, Class, java.time.Duration)}), so whoever makes such a thing evicts
   * its key, as after any change.
   *
   * @param loader reads the primary; must not ask this cache
   */
  @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader);

  /** Forgets the keys on every node. A repeat does no harm. */
  void evictAll(Collection<? extends K> keys);

  /** Forgets the key on every node. */
  default void evict(K key) {
    evictAll(List.of(key));
  }
}
