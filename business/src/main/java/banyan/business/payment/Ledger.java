package banyan.business.payment;

import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes balanced entries. It only appends; the database refuses anything else. */
@Component
class Ledger {
  /** Money of buyers that is neither the seller's nor theirs any more. */
  static final String ESCROW = "escrow";

  static final String FEE = "fee";
  static final String TAX = "tax";

  /** What our own coupons cost us. */
  static final String COUPONS = "coupons";

  /** What has left for the sellers' banks. */
  static final String BANK = "bank";

  static String provider(String name) {
    return "provider:" + name;
  }

  static String seller(long sellerId) {
    return "seller:" + sellerId;
  }

  private final Ids ids;

  Ledger(Ids ids) {
    this.ids = ids;
  }

  /** An entry being written down. */
  final class Entry {
    private record Posting(String account, long orderId, String currency, long amount) {}

    private final List<Posting> postings = new ArrayList<>();

    Entry debit(String account, long orderId, Money amount) {
      if (amount.amount() != 0) {
        postings.add(new Posting(account, orderId, amount.currency(), amount.amount()));
      }
      return this;
    }

    Entry credit(String account, long orderId, Money amount) {
      return debit(
          account, orderId, new Money(Math.negateExact(amount.amount()), amount.currency()));
    }

    /**
     * Writes the entry; one without postings leaves no trace.
     *
     * @param cause unique on the shard: a second entry with it is refused by the database
     * @throws IllegalStateException when debits and credits differ
     */
    void write(JdbcClient jdbc, long shardKey, String cause) {
      if (postings.isEmpty()) {
        return;
      }
      long sum = postings.stream().mapToLong(Posting::amount).reduce(0, Math::addExact);
      if (sum != 0 || postings.stream().map(Posting::currency).distinct().count() != 1) {
        throw new IllegalStateException("unbalanced entry " + cause + ": " + postings);
      }
      jdbc.sql(
              """
              WITH entry AS (
                  INSERT INTO ledger_entry (shard, entry_id, cause) VALUES (:shard, :entryId, :cause)
              )
              INSERT INTO ledger_posting (shard, entry_id, line, account, order_id, currency, amount)
              SELECT :shard, :entryId, line, account, nullif(order_id, 0), :currency, amount
                FROM unnest(:accounts, :orderIds, :amounts) WITH ORDINALITY AS p(account, order_id, amount, line)
              """)
          .param("shard", Ids.shardOf(shardKey))
          .param("entryId", ids.next(shardKey))
          .param("cause", cause)
          .param("currency", postings.getFirst().currency())
          .param("accounts", postings.stream().map(Posting::account).toArray(String[]::new))
          .param("orderIds", postings.stream().map(Posting::orderId).toArray(Long[]::new))
          .param("amounts", postings.stream().map(Posting::amount).toArray(Long[]::new))
          .update();
    }
  }

  Entry entry() {
    return new Entry();
  }
}
