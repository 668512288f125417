package banyan.business.order;

import banyan.business.order.Held.HeldLine;
import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.Address;
import banyan.business.order.Orders.Line;
import banyan.business.order.Orders.Order;
import banyan.business.order.Orders.Refused;
import banyan.platform.data.Columns;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads trades and orders from their rows. */
@Component
class OrderRows {
  private static final String ORDER_COLUMNS =
      """
      SELECT o.order_id, o.trade_id, o.buyer_id, o.seller_id, o.state, o.currency, o.goods, o.discount,
             o.platform_discount, o.shipping, o.tax, o.total, o.refunded, o.reason, o.placed_at,
             t.address::text AS address
        FROM orders o
        JOIN trade t ON t.shard = o.shard AND t.trade_id = o.trade_id
      """;

  private final JsonMapper json;

  OrderRows(JsonMapper json) {
    this.json = json;
  }

  Optional<Held> byKey(JdbcClient jdbc, long buyerId, String idempotencyKey) {
    return jdbc.sql(
            """
            SELECT trade_id FROM trade
             WHERE shard = :shard AND buyer_id = :buyerId AND idempotency_key = :key
            """)
        .param("shard", Ids.shardOf(buyerId))
        .param("buyerId", buyerId)
        .param("key", idempotencyKey)
        .query(Long.class)
        .optional()
        .flatMap(tradeId -> trade(jdbc, tradeId));
  }

  Optional<Held> trade(JdbcClient jdbc, long tradeId) {
    return jdbc.sql(
            """
            SELECT trade_id, buyer_id, state, currency, total, request, address::text AS address, coupon,
                   payment_method, payment_token, refusal::text AS refusal, placed_at, imported
              FROM trade
             WHERE shard = :shard AND trade_id = :tradeId
            """)
        .param("shard", Ids.shardOf(tradeId))
        .param("tradeId", tradeId)
        .query((row, n) -> held(row))
        .optional()
        // not while the row is read: outside a transaction that would take a second connection, and
        // so many readers as there are connections would each wait for one of the others'
        .map(trade -> with(trade, ordersOf(jdbc, tradeId)));
  }

  /**
   * Those of the trades that are not paid: the request that captured has not come so far, or never.
   */
  static List<Long> unpaid(JdbcClient jdbc, Collection<Long> tradeIds) {
    return jdbc.sql(
            """
            SELECT t.trade_id
              FROM unnest(:shards, :tradeIds) AS n(shard, trade_id)
              JOIN trade t ON t.shard = n.shard AND t.trade_id = n.trade_id
             WHERE t.state <> 'PAID'
            """)
        .param("shards", Columns.integers(tradeIds, Ids::shardOf))
        .param("tradeIds", tradeIds.toArray(Long[]::new))
        .query((row, n) -> row.getLong(1))
        .list();
  }

  private static Held with(Held trade, List<HeldOrder> orders) {
    return new Held(
        trade.tradeId(),
        trade.buyerId(),
        trade.state(),
        trade.total(),
        trade.request(),
        trade.address(),
        trade.coupon(),
        trade.paymentMethod(),
        trade.paymentToken(),
        trade.refusal(),
        trade.placedAt(),
        trade.imported(),
        orders);
  }

  private Held held(ResultSet row) throws SQLException {
    String refusal = row.getString("refusal");
    return new Held(
        row.getLong("trade_id"),
        row.getLong("buyer_id"),
        OrderState.valueOf(row.getString("state")),
        new Money(row.getLong("total"), row.getString("currency")),
        row.getBytes("request"),
        address(row.getString("address")),
        row.getString("coupon"),
        row.getString("payment_method"),
        row.getString("payment_token"),
        refusal == null ? null : json.readValue(refusal, Refused.class),
        row.getTimestamp("placed_at").toInstant(),
        row.getBoolean("imported"),
        List.of());
  }

  private List<HeldOrder> ordersOf(JdbcClient jdbc, long tradeId) {
    return withLines(
        jdbc,
        jdbc.sql(
                ORDER_COLUMNS
                    + " WHERE o.shard = :shard AND o.trade_id = :tradeId ORDER BY o.order_id LIMIT 1200")
            .param("shard", Ids.shardOf(tradeId))
            .param("tradeId", tradeId)
            .query((row, n) -> order(row))
            .list());
  }

