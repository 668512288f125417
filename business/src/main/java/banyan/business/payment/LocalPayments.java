package banyan.business.payment;

import banyan.business.payment.PaymentProvider.Charge;
import banyan.business.payment.PaymentProvider.ChargeDeclined;
import banyan.business.payment.PaymentProvider.ChargePending;
import banyan.business.payment.PaymentProvider.ChargeRedirect;
import banyan.business.payment.PaymentProvider.Charged;
import banyan.business.payment.PaymentRows.Beginning;
import banyan.business.payment.PaymentRows.PartRow;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.limits.Breaker;
import banyan.platform.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Payments in rows. Whatever is learned of a payment, by an answer, a webhook in any order, or our
 * own asking, ends in {@link #learn}: it moves the row by its old state, so that of many tellings
 * one has an effect.
 */
@Service
class LocalPayments implements Payments {
  private static final List<String> OPEN = List.of("CREATED", "PENDING", "REDIRECTED");

  private static final Logger log = LoggerFactory.getLogger(LocalPayments.class);

  private final Database database;
  private final Shared<Beginning, Boolean> begun;
  private final Shared<Long, Boolean> captured;
  private final Ledger ledger;
  private final Providers providers;
  private final Escrow escrow;

  LocalPayments(Databases databases, Ledger ledger, Escrow escrow, Providers providers) {
    this.database = databases.module("payment");
    this.begun = database.shared("beginnings", PaymentRows::begin);
    this.captured = database.shared("captures", this::capture);
    this.ledger = ledger;
    this.providers = providers;
    this.escrow = escrow;
  }

  @Override
  public Payment pay(
      long tradeId, long buyerId, Money amount, List<Part> parts, String method, String token) {
    providers.named(method);
    boolean first = begun.take(tradeId, new Beginning(tradeId, buyerId, amount, parts, method));
    if (!first) {
      Payment known = find(tradeId);
      if (!(known instanceof Pending)) {
        return known;
      }
    }
    // A repeat charges again with the same reference: a provider answers it as it answered the
    // first.
    Charge charge =
        amount.amount() == 0
            ? new Charged("free")
            : providers.charge(method, tradeId, amount, token, first);
    if (charge instanceof Charged && captured.take(tradeId, tradeId)) {
      return new Captured(tradeId);
    }
    learn(tradeId, charge);
    return find(tradeId);
  }

  @Override
  public Set<String> methods() {
    return providers.names();
  }

  @Override
  public Optional<Duration> away(String method) {
    return providers.away(method);
  }

  @Override
  public Payment find(long tradeId) {
    return database
        .fresh(tradeId, jdbc -> new PaymentRows(jdbc, tradeId).find(tradeId))
        .map(LocalPayments::outcome)
        .orElse(new Pending());
  }

  private static Payment outcome(PaymentRows.Row row) {
    return switch (row.state()) {
      case "CAPTURED" -> new Captured(row.tradeId());
      case "DECLINED" -> new Declined(String.valueOf(row.reason()));
      case "CANCELLED", "REFUNDED" -> new Declined("cancelled");
      case "REDIRECTED" -> new Redirected(String.valueOf(row.redirectUrl()));
      default -> new Pending();
    };
  }

  /** Takes in what a provider says of a charge. */
  void learn(long tradeId, Charge charge) {
    switch (charge) {
      case Charged _ -> database.change(tradeId, jdbc -> captured(jdbc, tradeId));
      case ChargeDeclined(String reason) ->
          database.change(tradeId, jdbc -> declined(jdbc, tradeId, reason));
      case ChargeRedirect(String url) ->
          database.change(
              tradeId,
              jdbc ->
                  new PaymentRows(jdbc, tradeId)
                      .move(tradeId, List.of("CREATED", "PENDING"), "REDIRECTED", "", url));
      case ChargePending() ->
          database.change(
              tradeId,
              jdbc ->
                  new PaymentRows(jdbc, tradeId)
                      .move(tradeId, List.of("CREATED"), "PENDING", "", ""));
    }
  }

  /**
   * Takes in a webhook that was found genuine; a repeat, and news that is older than what is known,
   * change nothing.
   */
  void hear(String provider, PaymentProvider.Genuine notice) {
    long tradeId = Ids.parse(notice.reference()).orElse(0);
    database.change(
        tradeId,
        jdbc -> {
          PaymentRows rows = new PaymentRows(jdbc, tradeId);
          if (rows.find(tradeId).isEmpty()
              || !rows.hear(provider, notice.eventId(), tradeId, notice.type())) {
            return;
          }
          switch (notice.type()) {
            case "captured" -> captured(jdbc, tradeId);
            case "settled" -> {
              captured(jdbc, tradeId);
              rows.settled(tradeId);
            }
            case "declined" -> declined(jdbc, tradeId, "declined by the provider");
            default -> rows.move(tradeId, List.of("CREATED"), "PENDING", "", "");
          }
        });
  }

  /**
   * Captures open payments; false for one that is not open, which {@link #learn} then looks at
   * alone.
   */
  private List<Boolean> capture(JdbcClient jdbc, List<Long> tradeIds) {
    Set<Long> open = new HashSet<>();
    List<Ledger.Booking> bookings = new ArrayList<>();
    PaymentRows.capture(jdbc, new TreeSet<>(tradeIds), OPEN)
        .forEach((tradeId, parts) -> {
          open.add(tradeId);
          bookings.add(new Ledger.Booking(tradeId, "capture:" + tradeId, captureEntry(parts)));
        });
    ledger.write(jdbc, bookings);
    database.publish(open.stream().map(PaymentCaptured::new).toList());
    // of two tellings of one capture in the same batch the first has an effect
    return tradeIds.stream().map(open::remove).toList();
  }

  private Ledger.Entry captureEntry(List<PaymentRows.CapturedPart> parts) {
    Ledger.Entry entry = ledger.entry();
    for (PaymentRows.CapturedPart part : parts) {
      entry
          .debit(Ledger.provider(part.provider()), part.orderId(), part.amount())
          .credit(Ledger.ESCROW, part.orderId(), part.amount());
    }
    return entry;
  }

  private void captured(JdbcClient jdbc, long tradeId) {
    PaymentRows rows = new PaymentRows(jdbc, tradeId);
    if (rows.move(tradeId, OPEN, "CAPTURED", "", "")) {
      bookCapture(jdbc, rows, tradeId);
      database.publish(new PaymentCaptured(tradeId));
    } else if (rows.move(
        tradeId, List.of("CANCELLED", "DECLINED"), "REFUNDED", "captured too late", "")) {
      // The trade came to nothing before its money arrived: it goes straight back.
      bookCapture(jdbc, rows, tradeId);
      rows.lockParts(tradeId)
          .forEach(part -> escrow.refund(jdbc, rows, part, "late-capture", part.amount()));
    }
  }

  private void bookCapture(JdbcClient jdbc, PaymentRows rows, long tradeId) {
    String provider = Ledger.provider(rows.find(tradeId).orElseThrow().provider());
    rows.capture(tradeId);
    Ledger.Entry entry = ledger.entry();
    for (PartRow part : rows.lockParts(tradeId)) {
      Money amount = part.money(part.amount());
      entry.debit(provider, part.orderId(), amount).credit(Ledger.ESCROW, part.orderId(), amount);
    }
    entry.write(jdbc, tradeId, "capture:" + tradeId);
  }

  private void declined(JdbcClient jdbc, long tradeId, String reason) {
    if (new PaymentRows(jdbc, tradeId).move(tradeId, OPEN, "DECLINED", reason, "")) {
      database.publish(new PaymentDeclined(tradeId, reason));
    }
  }

  @Override
  public void cancel(long tradeId) {
    Optional<PaymentRows.Row> cancelled =
        database.write(
            tradeId,
            jdbc -> {
              PaymentRows rows = new PaymentRows(jdbc, tradeId);
              return rows.move(tradeId, OPEN, "CANCELLED", "cancelled", "")
                  ? rows.find(tradeId)
                  : Optional.empty();
            });
    cancelled.ifPresent(row -> letGo(row.provider(), tradeId));
  }

  /** A provider that cannot be told now may capture later: then the money goes back by itself. */
  private void letGo(String provider, long tradeId) {
    try {
      providers.cancel(provider, tradeId);
    } catch (Breaker.Open | Breaker.Unanswered away) {
      log.atWarn()
          .addKeyValue("tradeId", tradeId)
          .addKeyValue("reason", away.getMessage())
          .log("provider not told of a cancelled payment");
    }
  }

  /**
   * The provider never heard of this charge: it is told to refuse it should it still arrive, and
   * the payment has come to nothing.
   */
  void unheard(long tradeId, String provider) {
    providers.cancel(provider, tradeId);
    learn(tradeId, new ChargeDeclined("The payment did not reach the provider."));
  }

  @Override
  public Refund refund(long orderId, String cause, @Nullable Money amount) {
    return database.write(
        orderId,
        jdbc -> {
          PaymentRows rows = new PaymentRows(jdbc, orderId);
          List<PartRow> found = rows.lockPartsOf(List.of(orderId));
          if (found.isEmpty()) {
            throw new IllegalArgumentException("no payment for order " + orderId);
          }
          PartRow part = found.getFirst();
          Optional<Long> known = rows.refundOf(orderId, cause);
          if (known.isPresent()) {
            return new Refunded(part.money(known.get()));
          }
          long left = part.captured() ? part.amount() - part.refunded() : 0;
          long wanted = amount == null ? left : amount.amount();
          if (wanted < 1 || wanted > left) {
            return wanted == 0 && part.captured()
                ? new Refunded(part.money(0))
                : new NotRefundable(part.money(left));
          }
          escrow.refund(jdbc, rows, part, cause, wanted);
          return new Refunded(part.money(wanted));
        });
  }

  @Override
  public void release(Collection<Long> orderIds) {
    orderIds.stream()
        .collect(Collectors.groupingBy(Ids::shardOf, LinkedHashMap::new, Collectors.toList()))
        .forEach((shard, part) ->
            database.change(
                shard,
                jdbc -> {
                  PaymentRows rows = new PaymentRows(jdbc, shard);
                  rows.lockPartsOf(part).stream()
                      .filter(row -> row.captured() && !row.released())
                      .forEach(row -> escrow.release(jdbc, rows, row));
                }));
  }

  @Override
  public Map<Long, Long> captured(Collection<Long> tradeIds) {
    record Row(long tradeId, long amount) {}
    Map<Long, Long> captured = new LinkedHashMap<>();
    tradeIds.stream()
        .collect(Collectors.groupingBy(database::nodeNumber))
        .values()
        .forEach(part ->
            database
                .fresh(
                    part.getFirst(),
                    jdbc ->
                        jdbc.sql(
                                """
                                SELECT trade_id, sum(amount)::bigint AS amount
                                  FROM payment_part
                                 WHERE shard = ANY(:shards) AND trade_id = ANY(:tradeIds) AND captured
                                 GROUP BY trade_id
                                """)
                            .param(
                                "shards",
                                part.stream().map(Ids::shardOf).distinct().toArray(Integer[]::new))
                            .param("tradeIds", part.toArray(Long[]::new))
                            .query(Row.class)
                            .list())
                .forEach(row -> captured.put(row.tradeId(), row.amount())));
    return captured;
  }

  @Override
  public List<Posting> postings(long orderId) {
    record Row(String account, long amount, String currency, String cause, Instant at) {}
    return database
        .fresh(
            orderId,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT p.account, p.amount, p.currency, e.cause, e.at
                          FROM ledger_posting p
                          JOIN ledger_entry e ON e.shard = p.shard AND e.entry_id = p.entry_id
                         WHERE p.shard = :shard AND p.order_id = :orderId
                         ORDER BY p.entry_id, p.line
                         LIMIT 1000
                        """)
                    .param("shard", Ids.shardOf(orderId))
                    .param("orderId", orderId)
                    .query(Row.class)
                    .list())
        .stream()
        .map(row ->
            new Posting(
                row.account(), new Money(row.amount(), row.currency()), row.cause(), row.at()))
        .toList();
  }
}
