package banyan.business.payment;

import static banyan.platform.data.Columns.integers;
import static banyan.platform.data.Columns.numbers;
import static banyan.platform.data.Columns.texts;

import banyan.business.payment.Payments.Part;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The statements on payments, their parts and refunds, of one buyer's shard. */
class PaymentRows {
  record Row(
      long tradeId,
      long buyerId,
      long amount,
      String currency,
      String provider,
      String state,
      @Nullable String redirectUrl,
      @Nullable String reason) {
    Money money() {
      return new Money(amount, currency);
    }
  }

  record PartRow(
      long orderId,
      long tradeId,
      long sellerId,
      String currency,
      long amount,
      long tax,
      long platformDiscount,
      boolean captured,
      long refunded,
      boolean released,
      long releasedAmount,
      long releasedFee,
      long releasedTax) {
    Money money(long minor) {
      return new Money(minor, currency);
    }
  }

  private final JdbcClient jdbc;
  private final int shard;

  PaymentRows(JdbcClient jdbc, long shardKey) {
    this.jdbc = jdbc;
    this.shard = Ids.shardOf(shardKey);
  }

  /** A payment that is to begin, before its provider is asked. */
  record Beginning(long tradeId, long buyerId, Money amount, List<Part> parts, String provider) {}

  /** Begins payments; false for one that was begun before. */
  static List<Boolean> begin(JdbcClient jdbc, List<Beginning> beginnings) {
    Set<Long> begun =
        new HashSet<>(
            jdbc.sql(
                    """
                    INSERT INTO payment (shard, trade_id, buyer_id, amount, currency, provider, state)
                    SELECT shard, trade_id, buyer_id, amount, currency, provider, 'CREATED'
                      FROM unnest(:shards, :tradeIds, :buyerIds, :amounts, :currencies, :providers)
                           AS t(shard, trade_id, buyer_id, amount, currency, provider)
                    ON CONFLICT DO NOTHING
                    RETURNING trade_id
                    """)
                .param("shards", integers(beginnings, one -> Ids.shardOf(one.tradeId())))
                .param("tradeIds", numbers(beginnings, Beginning::tradeId))
                .param("buyerIds", numbers(beginnings, Beginning::buyerId))
                .param("amounts", numbers(beginnings, one -> one.amount().amount()))
                .param("currencies", texts(beginnings, one -> one.amount().currency()))
                .param("providers", texts(beginnings, Beginning::provider))
                .query((row, n) -> row.getLong(1))
                .list());
    // of two beginnings of one payment in the same batch the first is written
    List<Boolean> outcomes = new ArrayList<>();
    List<Beginning> fresh = new ArrayList<>();
    for (Beginning one : beginnings) {
      boolean first = begun.remove(one.tradeId());
      outcomes.add(first);
      if (first) {
        fresh.add(one);
      }
    }
    beginParts(jdbc, fresh);
    return outcomes;
  }

