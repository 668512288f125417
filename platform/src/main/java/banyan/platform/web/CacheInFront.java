package banyan.platform.web;

import java.util.Collection;

/**
 * A cache between the buyers and all nodes, for instance a proxy's. The one node that finds out
 * about a change tells it, after it has told the other nodes: what the proxy asks for then is new.
 */
public interface CacheInFront {
  /**
   * Forgets every answer with one of these tags. Never throws: what cannot be told now is told
   * later, or is too old soon by what the answer says of itself.
   */
  void forget(Collection<String> tags);
}