  /** These orders of one database, by their ids; unknown ones are absent. */
  List<HeldOrder> byIds(JdbcClient jdbc, Collection<Long> orderIds) {
    return withLines(
        jdbc,
        jdbc.sql(
                ORDER_COLUMNS
                    + " WHERE o.shard = ANY(:shards) AND o.order_id = ANY(:ids) ORDER BY o.order_id DESC LIMIT 1200")
            .param("shards", orderIds.stream().map(Ids::shardOf).distinct().toArray(Integer[]::new))
            .param("ids", orderIds.toArray(Long[]::new))
            .query((row, n) -> order(row))
            .list());
  }

  /** An order, locked until the transaction ends. */
  Optional<HeldOrder> lock(JdbcClient jdbc, long orderId) {
    return jdbc.sql(
            "SELECT order_id FROM orders WHERE shard = :shard AND order_id = :orderId FOR UPDATE")
        .param("shard", Ids.shardOf(orderId))
        .param("orderId", orderId)
        .query(Long.class)
        .optional()
        .map(id -> byIds(jdbc, List.of(id)).getFirst());
  }

  /**
   * A part of the list of a buyer's orders that came to be, newest first.
   *
   * @param before the id that the part's first comes after
   */
  record Part(long buyerId, long before, int limit) {}

  /** What each of the parts holds; all lie in one database. */
  List<List<HeldOrder>> ofBuyers(JdbcClient jdbc, List<Part> parts) {
    record Placed(int part, HeldOrder held) {}
    // most buyers have one address, and reading it costs more than all the rest of a row
    Map<String, Address> addresses = new HashMap<>();
    List<Placed> found =
        jdbc.sql(
                """
                SELECT n.n, o.order_id, o.trade_id, o.buyer_id, o.seller_id, o.state, o.currency, o.goods,
                       o.discount, o.platform_discount, o.shipping, o.tax, o.total, o.refunded, o.reason,
                       o.placed_at, t.address::text AS address
                  FROM unnest(:shards, :buyerIds, :befores, :limits)
                       WITH ORDINALITY AS n(shard, buyer_id, before, wanted, n)
                 CROSS JOIN LATERAL (SELECT * FROM orders l
                                      WHERE l.shard = n.shard AND l.buyer_id = n.buyer_id
                                        AND l.order_id < n.before AND l.state NOT IN ('OPENED', 'REFUSED')
                                      ORDER BY l.order_id DESC
                                      LIMIT n.wanted) o
                  JOIN trade t ON t.shard = o.shard AND t.trade_id = o.trade_id
                 ORDER BY n.n, o.order_id DESC
                """)
            .param("shards", Columns.integers(parts, part -> Ids.shardOf(part.buyerId())))
            .param("buyerIds", Columns.numbers(parts, Part::buyerId))
            .param("befores", Columns.numbers(parts, Part::before))
            .param("limits", Columns.integers(parts, Part::limit))
            .query((row, n) ->
                new Placed(
                    row.getInt("n") - 1,
                    order(row, addresses.computeIfAbsent(row.getString("address"), this::address))))
            .list();
    List<HeldOrder> whole = withLines(jdbc, found.stream().map(Placed::held).toList());
    List<List<HeldOrder>> orders = new ArrayList<>();
    parts.forEach(part -> orders.add(new ArrayList<>()));
    for (int i = 0; i < whole.size(); i++) {
      orders.get(found.get(i).part()).add(whole.get(i));
    }
    return orders;
  }

  private Address address(String text) {
    return json.readValue(text, Address.class);
  }

  private HeldOrder order(ResultSet row) throws SQLException {
    return order(row, address(row.getString("address")));
  }

