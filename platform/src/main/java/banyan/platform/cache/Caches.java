package banyan.platform.cache;

import java.time.Duration;

/** Makes caches; which engine stands behind them is the application's choice. */
public interface Caches {
  /**
   * A cache that does not remember what is not there.
   *
   * @param name a noun, unique, used in metrics
   * @param type of the values; they may travel between nodes as bytes, so it is what {@link Shape}
   *     knows
   */
  default <K, V> Cache<K, V> named(String name, Class<V> type) {
    return named(name, type, Duration.ZERO);
  }

  /**
   * A cache that also remembers what is not there, where anybody may ask for anything: the source
   * is not asked for the same nothing again and again.
   *
   * @param unknown for how long; at most as long as what is there
   */
  <K, V> Cache<K, V> named(String name, Class<V> type, Duration unknown);
}
