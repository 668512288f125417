package banyan.business.cart;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;

/** Carts as checkout sees them. The shard key is the buyer, member or guest. */
public interface Carts {
  record CartLine(long skuId, int quantity) implements Serializable {}

  /**
   * What the buyer has put aside, oldest first, from the primary; the guest's cart is merged into
   * the member's.
   */
  List<CartLine> lines(long buyerId, long guestId);

  /** Takes bought SKUs out of the cart; a repeat does nothing. */
  void remove(long buyerId, Collection<Long> skuIds);
}
