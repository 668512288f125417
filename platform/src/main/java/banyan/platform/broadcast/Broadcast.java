package banyan.platform.broadcast;

import java.util.Collection;
import java.util.List;

/**
 * Tells every node of the shop that something is out of date. A word is heard within milliseconds
 * by every node that can be reached, in the order in which one node tells; it is not kept for the
 * others. So it may only hasten what happens by itself a little later.
 */
public interface Broadcast {
  /** What a node does about a topic. Both are called on threads that must not wait. */
  interface Listener {
    /** Somebody has told these words, perhaps this node; a word may come twice. */
    void heard(List<String> words);

    /** Words may have been lost before this moment: whatever they could have said may be true. */
    void missed();
  }

  /**
   * Tells these words. This node has heard them when the call returns, the others soon after it; it
   * neither waits for them nor fails when they cannot be reached.
   *
   * @param topic a noun without white space
   * @param words without line breaks; any number of them
   */
  void tell(String topic, Collection<String> words);

  /** Listens for as long as the process lives. */
  void listen(String topic, Listener listener);
}
