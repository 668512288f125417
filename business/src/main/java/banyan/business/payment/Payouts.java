package banyan.business.payment;

import banyan.business.payment.PaymentApi.PayoutView;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What we owe to sellers and pay to their banks. A seller's postings stand on the shards of his
 * buyers, so a payout zeroes each of them where it stands, under a lock on the seller.
 */
@Component
class Payouts {
  private record Owed(int shard, String currency, long amount) {}

  private final Database database;
  private final Ledger ledger;
  private final Ids ids;

  Payouts(Databases databases, Ledger ledger, Ids ids) {
    this.database = databases.module("payment");
    this.ledger = ledger;
    this.ids = ids;
  }

  /** What we owe now, one amount a currency; negative when refunds exceed sales. */
  List<Money> owed(long sellerId) {
    return sums(
        database.each(jdbc -> owed(jdbc, sellerId)).stream().flatMap(List::stream).toList());
  }

  private static List<Money> sums(List<Owed> parts) {
    return parts.stream()
        .collect(
            Collectors.groupingBy(
                Owed::currency, TreeMap::new, Collectors.summingLong(Owed::amount)))
        .entrySet()
        .stream()
        .map(sum -> new Money(sum.getValue(), sum.getKey()))
        .toList();
  }

  private static List<Owed> owed(JdbcClient jdbc, long sellerId) {
    return jdbc.sql(
            """
            -- every shard
            SELECT shard, currency, -sum(amount)::bigint AS amount
              FROM ledger_posting
             WHERE account = :account
             GROUP BY shard, currency
            HAVING sum(amount) <> 0
             ORDER BY shard, currency
            """)
        .param("account", Ledger.seller(sellerId))
        .query(Owed.class)
        .list();
  }

  /**
   * Pays out all that is owed in the currencies in which something is.
   *
   * @param key a repeat returns the first payout
   * @return empty when nothing is owed
   */
  Optional<PayoutView> payOut(long sellerId, @Nullable String key) {
    if (owed(sellerId).stream().noneMatch(money -> money.amount() > 0) && key == null) {
      return Optional.empty();
    }
    String payoutId =
        database.once(
            sellerId,
            Intent.of("payout:" + sellerId, key, "payout"),
            jdbc -> Long.toString(ids.next(sellerId)));
    database.writeEach(jdbc -> {
      jdbc.sql("SELECT pg_advisory_xact_lock(:sellerId)")
          .param("sellerId", sellerId)
          .query()
          .singleRow();
      if (!paid(jdbc, sellerId, payoutId).isEmpty()) {
        return false;
      }
      List<Owed> parts = owed(jdbc, sellerId);
      Map<String, Long> totals =
          sums(parts).stream().collect(Collectors.toMap(Money::currency, Money::amount));
      parts.stream()
          .filter(part -> totals.getOrDefault(part.currency(), 0L) > 0)
          .forEach(part ->
              ledger
                  .entry()
                  .debit(Ledger.seller(sellerId), 0, new Money(part.amount(), part.currency()))
                  .credit(Ledger.BANK, 0, new Money(part.amount(), part.currency()))
                  .write(jdbc, part.shard(), cause(sellerId, payoutId) + ":" + part.currency()));
      return true;
    });
    return list(sellerId).stream().filter(payout -> payout.id().equals(payoutId)).findFirst();
  }

  private static String cause(long sellerId, String payoutId) {
    return "payout:" + sellerId + ":" + payoutId;
  }

  private record Paid(String payoutId, String currency, long amount, Instant at) {}

  private static List<Paid> paid(JdbcClient jdbc, long sellerId, String payoutId) {
    return jdbc.sql(
            """
            -- every shard
            SELECT split_part(e.cause, ':', 3) AS payout_id, p.currency, p.amount, e.at
              FROM ledger_posting p
              JOIN ledger_entry e ON e.shard = p.shard AND e.entry_id = p.entry_id
             WHERE p.account = :account AND e.cause LIKE :cause
             LIMIT 100000
            """)
        .param("account", Ledger.seller(sellerId))
        .param("cause", cause(sellerId, payoutId) + "%")
        .query(Paid.class)
        .list();
  }

  /** The seller's payouts, newest first. */
  List<PayoutView> list(long sellerId) {
    return database.each(jdbc -> paid(jdbc, sellerId, "")).stream()
        .flatMap(List::stream)
        .collect(Collectors.groupingBy(Paid::payoutId))
        .entrySet()
        .stream()
        .map(payout ->
            new PayoutView(
                payout.getKey(),
                sums(
                    payout.getValue().stream()
                        .map(part -> new Owed(0, part.currency(), part.amount()))
                        .toList()),
                payout.getValue().getFirst().at()))
        .sorted(java.util.Comparator.comparing(PayoutView::at).reversed())
        .limit(100)
        .toList();
  }
}
