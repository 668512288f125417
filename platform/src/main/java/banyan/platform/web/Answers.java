package banyan.platform.web;

/** Answers that are kept ready for everybody, here and in caches in front of the shop. */
public interface Answers {
  /**
   * Names what an answer shows, so that it can be forgotten when that changes; several names are
   * parted by spaces. A cache in front may read it too; it says nothing that the answer does not.
   */
  String TAG = "Cache-Tag";

  /** The tag of everything that shows a product. */
  static String ofProduct(long productId) {
    return "product-" + productId;
  }

  /**
   * Forgets every answer with this tag, also one that is being made right now. A repeat does no
   * harm.
   */
  void forget(String tag);
}
