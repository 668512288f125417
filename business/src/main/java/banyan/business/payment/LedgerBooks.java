package banyan.business.payment;

import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What must hold for money at all times. */
@Configuration(proxyBeanMethods = false)
class LedgerBooks {
  private final Database database;

  LedgerBooks(Databases databases) {
    this.database = databases.module("payment");
  }

  @Bean
  Book ledgerBalanced() {
    return Book.of(
        "ledger-balanced",
        "Debit = credit in every ledger entry and currency, and every posting has its entry.",
        database,
        """
        -- every shard
        SELECT format('entry %s in %s: debit − credit = %s', coalesce(p.entry_id, e.entry_id), p.currency, p.amount)
          FROM (SELECT shard, entry_id, currency, sum(amount) AS amount
                  FROM ledger_posting GROUP BY shard, entry_id, currency) p
          FULL JOIN ledger_entry e ON e.shard = p.shard AND e.entry_id = p.entry_id
         WHERE p.amount <> 0 OR p.entry_id IS NULL OR e.entry_id IS NULL
         LIMIT :limit
        """);
  }

  @Bean
  Book ordersSettled() {
    return Book.of(
        "orders-settled",
        "Per order: captured − refunded = what escrow, seller, fee and tax hold − what our coupons paid.",
        database,
        """
        -- every shard
        SELECT format('order %s: captured %s − refunded %s, ledger holds %s', part.order_id,
                      CASE WHEN part.captured THEN part.amount ELSE 0 END, part.refunded, coalesce(p.amount, 0))
          FROM payment_part part
          FULL JOIN (SELECT shard, order_id, -sum(amount) AS amount
                       FROM ledger_posting
                      WHERE order_id IS NOT NULL AND account NOT LIKE 'provider:%'
                      GROUP BY shard, order_id) p USING (shard, order_id)
         WHERE (CASE WHEN part.captured THEN part.amount ELSE 0 END) - part.refunded
               IS DISTINCT FROM coalesce(p.amount, 0)
         LIMIT :limit
        """);
  }

  @Bean
  Book capturedOnce() {
    return Book.of(
        "captured-once",
        "Every captured payment has exactly one capture in the ledger, of its amount, and no other payment has one.",
        database,
        """
        -- every shard
        SELECT format('trade %s is %s: amount %s, captured %s', coalesce(pay.trade_id::text, c.trade_id), pay.state,
                      pay.amount, coalesce(c.amount, 0))
          FROM payment pay
          FULL JOIN (SELECT e.shard, split_part(e.cause, ':', 2) AS trade_id, sum(p.amount) AS amount
                       FROM ledger_entry e
                       JOIN ledger_posting p ON p.shard = e.shard AND p.entry_id = e.entry_id
                      WHERE e.cause LIKE 'capture:%' AND p.account LIKE 'provider:%'
                      GROUP BY e.shard, split_part(e.cause, ':', 2)) c
            ON c.shard = pay.shard AND c.trade_id = pay.trade_id::text
         WHERE (CASE WHEN pay.state IN ('CAPTURED', 'REFUNDED') THEN pay.amount ELSE 0 END)
               IS DISTINCT FROM coalesce(c.amount, 0)
         LIMIT :limit
        """);
  }

  @Bean
  Book refundsSum() {
    return Book.of(
        "refunds-sum",
        "Per order, what is counted as refunded is the sum of its refunds and never more than was paid.",
        database,
        """
        -- every shard
        SELECT format('order %s: refunded %s of %s, refunds sum to %s', part.order_id, part.refunded, part.amount,
                      coalesce(r.amount, 0))
          FROM payment_part part
          FULL JOIN (SELECT shard, order_id, sum(amount) AS amount
                       FROM payment_refund GROUP BY shard, order_id) r USING (shard, order_id)
         WHERE part.refunded IS DISTINCT FROM coalesce(r.amount, 0) OR part.refunded > part.amount
         LIMIT :limit
        """);
  }
}
