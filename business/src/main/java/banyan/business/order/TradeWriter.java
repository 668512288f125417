package banyan.business.order;

import static banyan.platform.data.Columns.integers;
import static banyan.platform.data.Columns.numbers;
import static banyan.platform.data.Columns.texts;
import static banyan.platform.data.Columns.times;

import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes new trades with their orders and lines: one statement for each table, however many lines
 * and trades there are.
 */
@Component
class TradeWriter {
  private final JsonMapper json;
  private final OrderSettings settings;
  private final Shared<NewTrade, Boolean> trades;

  TradeWriter(Databases databases, JsonMapper json, OrderSettings settings) {
    this.json = json;
    this.settings = settings;
    this.trades = databases.module("order").shared("trades", this::write);
  }

  /**
   * Writes the trade; false when the buyer has used the idempotency key before, and nothing is
   * written.
   */
  boolean write(NewTrade trade) {
    return trades.take(trade.held().tradeId(), trade);
  }

  private List<Boolean> write(JdbcClient jdbc, List<NewTrade> trades) {
    Set<Long> written = new HashSet<>(writeTrades(jdbc, trades));
    List<HeldOrder> orders =
        trades.stream()
            .filter(trade -> written.contains(trade.held().tradeId()))
            .flatMap(trade -> trade.held().orders().stream())
            .toList();
    if (!orders.isEmpty()) {
      writeOrders(jdbc, orders);
      writeLines(jdbc, orders);
    }
    return trades.stream().map(trade -> written.contains(trade.held().tradeId())).toList();
  }

  private List<Long> writeTrades(JdbcClient jdbc, List<NewTrade> trades) {
    return jdbc.sql(
            """
            INSERT INTO trade (shard, trade_id, buyer_id, idempotency_key, request, state, currency, total, address,
                               email, coupon, payment_method, payment_token, placed_at, imported, expires_at)
            SELECT shard, trade_id, buyer_id, key, request, 'OPENED', currency, total, address::json,
                   email, coupon, method, token, placed_at, imported, now() + make_interval(secs => :payWithin)
              FROM unnest(:shards, :tradeIds, :buyerIds, :keys, :requests, :currencies, :totals, :addresses, :emails,
                          :coupons, :methods, :tokens, :placedAt, :imported)
                   AS t(shard, trade_id, buyer_id, key, request, currency, total, address, email, coupon, method,
                        token, placed_at, imported)
            ON CONFLICT DO NOTHING
            RETURNING trade_id
            """)
        .param("payWithin", settings.payWithin().toSeconds())
        .param("shards", integers(trades, trade -> Ids.shardOf(trade.held().tradeId())))
        .param("tradeIds", numbers(trades, trade -> trade.held().tradeId()))
        .param("buyerIds", numbers(trades, trade -> trade.held().buyerId()))
        .param("keys", texts(trades, NewTrade::idempotencyKey))
        .param(
            "requests", trades.stream().map(trade -> trade.held().request()).toArray(byte[][]::new))
        .param("currencies", texts(trades, trade -> trade.held().total().currency()))
        .param("totals", numbers(trades, trade -> trade.held().total().amount()))
        .param("addresses", texts(trades, trade -> json.writeValueAsString(trade.held().address())))
        .param("emails", texts(trades, NewTrade::email))
        .param("coupons", texts(trades, trade -> trade.held().coupon()))
        .param("methods", texts(trades, trade -> trade.held().paymentMethod()))
        .param("tokens", texts(trades, trade -> trade.held().paymentToken()))
        .param("placedAt", times(trades, trade -> trade.held().placedAt()))
        .param(
            "imported",
            trades.stream().map(trade -> trade.held().imported()).toArray(Boolean[]::new))
        .query((row, n) -> row.getLong(1))
        .list();
  }