  private static void beginParts(JdbcClient jdbc, List<Beginning> beginnings) {
    record Owned(long tradeId, Part part) {}
    List<Owned> parts =
        beginnings.stream()
            .flatMap(one -> one.parts().stream().map(part -> new Owned(one.tradeId(), part)))
            .toList();
    if (parts.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO payment_part (shard, order_id, trade_id, seller_id, currency, amount, tax, platform_discount)
            SELECT shard, order_id, trade_id, seller_id, currency, amount, tax, platform_discount
              FROM unnest(:shards, :orderIds, :tradeIds, :sellerIds, :currencies, :amounts, :taxes, :discounts)
                   AS t(shard, order_id, trade_id, seller_id, currency, amount, tax, platform_discount)
            """)
        .param("shards", integers(parts, owned -> Ids.shardOf(owned.tradeId())))
        .param("orderIds", numbers(parts, owned -> owned.part().orderId()))
        .param("tradeIds", numbers(parts, Owned::tradeId))
        .param("sellerIds", numbers(parts, owned -> owned.part().sellerId()))
        .param("currencies", texts(parts, owned -> owned.part().amount().currency()))
        .param("amounts", numbers(parts, owned -> owned.part().amount().amount()))
        .param("taxes", numbers(parts, owned -> owned.part().tax().amount()))
        .param("discounts", numbers(parts, owned -> owned.part().platformDiscount().amount()))
        .update();
  }

  /** A part whose money has just come. */
  record CapturedPart(long orderId, String provider, Money amount) {}

  /** Captures those of the payments that are in one of these states; gives their parts. */
  static Map<Long, List<CapturedPart>> capture(
      JdbcClient jdbc, Collection<Long> tradeIds, List<String> from) {
    Map<Long, List<CapturedPart>> captured = new LinkedHashMap<>();
    jdbc.sql(
            """
            WITH moved AS (
                UPDATE payment p SET state = 'CAPTURED', changed_at = now()
                  FROM unnest(:shards, :tradeIds) AS n(shard, trade_id)
                 WHERE p.shard = n.shard AND p.trade_id = n.trade_id AND p.state = ANY(:from)
                RETURNING p.shard, p.trade_id, p.provider
            )
            UPDATE payment_part t SET captured = true
              FROM moved m
             WHERE t.shard = m.shard AND t.trade_id = m.trade_id
            RETURNING t.trade_id, t.order_id, m.provider, t.amount, t.currency
            """)
        .param("shards", integers(tradeIds, Ids::shardOf))
        .param("tradeIds", tradeIds.toArray(Long[]::new))
        .param("from", from.toArray(String[]::new))
        .query(row -> {
          captured
              .computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
              .add(
                  new CapturedPart(
                      row.getLong(2),
                      row.getString(3),
                      new Money(row.getLong(4), row.getString(5))));
        });
    return captured;
  }

  Optional<Row> find(long tradeId) {
    return jdbc.sql(
            """
            SELECT trade_id, buyer_id, amount, currency, provider, state, redirect_url, reason
              FROM payment
             WHERE shard = :shard AND trade_id = :tradeId
            """)
        .param("shard", shard)
        .param("tradeId", tradeId)
        .query(Row.class)
        .optional();
  }

  /** Moves the payment on; false when it is in none of the states it may come from. */
  boolean move(
      long tradeId, Collection<String> from, String to, String reason, String redirectUrl) {
    return jdbc.sql(
                """
                UPDATE payment
                   SET state = :to, changed_at = now(), reason = coalesce(nullif(:reason, ''), reason),
                       redirect_url = coalesce(nullif(:redirectUrl, ''), redirect_url)
                 WHERE shard = :shard AND trade_id = :tradeId AND state = ANY(:from)
                """)
            .param("to", to)
            .param("reason", reason)
            .param("redirectUrl", redirectUrl)
            .param("shard", shard)
            .param("tradeId", tradeId)
            .param("from", from.toArray(String[]::new))
            .update()
        == 1;
  }

  void settled(long tradeId) {
    jdbc.sql("UPDATE payment SET settled = true WHERE shard = :shard AND trade_id = :tradeId")
        .param("shard", shard)
        .param("tradeId", tradeId)
        .update();
  }

  /** Remembers a webhook; false when it came before. */
  boolean hear(String provider, String eventId, long tradeId, String type) {
    return jdbc.sql(
                """
                INSERT INTO payment_webhook (shard, provider, event_id, trade_id, type)
                VALUES (:shard, :provider, :eventId, :tradeId, :type)
                ON CONFLICT DO NOTHING
                """)
            .param("shard", shard)
            .param("provider", provider)
            .param("eventId", eventId)
            .param("tradeId", tradeId)
            .param("type", type)
            .update()
        == 1;
  }

  /** The parts of a payment, locked in the order of their ids. */
  List<PartRow> lockParts(long tradeId) {
    return parts("trade_id = ANY(:ids)", List.of(tradeId));
  }

  /** The part of each order, locked in the order of their ids. */
  List<PartRow> lockPartsOf(Collection<Long> orderIds) {
    return parts("order_id = ANY(:ids)", orderIds);
  }

  private List<PartRow> parts(String which, Collection<Long> ids) {
    return jdbc.sql(
            """
            SELECT order_id, trade_id, seller_id, currency, amount, tax, platform_discount, captured, refunded,
                   released, released_amount, released_fee, released_tax
              FROM payment_part
             WHERE shard = :shard AND %s
             ORDER BY order_id
               FOR UPDATE
            """
                .formatted(which))
        .param("shard", shard)
        .param("ids", ids.toArray(Long[]::new))
        .query(PartRow.class)
        .list();
  }

  void capture(long tradeId) {
    jdbc.sql("UPDATE payment_part SET captured = true WHERE shard = :shard AND trade_id = :tradeId")
        .param("shard", shard)
        .param("tradeId", tradeId)
        .update();
  }

  void release(PartRow part, long amount, long fee, long tax) {
    jdbc.sql(
            """
            UPDATE payment_part
               SET released = true, released_amount = :amount, released_fee = :fee, released_tax = :tax
             WHERE shard = :shard AND order_id = :orderId AND NOT released
            """)
        .param("amount", amount)
        .param("fee", fee)
        .param("tax", tax)
        .param("shard", shard)
        .param("orderId", part.orderId())
        .update();
  }

  /** What a refund with this cause was, if there is one. */
  Optional<Long> refundOf(long orderId, String cause) {
    return jdbc.sql(
            """
            SELECT amount FROM payment_refund
             WHERE shard = :shard AND order_id = :orderId AND cause = :cause
            """)
        .param("shard", shard)
        .param("orderId", orderId)
        .param("cause", cause)
        .query(Long.class)
        .optional();
  }

  void refund(PartRow part, String cause, long amount) {
    jdbc.sql(
            """
            WITH counted AS (
                UPDATE payment_part SET refunded = refunded + :amount
                 WHERE shard = :shard AND order_id = :orderId
            )
            INSERT INTO payment_refund (shard, order_id, cause, trade_id, amount, currency, state)
            VALUES (:shard, :orderId, :cause, :tradeId, :amount, :currency, 'REQUESTED')
            """)
        .param("amount", amount)
        .param("shard", shard)
        .param("orderId", part.orderId())
        .param("cause", cause)
        .param("tradeId", part.tradeId())
        .param("currency", part.currency())
        .update();
  }

  void refundSent(long orderId, String cause) {
    jdbc.sql(
            """
            UPDATE payment_refund SET state = 'SENT'
             WHERE shard = :shard AND order_id = :orderId AND cause = :cause AND state = 'REQUESTED'
            """)
        .param("shard", shard)
        .param("orderId", orderId)
        .param("cause", cause)
        .update();
  }
}
