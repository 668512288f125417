package banyan.business.order;

import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checkout and the life of an order. The shard key is the buyer; trade and order ids carry the
 * buyer's gene.
 */
public interface Orders {
  /** Lines one checkout may have: the largest invoice of a real wholesaler's year had 1,114. */
  int LINES_MAX = 1_200;

  /** Where the goods go. */
  record Address(
      String name,
      String line1,
      @Nullable String line2,
      String city,
      String postcode,
      String country)
      implements Serializable {}

  /**
   * @param agreed a price fixed elsewhere, for an import; null for the current one
   */
  record Item(long skuId, int quantity, @Nullable UnitPrice agreed) implements Serializable {}

  /**
   * @param idempotencyKey the buyer's name for this intent; a repeat drives the same trade on and
   *     returns its outcome
   * @param wholeCart whether the items are what the cart holds now: then a repeat is the same
   *     request whatever it holds by then, and nothing at all is an answer only to the first
   * @param quoteId a kept quote whose prices bind us; null to price now
   * @param expectedTotal what the buyer has seen; null to take what it costs
   * @param paymentMethod name of a provider
   * @param paymentToken what the provider gave the buyer
   * @param placedAt null for now; an import gives the old date
   */
  record Checkout(
      String idempotencyKey,
      long buyerId,
      List<Item> items,
      boolean wholeCart,
      Address address,
      @Nullable String email,
      @Nullable String coupon,
      @Nullable Long quoteId,
      @Nullable Money expectedTotal,
      String paymentMethod,
      String paymentToken,
      @Nullable Instant placedAt)
      implements Serializable {}

  /** What a checkout came to. */
  sealed interface Outcome extends Serializable permits Placed, Refused {}

  /**
   * @param redirectUrl where the buyer has to confirm the payment; null when nothing is to be done
   */
  record Placed(Trade trade, @Nullable String redirectUrl) implements Outcome {}

  /**
   * Nothing was bought, nothing is held.
   *
   * @param code {@code out_of_stock, not_for_sale, payment_declined, coupon_refused,
   *     flash_sale_limit, price_changed, cart_empty, mixed_currencies, quote_expired, cancelled,
   *     key_reused}
   * @param facts what a program wants to know of it, for instance {@code skuId} and {@code
   *     available}
   */
  record Refused(String code, String detail, Map<String, String> facts) implements Outcome {}

  record Trade(
      long tradeId,
      long buyerId,
      OrderState state,
      Money total,
      Instant placedAt,
      List<Order> orders)
      implements Serializable {}

  record Order(
      long orderId,
      long tradeId,
      long buyerId,
      long sellerId,
      OrderState state,
      Money goods,
      Money discount,
      Money shipping,
      Money tax,
      Money total,
      Money refunded,
      Address address,
      Instant placedAt,
      @Nullable String reason,
      List<Line> lines)
      implements Serializable {
    Order as(OrderState to) {
      return new Order(
          orderId, tradeId, buyerId, sellerId, to, goods, discount, shipping, tax, total, refunded,
          address, placedAt, reason, lines);
    }
  }

  /** A snapshot: it never changes with the product. */
  record Line(
      int lineNo,
      long skuId,
      long productId,
      String code,
      String title,
      Map<String, String> options,
      int quantity,
      UnitPrice unitPrice,
      Money total,
      int shipped,
      int refunded)
      implements Serializable {}

  /** Buys: reserves, pays, confirms; gives everything back when a step is refused. */
  Outcome checkout(Checkout checkout);

  /** What changing an order came to. */
  sealed interface Change extends Serializable permits Changed, NotNow, NoSuchOrder {}

  record Changed(Order order) implements Change {}

  /** The order is in a state that does not allow it. */
  record NotNow(OrderState state, String detail) implements Change {}

  record NoSuchOrder() implements Change {}

  /**
   * Cancels what is not shipped. Unpaid, the whole trade goes; paid, the order's money goes back. A
   * repeat returns the cancelled order.
   *
   * @param buyerId whose order it must be; null when staff does it
   * @param at null for now
   */
  Change cancel(long orderId, @Nullable Long buyerId, String reason, @Nullable Instant at);

  /**
   * A parcel leaves.
   *
   * @param idempotencyKey null when the caller will not repeat
   * @param sellerId whose order it must be
   * @param parcel quantities by SKU; empty for all that is left
   */
  Change ship(
      @Nullable String idempotencyKey,
      long orderId,
      long sellerId,
      Map<Long, Integer> parcel,
      @Nullable String tracking,
      @Nullable Instant at);

  /** The buyer has the goods; the seller gets the money. A repeat returns the received order. */
  Change receive(long orderId, @Nullable Long buyerId, @Nullable Instant at);

  /** What a refund came to. */
  sealed interface RefundOutcome extends Serializable
      permits Refunded, RefundRefused, NoSuchOrderToRefund {}

  /**
   * @param amount of this refund; all refunds of an order sum to its total at most
   */
  record Refunded(long refundId, Money amount, Order order) implements RefundOutcome {}

  record RefundRefused(String code, String detail, Map<String, String> facts)
      implements RefundOutcome {}

  record NoSuchOrderToRefund() implements RefundOutcome {}

  /**
   * Gives the money of some units back, and takes the goods back into stock.
   *
   * @param idempotencyKey null when the caller will not repeat; a repeat returns the first answer
   * @param buyerId whose order it must be; null when staff or the seller does it
   * @param units quantities by SKU
   * @param restock whether the goods can be sold again
   */
  RefundOutcome refund(
      @Nullable String idempotencyKey,
      long orderId,
      @Nullable Long buyerId,
      Map<Long, Integer> units,
      boolean restock,
      @Nullable Instant at);

  /** An order, from the primary. */
  Optional<Order> find(long orderId);

  /** A line that the buyer has received. */
  record ReceivedLine(long orderId, int lineNo, long skuId) implements Serializable {}

  /**
   * The received lines of a buyer with this product, oldest first, at most 100, from the primary.
   */
  List<ReceivedLine> receivedLines(long buyerId, long productId);
}