  private static void writeOrders(JdbcClient jdbc, List<HeldOrder> orders) {
    jdbc.sql(
            """
            INSERT INTO orders (shard, order_id, trade_id, buyer_id, seller_id, state, currency, goods, discount,
                                platform_discount, shipping, tax, total, placed_at)
            SELECT shard, order_id, trade_id, buyer_id, seller_id, 'OPENED', currency, goods, discount,
                   platform_discount, shipping, tax, total, placed_at
              FROM unnest(:shards, :orderIds, :tradeIds, :buyerIds, :sellerIds, :currencies, :goods, :discounts,
                          :platformDiscounts, :shippings, :taxes, :totals, :placedAt)
                   AS o(shard, order_id, trade_id, buyer_id, seller_id, currency, goods, discount,
                        platform_discount, shipping, tax, total, placed_at)
            """)
        .param("shards", integers(orders, held -> Ids.shardOf(held.order().orderId())))
        .param("orderIds", numbers(orders, held -> held.order().orderId()))
        .param("tradeIds", numbers(orders, held -> held.order().tradeId()))
        .param("buyerIds", numbers(orders, held -> held.order().buyerId()))
        .param("sellerIds", numbers(orders, held -> held.order().sellerId()))
        .param("currencies", texts(orders, held -> held.order().total().currency()))
        .param("goods", numbers(orders, held -> held.order().goods().amount()))
        .param("discounts", numbers(orders, held -> held.order().discount().amount()))
        .param("platformDiscounts", numbers(orders, HeldOrder::platformDiscount))
        .param("shippings", numbers(orders, held -> held.order().shipping().amount()))
        .param("taxes", numbers(orders, held -> held.order().tax().amount()))
        .param("totals", numbers(orders, held -> held.order().total().amount()))
        .param("placedAt", times(orders, held -> held.order().placedAt()))
        .update();
  }

  private void writeLines(JdbcClient jdbc, List<HeldOrder> orders) {
    record Owned(Orders.Order order, HeldLine held) {
      Orders.Line line() {
        return held.line();
      }
    }
    List<Owned> lines =
        orders.stream()
            .flatMap(held -> held.lines().stream().map(line -> new Owned(held.order(), line)))
            .toList();
    jdbc.sql(
            """
            INSERT INTO order_line (shard, order_id, line_no, buyer_id, sku_id, product_id, code, title, options,
                                    quantity, unit_price_e4, amount, reservation_id, flash_sale_id)
            SELECT shard, order_id, line_no, buyer_id, sku_id, product_id, code, title, options::json, quantity,
                   unit_price_e4, amount, reservation_id, nullif(flash_sale_id, 0)
              FROM unnest(:shards, :orderIds, :lineNos, :buyerIds, :skuIds, :productIds, :codes, :titles, :options,
                          :quantities, :prices, :amounts, :reservationIds, :flashSaleIds)
                   AS l(shard, order_id, line_no, buyer_id, sku_id, product_id, code, title, options, quantity,
                        unit_price_e4, amount, reservation_id, flash_sale_id)
            """)
        .param("shards", integers(lines, owned -> Ids.shardOf(owned.order().orderId())))
        .param("orderIds", numbers(lines, owned -> owned.order().orderId()))
        .param("lineNos", integers(lines, owned -> owned.line().lineNo()))
        .param("buyerIds", numbers(lines, owned -> owned.order().buyerId()))
        .param("skuIds", numbers(lines, owned -> owned.line().skuId()))
        .param("productIds", numbers(lines, owned -> owned.line().productId()))
        .param("codes", texts(lines, owned -> owned.line().code()))
        .param("titles", texts(lines, owned -> owned.line().title()))
        .param("options", texts(lines, owned -> json.writeValueAsString(owned.line().options())))
        .param("quantities", integers(lines, owned -> owned.line().quantity()))
        .param("prices", numbers(lines, owned -> owned.line().unitPrice().e4()))
        .param("amounts", numbers(lines, owned -> owned.line().total().amount()))
        .param("reservationIds", numbers(lines, owned -> owned.held().reservationId()))
        .param(
            "flashSaleIds",
            numbers(
                lines,
                owned -> owned.held().flashSaleId() == null ? 0 : owned.held().flashSaleId()))
        .update();
  }
}
