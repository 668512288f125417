package banyan.business.inventory;

import banyan.platform.events.Event;

/**
 * A SKU has become available, or sold out. Told when the state changes, not for every unit.
 *
 * @param available whether a unit could be bought when the event was written
 */
public record StockChanged(long skuId, boolean available) implements Event {
  @Override
  public long key() {
    return skuId;
  }
}
