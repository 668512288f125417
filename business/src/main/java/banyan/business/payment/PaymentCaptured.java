package banyan.business.payment;

import banyan.platform.events.Event;

/** The money of a trade is in escrow. */
public record PaymentCaptured(long tradeId) implements Event {
  @Override
  public long key() {
    return tradeId;
  }
}
