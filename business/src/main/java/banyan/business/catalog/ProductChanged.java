package banyan.business.catalog;

import banyan.platform.events.Event;

/** A product was made, edited, published or withdrawn, and its prices are in force. */
public record ProductChanged(long productId, long sellerId) implements Event {
  @Override
  public long key() {
    return productId;
  }
}
