package banyan.platform.cache;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies near the reader; never the truth. One loader runs per key at a time in a process.
 *
 * @param <K> a value with equals and hashCode
 * @param <V> immutable
 */
public interface Cache<K, V> {
  /**
   * The cached value, or what the loader returns; a null from the loader is returned and not kept.
   * When the loader throws, an old value serves for a while if there is one.
   */
  @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader);

  /** Forgets the key on every node. */
  void evict(K key);
}
