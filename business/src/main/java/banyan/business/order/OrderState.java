package banyan.business.order;

import java.util.Set;

/**
 * The states of an order, and the arrows between them. The row is the referee: only one UPDATE
 * wins.
 */
public enum OrderState {
  /** Being checked out: nobody sees it yet. */
  OPENED,
  /** Goods are held, the money is awaited. */
  AWAITING_PAYMENT,
  PAID,
  PARTLY_SHIPPED,
  SHIPPED,
  RECEIVED,
  CANCELLED,
  /** Never came to be: out of stock, declined. */
  REFUSED;

  /** Where it may go from here. */
  public Set<OrderState> next() {
    return switch (this) {
      case OPENED -> Set.of(AWAITING_PAYMENT, PAID, REFUSED);
      case AWAITING_PAYMENT -> Set.of(PAID, CANCELLED, REFUSED);
      case PAID -> Set.of(PARTLY_SHIPPED, SHIPPED, CANCELLED);
      case PARTLY_SHIPPED -> Set.of(SHIPPED);
      case SHIPPED -> Set.of(RECEIVED);
      case RECEIVED, CANCELLED, REFUSED -> Set.of();
    };
  }

  /** Whether the buyer's money has been taken and the goods are, or were, on their way. */
  public boolean isSold() {
    return switch (this) {
      case PAID, PARTLY_SHIPPED, SHIPPED, RECEIVED -> true;
      case OPENED, AWAITING_PAYMENT, CANCELLED, REFUSED -> false;
    };
  }
}
