package banyan.business.payment;

import banyan.platform.money.Money;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The buyer's money: captured into escrow, released to the seller on receipt minus our commission,
 * or refunded. All of it stands in a double-entry ledger that sums to zero. The shard key is the
 * buyer.
 */
public interface Payments {
  /**
   * The share of a payment that belongs to one order.
   *
   * @param tax of the amount, what goes to the tax office
   * @param platformDiscount what we owe the seller on top, because our coupon paid for it
   */
  record Part(long orderId, long sellerId, Money amount, Money tax, Money platformDiscount)
      implements Serializable {}

  /** What paying came to. */
  sealed interface Payment extends Serializable permits Captured, Declined, Redirected, Pending {}

  record Captured(long tradeId) implements Payment {}

  /**
   * @param reason the provider's word, or {@code cancelled}
   */
  record Declined(String reason) implements Payment {}

  /**
   * @param url where the buyer confirms
   */
  record Redirected(String url) implements Payment {}

  /** Not known yet; {@link PaymentCaptured} or {@link PaymentDeclined} follows. */
  record Pending() implements Payment {}

  /**
   * Pays for a trade. A repeat returns what has become of the first call; it never captures twice.
   *
   * @param parts one for each order; they sum to the amount
   * @param method name of the provider
   * @param token what the provider gave the buyer in place of card data
   * @throws IllegalArgumentException for a method nobody provides
   */
  Payment pay(
      long tradeId, long buyerId, Money amount, List<Part> parts, String method, String token);

  /** The names of the payment methods. */
  Set<String> methods();

  /**
   * Whether a payment is worth beginning: not while the method's provider has failed too often to
   * be asked.
   *
   * @return when to come back; empty when it is
   */
  Optional<Duration> away(String method);

  /** What has become of the payment of a trade; pending when it was never begun. */
  Payment find(long tradeId);

  /**
   * The trade came to nothing: a payment that is still open is let go, one that is captured later
   * is refunded.
   */
  void cancel(long tradeId);

  /** What refunding came to. */
  sealed interface Refund extends Serializable permits Refunded, NotRefundable {}

  record Refunded(Money amount) implements Refund {}

  /**
   * @param refundable what could still be refunded
   */
  record NotRefundable(Money refundable) implements Refund {}

  /**
   * Gives a part of an order's money back, never more than was captured.
   *
   * @param cause unique for the order; a repeat returns the first answer
   * @param amount null for all that is left
   */
  Refund refund(long orderId, String cause, @Nullable Money amount);

  /**
   * The goods have been received: escrow goes to seller, commission and tax. Repeats do nothing.
   */
  void release(Collection<Long> orderIds);

  /**
   * Of these trades, those whose money was captured, and how much. At most 1,000 at a time; for
   * audits.
   */
  Map<Long, Long> captured(Collection<Long> tradeIds);

  /**
   * An account's postings, seen from outside.
   *
   * @param amount a debit when positive, a credit when negative
   */
  record Posting(String account, Money amount, String cause, java.time.Instant at)
      implements Serializable {}

  /** All postings of an order, oldest first. */
  List<Posting> postings(long orderId);
}
