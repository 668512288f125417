package banyan.business.payment;

import banyan.platform.events.Event;

/** The money of a trade will not come. */
public record PaymentDeclined(long tradeId, String reason) implements Event {
  @Override
  public long key() {
    return tradeId;
  }
}
