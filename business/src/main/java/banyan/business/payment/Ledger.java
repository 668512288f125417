package banyan.business.payment;

import static banyan.platform.data.Columns.integers;
import static banyan.platform.data.Columns.numbers;
import static banyan.platform.data.Columns.texts;

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

    /** {@link Ledger#write} of one entry. */
    void write(JdbcClient jdbc, long shardKey, String cause) {
      Ledger.this.write(jdbc, List.of(new Booking(shardKey, cause, this)));
    }

    private void check(String cause) {
      long sum = postings.stream().mapToLong(Posting::amount).reduce(0, Math::addExact);
      if (sum != 0 || postings.stream().map(Posting::currency).distinct().count() != 1) {
        throw new IllegalStateException("unbalanced entry " + cause + ": " + postings);
      }
    }
  }

  /**
   * An entry that is to be written.
   *
   * @param shardKey an id of the family that it belongs to
   * @param cause unique on the shard: a second entry with it is refused by the database
   */
  record Booking(long shardKey, String cause, Entry entry) {}

  /** A posting with the place it will have. */
  private record Placed(int shard, long entryId, int line, Entry.Posting posting) {}

  /**
   * Writes entries; one without postings leaves no trace.
   *
   * @throws IllegalStateException when debits and credits of an entry differ
   */
  void write(JdbcClient jdbc, List<Booking> all) {
    List<Booking> bookings = all.stream().filter(one -> !one.entry().postings.isEmpty()).toList();
    if (bookings.isEmpty()) {
      return;
    }
    bookings.forEach(one -> one.entry().check(one.cause()));
    List<Long> entryIds = bookings.stream().map(one -> ids.next(one.shardKey())).toList();
    List<Placed> postings = new ArrayList<>();
    for (int i = 0; i < bookings.size(); i++) {
      Booking booking = bookings.get(i);
      int line = 0;
      for (Entry.Posting posting : booking.entry().postings) {
        postings.add(new Placed(Ids.shardOf(booking.shardKey()), entryIds.get(i), ++line, posting));
      }
    }
    jdbc.sql(
            """
            WITH entry AS (
                INSERT INTO ledger_entry (shard, entry_id, cause)
                SELECT shard, entry_id, cause FROM unnest(:shards, :entryIds, :causes) AS e(shard, entry_id, cause)
            )
            INSERT INTO ledger_posting (shard, entry_id, line, account, order_id, currency, amount)
            SELECT shard, entry_id, line, account, nullif(order_id, 0), currency, amount
              FROM unnest(:postingShards, :postingEntries, :lines, :accounts, :orderIds, :currencies, :amounts)
                   AS p(shard, entry_id, line, account, order_id, currency, amount)
            """)
        .param("shards", integers(bookings, one -> Ids.shardOf(one.shardKey())))
        .param("entryIds", entryIds.toArray(Long[]::new))
        .param("causes", texts(bookings, Booking::cause))
        .param("postingShards", integers(postings, Placed::shard))
        .param("postingEntries", numbers(postings, Placed::entryId))
        .param("lines", integers(postings, Placed::line))
        .param("accounts", texts(postings, placed -> placed.posting().account()))
        .param("orderIds", numbers(postings, placed -> placed.posting().orderId()))
        .param("currencies", texts(postings, placed -> placed.posting().currency()))
        .param("amounts", numbers(postings, placed -> placed.posting().amount()))
        .update();
  }

  Entry entry() {
    return new Entry();
  }
}
