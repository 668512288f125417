package banyan.business.payment;

import banyan.platform.money.Money;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody who takes money for us. An implementation never sees card numbers: a token or a redirect
 * stands for them. Every call may be repeated with the same reference or id; a provider answers a
 * repeat as it answered the first.
 */
public interface PaymentProvider {
  /** As in {@code payment.method} and in the path of its webhooks. */
  String name();

  /** What charging came to. */
  sealed interface Charge extends Serializable
      permits Charged, ChargeDeclined, ChargeRedirect, ChargePending {}

  record Charged(String providerRef) implements Charge {}

  record ChargeDeclined(String reason) implements Charge {}

  /** The buyer has to confirm on the provider's page; a webhook tells the end. */
  record ChargeRedirect(String url) implements Charge {}

  /** Nobody knows yet; a webhook, or {@link #ask}, tells. */
  record ChargePending() implements Charge {}

  /**
   * Takes the money.
   *
   * @param reference ours, unique for the payment: the trade
   * @throws RuntimeException when the provider cannot be reached or does not answer: the charge may
   *     or may not have happened
   */
  Charge charge(String reference, Money amount, String token);

  /**
   * What has become of a charge.
   *
   * @return empty when it was never heard of
   */
  Optional<Charge> ask(String reference);

  /**
   * Lets go of a charge that was not captured yet, and refuses one that arrives after this. One
   * that was captured stays, and a webhook says so.
   */
  void cancel(String reference);

  /** Gives money back. */
  void refund(String refundId, String reference, Money amount);

  /** What a webhook came to. */
  sealed interface Notice extends Serializable permits Genuine, Forged {}

  /**
   * @param type {@code created, pending, authorized, captured, settled, declined}
   */
  record Genuine(String eventId, String reference, String type) implements Notice {}

  /**
   * @param reason {@code unsigned, wrong_signature, stale, unreadable}
   */
  record Forged(String reason) implements Notice {}

  /**
   * Checks a webhook's signature and age.
   *
   * @param headers with lower-case names
   */
  Notice verify(Map<String, String> headers, byte[] body);
}
