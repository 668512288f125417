package banyan.business.insight;

import banyan.business.order.OrderChanged;
import banyan.business.order.OrderRefunded;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.events.Events;
import banyan.platform.ids.Ids;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps a seller's sales up to date with what orders tell.
 *
 * <p>An order is a sale from the moment when it is paid, on that day; a refund counts on the day of
 * the refund. A list of events costs a handful of statements, however long it is. Sales and refunds
 * are heard side by side, so each listener first takes one lock of the database: only then does
 * each see what the other has written, and a refund is counted by whichever comes second.
 */
@Component
class Sales {
  private record DayKey(long sellerId, LocalDate day, String currency) {}

  private record DaySum(long orders, long units, long gross) {
    DaySum plus(DaySum other) {
      return new DaySum(orders + other.orders, units + other.units, gross + other.gross);
    }
  }

  private record SkuKey(long sellerId, LocalDate day, long skuId, String currency) {}

  private record SkuSum(long productId, String title, long units, long gross) {
    SkuSum plus(SkuSum later) {
      return new SkuSum(later.productId, later.title, units + later.units, gross + later.gross);
    }
  }

  Sales(Databases databases, Events events) {
    Database database = databases.module("insight");
    events.hear(
        "insight.orders", database, OrderChanged.class, OrderChanged::sellerId, Sales::changed);
    events.hear(
        "insight.refunds", database, OrderRefunded.class, OrderRefunded::sellerId, Sales::refunded);
  }

  static void changed(JdbcClient jdbc, List<OrderChanged> changes) {
    oneAtATime(jdbc);
    Map<Long, OrderChanged> newest = new LinkedHashMap<>();
    Map<Long, LocalDate> soldOn = new LinkedHashMap<>();
    Map<DayKey, DaySum> days = new LinkedHashMap<>();
    Map<SkuKey, SkuSum> skus = new LinkedHashMap<>();
    for (OrderChanged change : changes) {
      newest.put(change.orderId(), change);
      if (change.to().isSold() && !change.from().isSold()) {
        LocalDate day = dayOf(change.at());
        soldOn.put(change.orderId(), day);
        days.merge(
            new DayKey(change.sellerId(), day, change.currency()),
            new DaySum(1, units(change), change.totalMinor()),
            DaySum::plus);
        for (OrderChanged.Line line : change.lines()) {
          skus.merge(
              new SkuKey(change.sellerId(), day, line.skuId(), change.currency()),
              new SkuSum(line.productId(), line.title(), line.quantity(), line.amountMinor()),
              SkuSum::plus);
        }
      }
    }
    keepOrders(jdbc, List.copyOf(newest.values()), soldOn);
    addDays(jdbc, List.copyOf(days.entrySet()));
    addSkus(jdbc, List.copyOf(skus.entrySet()));
    countRefunds(
        jdbc,
        array(newest.values().stream().map(OrderChanged::sellerId).toList()),
        array(newest.values().stream().map(OrderChanged::orderId).toList()));
  }

  static void refunded(JdbcClient jdbc, List<OrderRefunded> refunds) {
    oneAtATime(jdbc);
    jdbc.sql(
            """
            INSERT INTO insight_refund (shard, seller_id, order_id, refund_id, day, currency, amount)
            SELECT shard, seller_id, order_id, refund_id, day, currency, amount
              FROM unnest(:shards::smallint[], :sellerIds::bigint[], :orderIds::bigint[], :refundIds::bigint[],
                          :days::date[], :currencies::text[], :amounts::bigint[])
                AS told (shard, seller_id, order_id, refund_id, day, currency, amount)
            ON CONFLICT DO NOTHING
            """)
        .param("shards", shards(refunds, OrderRefunded::sellerId))
        .param("sellerIds", longs(refunds, OrderRefunded::sellerId))
        .param("orderIds", longs(refunds, OrderRefunded::orderId))
        .param("refundIds", longs(refunds, OrderRefunded::refundId))
        .param("days", texts(refunds, refund -> dayOf(refund.at()).toString()))
        .param("currencies", texts(refunds, OrderRefunded::currency))
        .param("amounts", longs(refunds, OrderRefunded::amountMinor))
        .update();
    countRefunds(
        jdbc, longs(refunds, OrderRefunded::sellerId), longs(refunds, OrderRefunded::orderId));
  }

  private static void oneAtATime(JdbcClient jdbc) {
    jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(hashtext('insight.sales'))")
        .query(Integer.class)
        .single();
  }

  private static void keepOrders(
      JdbcClient jdbc, List<OrderChanged> changes, Map<Long, LocalDate> soldOn) {
    List<String> days = new ArrayList<>();
    for (OrderChanged change : changes) {
      LocalDate day = soldOn.get(change.orderId());
      days.add(day == null ? "" : day.toString());
    }
    jdbc.sql(
            """
            INSERT INTO insight_order AS o
                   (shard, seller_id, order_id, state, currency, total, units, sold_on, changed_at)
            SELECT shard, seller_id, order_id, state, currency, total, units, nullif(sold_on, '')::date, changed_at
              FROM unnest(:shards::smallint[], :sellerIds::bigint[], :orderIds::bigint[], :states::text[],
                          :currencies::text[], :totals::bigint[], :units::bigint[], :soldOn::text[],
                          :changedAt::timestamptz[])
                AS told (shard, seller_id, order_id, state, currency, total, units, sold_on, changed_at)
            ON CONFLICT (shard, seller_id, order_id) DO UPDATE
               SET state = excluded.state, changed_at = excluded.changed_at,
                   sold_on = coalesce(o.sold_on, excluded.sold_on)
            """)
        .param("shards", shards(changes, OrderChanged::sellerId))
        .param("sellerIds", longs(changes, OrderChanged::sellerId))
        .param("orderIds", longs(changes, OrderChanged::orderId))
        .param("states", texts(changes, change -> change.to().name()))
        .param("currencies", texts(changes, OrderChanged::currency))
        .param("totals", longs(changes, OrderChanged::totalMinor))
        .param("units", longs(changes, Sales::units))
        .param("soldOn", days.toArray(String[]::new))
        .param("changedAt", texts(changes, change -> utc(change.at()).toString()))
        .update();
  }

