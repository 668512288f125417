package banyan.business.order;

import banyan.platform.events.Event;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * Money of an order goes back to the buyer: for some of its lines, or, without lines, for all of
 * it.
 */
public record OrderRefunded(
    long refundId,
    long orderId,
    long buyerId,
    long sellerId,
    String currency,
    long amountMinor,
    List<Line> lines,
    Instant at)
    implements Event {

  public record Line(long skuId, int quantity, long amountMinor) implements Serializable {}

  @Override
  public long key() {
    return orderId;
  }
}
