package banyan.business.payment;

import banyan.business.payment.PaymentRows.PartRow;
import banyan.platform.money.Money;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How the money of a payment's part leaves escrow: to the seller, or back to the buyer. */
@Component
class Escrow {
  private final Ledger ledger;
  private final PaymentSettings settings;

  Escrow(Ledger ledger, PaymentSettings settings) {
    this.ledger = ledger;
    this.settings = settings;
  }

  /**
   * Before the release all of it comes out of escrow. After it, seller, commission and tax give
   * back what they got, in proportion; each share is computed on the sum of all refunds so far, so
   * that a full refund leaves nothing anywhere.
   */
  void refund(JdbcClient jdbc, PaymentRows rows, PartRow part, String cause, long amount) {
    if (amount == 0) {
      return;
    }
    String provider = Ledger.provider(rows.find(part.tradeId()).orElseThrow().provider());
    rows.refund(part, cause, amount);
    long orderId = part.orderId();
    Ledger.Entry entry = ledger.entry().credit(provider, orderId, part.money(amount));
    if (part.released()) {
      long before = part.refunded() - (part.amount() - part.releasedAmount());
      long fee = growth(part.releasedFee(), part, before, amount);
      long tax = growth(part.releasedTax(), part, before, amount);
      long subsidy = growth(subsidy(part), part, before, amount);
      entry
          .debit(Ledger.FEE, orderId, part.money(fee))
          .debit(Ledger.TAX, orderId, part.money(tax))
          .credit(Ledger.COUPONS, orderId, part.money(subsidy))
          .debit(Ledger.seller(part.sellerId()), orderId, part.money(amount - fee - tax + subsidy));
    } else {
      entry.debit(Ledger.ESCROW, orderId, part.money(amount));
    }
    entry.write(jdbc, orderId, "refund:" + orderId + ":" + cause);
  }

  /**
   * By how much a share of the whole grows when the refunds after the release grow by the amount.
   */
  private static long growth(long whole, PartRow part, long before, long amount) {
    return share(whole, before + amount, part.releasedAmount())
        - share(whole, before, part.releasedAmount());
  }

  /** The whole × part ÷ of, rounded; all of it when the part is all. */
  private static long share(long whole, long part, long of) {
    return of == 0 ? 0 : Money.split(whole, List.of(part, of - part)).getFirst();
  }

  /** What our coupon owes the seller for the part of the order that was released. */
  private static long subsidy(PartRow part) {
    return share(
        part.platformDiscount(),
        part.released() ? part.releasedAmount() : left(part),
        part.amount());
  }

  private static long left(PartRow part) {
    return part.amount() - part.refunded();
  }

  /** To the seller, less commission and tax. */
  void release(JdbcClient jdbc, PaymentRows rows, PartRow part) {
    long amount = left(part);
    long tax = share(part.tax(), amount, part.amount());
    long subsidy = subsidy(part);
    long fee = Math.multiplyExact(amount - tax, (long) settings.commissionBasisPoints()) / 10_000;
    rows.release(part, amount, fee, tax);
    long orderId = part.orderId();
    ledger
        .entry()
        .debit(Ledger.ESCROW, orderId, part.money(amount))
        .debit(Ledger.COUPONS, orderId, part.money(subsidy))
        .credit(Ledger.FEE, orderId, part.money(fee))
        .credit(Ledger.TAX, orderId, part.money(tax))
        .credit(Ledger.seller(part.sellerId()), orderId, part.money(amount - fee - tax + subsidy))
        .write(jdbc, orderId, "release:" + orderId);
  }
}