  private static void addDays(JdbcClient jdbc, List<Map.Entry<DayKey, DaySum>> days) {
    if (days.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO insight_day AS d (shard, seller_id, day, currency, orders, units, gross)
            SELECT shard, seller_id, day, currency, orders, units, gross
              FROM unnest(:shards::smallint[], :sellerIds::bigint[], :days::date[], :currencies::text[],
                          :orders::bigint[], :units::bigint[], :gross::bigint[])
                AS sold (shard, seller_id, day, currency, orders, units, gross)
            ON CONFLICT (shard, seller_id, day, currency) DO UPDATE
               SET orders = d.orders + excluded.orders, units = d.units + excluded.units,
                   gross = d.gross + excluded.gross
            """)
        .param("shards", shards(days, day -> day.getKey().sellerId()))
        .param("sellerIds", longs(days, day -> day.getKey().sellerId()))
        .param("days", texts(days, day -> day.getKey().day().toString()))
        .param("currencies", texts(days, day -> day.getKey().currency()))
        .param("orders", longs(days, day -> day.getValue().orders()))
        .param("units", longs(days, day -> day.getValue().units()))
        .param("gross", longs(days, day -> day.getValue().gross()))
        .update();
  }

  private static void addSkus(JdbcClient jdbc, List<Map.Entry<SkuKey, SkuSum>> skus) {
    if (skus.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO insight_sku_day AS s
                   (shard, seller_id, day, sku_id, currency, product_id, title, units, gross)
            SELECT shard, seller_id, day, sku_id, currency, product_id, title, units, gross
              FROM unnest(:shards::smallint[], :sellerIds::bigint[], :days::date[], :skuIds::bigint[],
                          :currencies::text[], :productIds::bigint[], :titles::text[], :units::bigint[],
                          :gross::bigint[])
                AS sold (shard, seller_id, day, sku_id, currency, product_id, title, units, gross)
            ON CONFLICT (shard, seller_id, day, sku_id, currency) DO UPDATE
               SET units = s.units + excluded.units, gross = s.gross + excluded.gross, title = excluded.title
            """)
        .param("shards", shards(skus, sku -> sku.getKey().sellerId()))
        .param("sellerIds", longs(skus, sku -> sku.getKey().sellerId()))
        .param("days", texts(skus, sku -> sku.getKey().day().toString()))
        .param("skuIds", longs(skus, sku -> sku.getKey().skuId()))
        .param("currencies", texts(skus, sku -> sku.getKey().currency()))
        .param("productIds", longs(skus, sku -> sku.getValue().productId()))
        .param("titles", texts(skus, sku -> sku.getValue().title()))
        .param("units", longs(skus, sku -> sku.getValue().units()))
        .param("gross", longs(skus, sku -> sku.getValue().gross()))
        .update();
  }

  /**
   * Refunds of these orders, as far as they were sold; money of an order that never was is none.
   */
  private static void countRefunds(JdbcClient jdbc, Long[] sellerIds, Long[] orderIds) {
    jdbc.sql(
            """
            WITH due AS (
                UPDATE insight_refund r
                   SET counted = true
                  FROM insight_order o,
                       unnest(:shards::smallint[], :sellerIds::bigint[], :orderIds::bigint[])
                           AS told (shard, seller_id, order_id)
                 WHERE o.shard = told.shard AND o.seller_id = told.seller_id AND o.order_id = told.order_id
                   AND r.shard = told.shard AND r.seller_id = told.seller_id AND r.order_id = told.order_id
                   AND NOT r.counted AND o.sold_on IS NOT NULL
                RETURNING r.shard, r.seller_id, r.day, r.currency, r.amount)
            INSERT INTO insight_day AS d (shard, seller_id, day, currency, refunded)
            SELECT shard, seller_id, day, currency, sum(amount)
              FROM due
             GROUP BY shard, seller_id, day, currency
            ON CONFLICT (shard, seller_id, day, currency) DO UPDATE
               SET refunded = d.refunded + excluded.refunded
            """)
        .param("shards", shards(List.of(sellerIds), sellerId -> sellerId))
        .param("sellerIds", sellerIds)
        .param("orderIds", orderIds)
        .update();
  }

  private static long units(OrderChanged change) {
    return change.lines().stream().mapToLong(OrderChanged.Line::quantity).sum();
  }

  static LocalDate dayOf(Instant at) {
    return utc(at).toLocalDate();
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  private static <T> Short[] shards(List<T> rows, Function<T, Long> sellerId) {
    return rows.stream().map(row -> (short) Ids.shardOf(sellerId.apply(row))).toArray(Short[]::new);
  }

  private static <T> Long[] longs(List<T> rows, Function<T, Long> number) {
    return rows.stream().map(number).toArray(Long[]::new);
  }

  private static <T> String[] texts(List<T> rows, Function<T, String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }

  private static Long[] array(List<Long> numbers) {
    return numbers.toArray(Long[]::new);
  }
}