  private static HeldOrder order(ResultSet row, Address address) throws SQLException {
    String currency = row.getString("currency");
    return new HeldOrder(
        new Order(
            row.getLong("order_id"),
            row.getLong("trade_id"),
            row.getLong("buyer_id"),
            row.getLong("seller_id"),
            OrderState.valueOf(row.getString("state")),
            new Money(row.getLong("goods"), currency),
            new Money(row.getLong("discount"), currency),
            new Money(row.getLong("shipping"), currency),
            new Money(row.getLong("tax"), currency),
            new Money(row.getLong("total"), currency),
            new Money(row.getLong("refunded"), currency),
            address,
            row.getTimestamp("placed_at").toInstant(),
            row.getString("reason"),
            List.of()),
        row.getLong("platform_discount"),
        List.of());
  }

  private List<HeldOrder> withLines(JdbcClient jdbc, List<HeldOrder> orders) {
    if (orders.isEmpty()) {
      return orders;
    }
    record Row(long orderId, HeldLine line) {}
    // the same order may stand there twice: two who come together may ask for the same page
    Map<Long, String> currencies = new HashMap<>();
    orders.forEach(held -> currencies.put(held.order().orderId(), held.order().total().currency()));
    Map<String, Map<String, String>> options = new HashMap<>();
    Map<Long, List<HeldLine>> lines =
        jdbc
            .sql(
                """
                SELECT order_id, line_no, sku_id, product_id, code, title, options::text AS options, quantity,
                       unit_price_e4, amount, reservation_id, flash_sale_id, shipped, withdrawn, refunded
                  FROM order_line
                 WHERE shard = ANY(:shards) AND order_id = ANY(:ids)
                 ORDER BY order_id, line_no
                """)
            .param(
                "shards",
                currencies.keySet().stream().map(Ids::shardOf).distinct().toArray(Integer[]::new))
            .param("ids", currencies.keySet().toArray(Long[]::new))
            .query((row, n) ->
                new Row(
                    row.getLong("order_id"),
                    line(
                        row,
                        Objects.requireNonNull(currencies.get(row.getLong("order_id"))),
                        options)))
            .list()
            .stream()
            .collect(
                Collectors.groupingBy(
                    Row::orderId, Collectors.mapping(Row::line, Collectors.toList())));
    return orders.stream()
        .map(held -> withLines(held, lines.getOrDefault(held.order().orderId(), List.of())))
        .toList();
  }

  private static HeldOrder withLines(HeldOrder held, List<HeldLine> lines) {
    Order o = held.order();
    return new HeldOrder(
        new Order(
            o.orderId(),
            o.tradeId(),
            o.buyerId(),
            o.sellerId(),
            o.state(),
            o.goods(),
            o.discount(),
            o.shipping(),
            o.tax(),
            o.total(),
            o.refunded(),
            o.address(),
            o.placedAt(),
            o.reason(),
            lines.stream().map(HeldLine::line).toList()),
        held.platformDiscount(),
        lines);
  }

  private HeldLine line(ResultSet row, String currency, Map<String, Map<String, String>> options)
      throws SQLException {
    long flashSaleId = row.getLong("flash_sale_id");
    @Nullable Long flash = row.wasNull() ? null : flashSaleId;
    int quantity = row.getInt("quantity");
    int shipped = row.getInt("shipped");
    return new HeldLine(
        new Line(
            row.getInt("line_no"),
            row.getLong("sku_id"),
            row.getLong("product_id"),
            row.getString("code"),
            row.getString("title"),
            options.computeIfAbsent(row.getString("options"), this::options),
            quantity,
            new UnitPrice(row.getLong("unit_price_e4"), currency),
            new Money(row.getLong("amount"), currency),
            shipped,
            row.getInt("refunded")),
        row.getLong("reservation_id"),
        flash,
        quantity - shipped - row.getInt("withdrawn"));
  }

  private Map<String, String> options(String text) {
    return text.equals("{}")
        ? Map.of()
        : Collections.unmodifiableMap(
            json.readValue(text, new TypeReference<LinkedHashMap<String, String>>() {}));
  }

  /** Quantities by SKU as JSON keeps them. */
  Map<Long, Integer> units(String text) {
    return new TreeMap<>(json.readValue(text, new TypeReference<Map<Long, Integer>>() {}));
  }
}
