package banyan.business.cart;

import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Service;

@Service
class LocalCarts implements Carts {
  private final CartRows rows;
  private final Handovers handovers;

  LocalCarts(CartRows rows, Handovers handovers) {
    this.rows = rows;
    this.handovers = handovers;
  }

  @Override
  public List<CartLine> lines(long buyerId, long guestId) {
    handovers.bring(guestId, buyerId);
    return rows.lines(buyerId);
  }

  @Override
  public void remove(long buyerId, Collection<Long> skuIds) {
    rows.remove(buyerId, skuIds);
  }
}
