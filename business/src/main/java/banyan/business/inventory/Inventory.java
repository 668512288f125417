package banyan.business.inventory;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Stock that is never oversold. Quantities are whole units. Stock of a SKU lies at one or more
 * locations; a reservation takes from them in the order of their names. The shard key is the
 * seller, whose gene every SKU id carries.
 */
public interface Inventory {
  /** Units one movement may carry: more than any pallet. */
  int QUANTITY_MAX = 10_000_000;

  /** Where goods lie when nobody says otherwise. */
  String MAIN = "main";

  /**
   * A number of units of one SKU.
   *
   * @param quantity 1..{@link #QUANTITY_MAX}
   */
  record Line(long skuId, int quantity) implements Serializable {
    public Line {
      if (quantity < 1 || quantity > QUANTITY_MAX) {
        throw new IllegalArgumentException("quantity must be 1.." + QUANTITY_MAX + ": " + quantity);
      }
    }
  }

  /** What a reservation came to. */
  sealed interface Reservation extends Serializable permits Held, OutOfStock {}

  /** Every line is held for the order until the reservation expires, is confirmed or released. */
  record Held(long reservationId) implements Reservation {}

  /**
   * Nothing is held.
   *
   * @param available units of that SKU that could still be had
   */
  record OutOfStock(long skuId, long available) implements Reservation {}

  /**
   * What lies there of a SKU, all locations together, flash sales apart.
   *
   * @param onHand units in the house
   * @param reserved of these, held for orders
   */
  record Stock(long onHand, long reserved) implements Serializable {
    public long available() {
      return onHand - reserved;
    }
  }

  /**
   * Books goods in; makes the stock row of a new SKU.
   *
   * @param cause the caller's name for this receipt, unique for the seller; a repeat changes
   *     nothing
   * @return the stock after it
   */
  Stock receive(String cause, long skuId, String location, int quantity);

  /** {@link #receive} for many SKUs of one seller at {@link #MAIN}, in one transaction. */
  void receiveAll(String cause, long sellerId, List<Line> lines);

  /**
   * Books goods out that were lost, broken or given away, as far as they are there and not
   * reserved.
   *
   * @param cause as for {@link #receive}
   * @param reason a word for the record, for instance {@code damaged}
   * @return units really written off
   */
  int writeOff(String cause, long skuId, int quantity, String reason);

  /**
   * Holds all lines for an order, or none of them. Lines of the same SKU are summed first.
   *
   * @param reservationId the id of the order; a repeat returns the first answer as long as that one
   *     held
   * @param sellerId the seller of every line
   * @param location only take from this one; empty to take from any but those of flash sales
   * @param ttl how long it holds when nobody confirms or releases it
   */
  Reservation reserve(
      long reservationId, long sellerId, List<Line> lines, String location, Duration ttl);

  /**
   * The goods of these reservations are sold. A repeat does nothing. A reservation that has expired
   * meanwhile is taken again if the stock allows.
   *
   * @return reservations whose goods are gone: their orders cannot be served
   */
  List<Long> confirm(long sellerId, Collection<Long> reservationIds);

  /**
   * Gives held goods back. A repeat does nothing, nor does a reservation that was confirmed or
   * never made.
   */
  void release(long sellerId, Collection<Long> reservationIds);

  /**
   * Sold goods come back.
   *
   * @param cause unique for the seller, for instance the id of the return; a repeat does nothing
   */
  void takeBack(String cause, long reservationId, long sellerId, List<Line> lines);

  /**
   * The stock of each SKU, from the primary; SKUs that never had any are absent. At most 1,000 at a
   * time.
   */
  Map<Long, Stock> stock(Collection<Long> skuIds);

  /**
   * Moves free units between two locations, as far as they are there.
   *
   * @param cause unique for the seller; a repeat moves nothing more
   * @return units moved by the first call with this cause
   */
  int move(String cause, long skuId, String from, String to, int quantity);

  /** Units of the SKU at one location that are not reserved. */
  long availableAt(long skuId, String location);
}
