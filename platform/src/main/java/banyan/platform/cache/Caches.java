package banyan.platform.cache;

/** Makes caches; which engine stands behind them is the application's choice. */
public interface Caches {
  /**
   * @param name a noun, unique, used in metrics
   */
  <K, V> Cache<K, V> named(String name);
}
