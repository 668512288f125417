package banyan.platform.web;

import java.util.Collection;

/** Answers that are kept ready for everybody, here and in caches in front of the shop. */
public interface Answers {
  /**
   * Names what an answer shows, so that it can be forgotten when that changes; several names are
   * parted by spaces. A cache in front may read it too; it says nothing that the answer does not.
   */
  String TAG = "Cache-Tag";

  /** The tag of what shows a product and how many there are: forgotten with every unit sold. */
  static String ofProduct(long productId) {
    return "product-" + productId;
  }

  /**
   * The tag of what shows a product among others: forgotten when it is edited, not when one is
   * sold. A list of what sells best would be forgotten all the time.
   */
  static String ofCard(long productId) {
    return "card-" + productId;
  }

  /**
   * Forgets every answer with one of these tags, also one that is being made right now: here when
   * the call returns, on the other nodes and in caches in front soon after it. A repeat does no
   * harm.
   */
  void forget(Collection<String> tags);
}
