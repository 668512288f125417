package banyan.business.order;

import banyan.business.order.NewTrade.NewLine;
import banyan.business.order.NewTrade.NewOrder;
import banyan.business.order.Orders.Checkout;
import banyan.platform.ids.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a new trade with its orders and lines: one statement for each table, however many lines
 * there are.
 */
@Component
class TradeWriter {
  private final JsonMapper json;
  private final Clock clock;
  private final OrderSettings settings;

  TradeWriter(JsonMapper json, Clock clock, OrderSettings settings) {
    this.json = json;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * Writes the trade; false when the buyer has used the idempotency key before, and nothing is
   * written.
   */
  boolean write(JdbcClient jdbc, NewTrade trade, byte[] request) {
    Checkout checkout = trade.checkout();
    int shard = Ids.shardOf(checkout.buyerId());
    Timestamp placedAt =
        Timestamp.from(checkout.placedAt() == null ? clock.instant() : checkout.placedAt());
    int written =
        jdbc.sql(
                """
                INSERT INTO trade (shard, trade_id, buyer_id, idempotency_key, request, state, currency, total, address,
                                   email, coupon, payment_method, payment_token, placed_at, imported,
                                   expires_at)
                VALUES (:shard, :tradeId, :buyerId, :key, :request, 'OPENED', :currency, :total, :address::jsonb,
                        :email, :coupon, :method, :token, :placedAt, :imported,
                        now() + make_interval(secs => :payWithin))
                ON CONFLICT DO NOTHING
                """)
            .param("shard", shard)
            .param("tradeId", trade.tradeId())
            .param("buyerId", checkout.buyerId())
            .param("key", checkout.idempotencyKey())
            .param("request", request)
            .param("currency", trade.quote().currency())
            .param("total", trade.quote().total().amount())
            .param("address", json.writeValueAsString(checkout.address()))
            .param("email", checkout.email())
            .param("coupon", trade.quote().coupon())
            .param("method", checkout.paymentMethod())
            .param("token", checkout.paymentToken())
            .param("placedAt", placedAt)
            .param("imported", checkout.placedAt() != null)
            .param("payWithin", settings.payWithin().toSeconds())
            .update();
    if (written == 1) {
      writeOrders(jdbc, shard, trade, placedAt);
      writeLines(jdbc, shard, trade);
    }
    return written == 1;
  }

  private static void writeOrders(JdbcClient jdbc, int shard, NewTrade trade, Timestamp placedAt) {
    List<NewOrder> orders = trade.orders();
    jdbc.sql(
            """
            INSERT INTO orders (shard, order_id, trade_id, buyer_id, seller_id, state, currency, goods, discount,
                                platform_discount, shipping, tax, total, placed_at)
            SELECT :shard, order_id, :tradeId, :buyerId, seller_id, 'OPENED', :currency, goods, discount,
                   platform_discount, shipping, tax, total, :placedAt
              FROM unnest(:orderIds, :sellerIds, :goods, :discounts, :platformDiscounts, :shippings, :taxes, :totals)
                   AS o(order_id, seller_id, goods, discount, platform_discount, shipping, tax, total)
            """)
        .param("shard", shard)
        .param("tradeId", trade.tradeId())
        .param("buyerId", trade.checkout().buyerId())
        .param("currency", trade.quote().currency())
        .param("placedAt", placedAt)
        .param("orderIds", numbers(orders, NewOrder::orderId))
        .param("sellerIds", numbers(orders, order -> order.part().sellerId()))
        .param("goods", numbers(orders, order -> order.part().goods().amount()))
        .param("discounts", numbers(orders, order -> order.part().discount().amount()))
        .param(
            "platformDiscounts", numbers(orders, order -> order.part().platformDiscount().amount()))
        .param("shippings", numbers(orders, order -> order.part().shipping().amount()))
        .param("taxes", numbers(orders, order -> order.part().tax().amount()))
        .param("totals", numbers(orders, order -> order.part().total().amount()))
        .update();
  }

  private void writeLines(JdbcClient jdbc, int shard, NewTrade trade) {
    record Numbered(long orderId, int lineNo, NewLine line) {}
    List<Numbered> lines =
        trade.orders().stream()
            .flatMap(order ->
                java.util.stream.IntStream.range(0, order.lines().size())
                    .mapToObj(n -> new Numbered(order.orderId(), n + 1, order.lines().get(n))))
            .toList();
    jdbc.sql(
            """
            INSERT INTO order_line (shard, order_id, line_no, buyer_id, sku_id, product_id, code, title, options,
                                    quantity, unit_price_e4, amount, reservation_id, flash_sale_id)
            SELECT :shard, order_id, line_no, :buyerId, sku_id, product_id, code, title, options::jsonb, quantity,
                   unit_price_e4, amount, reservation_id, nullif(flash_sale_id, 0)
              FROM unnest(:orderIds, :lineNos, :skuIds, :productIds, :codes, :titles, :options, :quantities, :prices,
                          :amounts, :reservationIds, :flashSaleIds)
                   AS l(order_id, line_no, sku_id, product_id, code, title, options, quantity, unit_price_e4, amount,
                        reservation_id, flash_sale_id)
            """)
        .param("shard", shard)
        .param("buyerId", trade.checkout().buyerId())
        .param("orderIds", numbers(lines, Numbered::orderId))
        .param("lineNos", lines.stream().map(Numbered::lineNo).toArray(Integer[]::new))
        .param("skuIds", numbers(lines, numbered -> numbered.line().card().skuId()))
        .param("productIds", numbers(lines, numbered -> numbered.line().card().productId()))
        .param("codes", texts(lines, numbered -> numbered.line().card().code()))
        .param("titles", texts(lines, numbered -> numbered.line().card().title()))
        .param(
            "options",
            texts(lines, numbered -> json.writeValueAsString(numbered.line().card().options())))
        .param(
            "quantities",
            lines.stream()
                .map(numbered -> numbered.line().priced().quantity())
                .toArray(Integer[]::new))
        .param("prices", numbers(lines, numbered -> numbered.line().priced().unitPrice().e4()))
        .param("amounts", numbers(lines, numbered -> numbered.line().amount()))
        .param("reservationIds", numbers(lines, numbered -> numbered.line().reservationId()))
        .param(
            "flashSaleIds",
            numbers(
                lines,
                numbered -> numbered.line().offer() == null ? 0 : numbered.line().offer().saleId()))
        .update();
  }

  private static <T> Long[] numbers(List<T> rows, ToLongFunction<T> number) {
    return rows.stream().map(number::applyAsLong).toArray(Long[]::new);
  }

  private static <T> String[] texts(List<T> rows, Function<T, String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }
}
