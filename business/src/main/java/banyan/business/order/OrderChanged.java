package banyan.business.order;

import banyan.platform.events.Event;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * An order has moved from one state to another.
 *
 * @param totalMinor what the buyer pays for it, in minor units of the currency
 * @param at when, by the shop's reckoning: an imported order carries its old date
 */
public record OrderChanged(
    long orderId,
    long tradeId,
    long buyerId,
    long sellerId,
    OrderState from,
    OrderState to,
    String currency,
    long totalMinor,
    List<Line> lines,
    Instant at)
    implements Event {

  /**
   * @param amountMinor goods − discount + tax of the line
   */
  public record Line(long skuId, long productId, String title, int quantity, long amountMinor)
      implements Serializable {}

  @Override
  public long key() {
    return orderId;
  }
}
