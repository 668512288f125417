package banyan.business.order;

import banyan.business.order.Held.HeldOrder;
import banyan.business.order.OrderApi.RefundAnswer;
import banyan.business.order.OrderApi.RefundRequest;
import banyan.business.order.OrderApi.UnitsRequest;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.events.Events;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A seller's orders. They lie on the shards of their buyers; a list by seller is an index on the
 * seller's shard that the orders' events keep.
 */
@RestController
class SellerOrderApi {
  /**
   * How long a list waits for the index to hear of the orders that were placed before it was asked
   * for.
   */
  private static final Duration CATCH_UP = Duration.ofMillis(300);

  private final Database database;
  private final Aftermath orders;
  private final Orders door;
  private final OrderApi buyers;

  SellerOrderApi(
      Databases databases, Events events, Aftermath orders, Orders door, OrderApi buyers) {
    this.buyers = buyers;
    this.database = databases.module("order");
    this.orders = orders;
    this.door = door;
    events.hear(
        "order.seller-index",
        database,
        OrderChanged.class,
        OrderChanged::sellerId,
        SellerOrderApi::index);
  }

  /** Of several events of one order the last one counts. */
  private static void index(JdbcClient jdbc, List<OrderChanged> events) {
    Map<Long, OrderChanged> last = new LinkedHashMap<>();
    events.stream()
        .filter(event -> event.to() != OrderState.OPENED && event.to() != OrderState.REFUSED)
        .forEach(event -> last.put(event.orderId(), event));
    if (last.isEmpty()) {
      return;
    }
    List<OrderChanged> rows = List.copyOf(last.values());
    jdbc.sql(
            """
            INSERT INTO seller_order AS s (shard, seller_id, order_id, buyer_id, state, placed_at)
            SELECT seller_id & %d, seller_id, order_id, buyer_id, state, to_timestamp(at)
              FROM unnest(:sellerIds, :orderIds, :buyerIds, :states, :ats)
                   AS t(seller_id, order_id, buyer_id, state, at)
            ON CONFLICT (shard, seller_id, order_id) DO UPDATE SET state = excluded.state
            """
                .formatted(Ids.SHARDS - 1))
        .param("sellerIds", rows.stream().map(OrderChanged::sellerId).toArray(Long[]::new))
        .param("orderIds", rows.stream().map(OrderChanged::orderId).toArray(Long[]::new))
        .param("buyerIds", rows.stream().map(OrderChanged::buyerId).toArray(Long[]::new))
        .param("states", rows.stream().map(event -> event.to().name()).toArray(String[]::new))
        .param(
            "ats",
            rows.stream().map(event -> event.at().toEpochMilli() / 1000.0).toArray(Double[]::new))
        .update();
  }

  /** What a seller wants to see: a state that a seller sees, or what waits for a parcel. */
  enum Wanted {
    /** {@code PAID} and {@code PARTLY_SHIPPED}. */
    TO_SHIP,
    AWAITING_PAYMENT,
    PAID,
    PARTLY_SHIPPED,
    SHIPPED,
    RECEIVED,
    CANCELLED;

    /** The states as they stand in a statement: a plan for these is another one than for all. */
    private String condition() {
      return this == TO_SHIP
          ? "AND state IN ('PAID', 'PARTLY_SHIPPED')"
          : "AND state = '" + name() + "'";
    }
  }

  /** Orders from new to old. */
  @Allow(Role.SELLER)
  @GetMapping("/api/seller/orders")
  Page<OrderView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Wanted state,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable @Size(max = 100) String cursor) {
    long before = Page.decodeId(cursor);
    database.awaitCarried(CATCH_UP);
    List<Long> ids =
        database.read(
            caller.accountId(),
            jdbc ->
                jdbc.sql(
                        """
                        SELECT order_id
                          FROM seller_order
                         WHERE shard = :shard AND seller_id = :sellerId AND order_id < :before %s
                         ORDER BY order_id DESC
                         LIMIT :limit
                        """
                            .formatted(state == null ? "" : state.condition()))
                    .param("shard", Ids.shardOf(caller.accountId()))
                    .param("sellerId", caller.accountId())
                    .param("before", before)
                    .param("limit", limit + 1)
                    .query(Long.class)
                    .list());
    Map<Long, HeldOrder> found =
        orders.load(ids).stream()
            .collect(Collectors.toMap(held -> held.order().orderId(), Function.identity()));
    return Page.of(ids, limit, String::valueOf)
        .map(id -> {
          HeldOrder held = found.get(id);
          if (held == null) {
            throw new IllegalStateException("indexed order " + id + " is not there");
          }
          return OrderView.of(held.order());
        });
  }

  /**
   * @param lines what is in the parcel; all that is left when not said
   */
  record ShipmentRequest(
      @Nullable @Valid @Size(max = Orders.LINES_MAX) List<@NotNull @Valid UnitsRequest> lines,
      @Nullable @Size(max = 100) String tracking) {}

  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/seller/orders/{id}/shipments")
  ResponseEntity<OrderView> ship(
      Caller caller,
      IdempotencyKey key,
      @PathVariable String id,
      @RequestBody(required = false) @Nullable @Valid ShipmentRequest request) {
    Map<Long, Integer> parcel =
        request == null || request.lines() == null ? Map.of() : OrderApi.units(request.lines());
    String tracking = request == null ? null : request.tracking();
    return ResponseEntity.status(HttpStatus.CREATED)
        .body(
            OrderApi.changed(
                door.ship(
                    key.value(),
                    OrderApi.idOf(id),
                    caller.accountId(),
                    parcel,
                    tracking,
                    (Instant) null)));
  }

  @Allow(Role.SELLER)
  @GetMapping("/api/seller/orders/{id}")
  OrderView show(Caller caller, @PathVariable String id) {
    return buyers.whole(mine(caller, id));
  }

  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/seller/orders/{id}/refunds")
  ResponseEntity<RefundAnswer> refund(
      Caller caller,
      IdempotencyKey key,
      @PathVariable String id,
      @RequestBody @Valid RefundRequest request) {
    Orders.Order order = mine(caller, id).order();
    boolean restock = request.restock() == null || request.restock();
    return OrderApi.refunded(
        door.refund(
            key.value(), order.orderId(), null, OrderApi.units(request.lines()), restock, null));
  }

  private HeldOrder mine(Caller caller, String id) {
    HeldOrder held = buyers.visible(id);
    if (held.order().sellerId() != caller.accountId()) {
      throw Problem.notFound("order");
    }
    return held;
  }
}
