package banyan.business.order;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** The door of orders in this process. */
@Service
class LocalOrders implements Orders {
  private final Database database;
  private final Counter counter;
  private final OrderLife life;
  private final RefundDesk refunds;

  LocalOrders(Databases databases, Counter counter, OrderLife life, RefundDesk refunds) {
    this.database = databases.module("order");
    this.counter = counter;
    this.life = life;
    this.refunds = refunds;
  }

  @Override
  public Outcome checkout(Checkout checkout) {
    return counter.checkout(checkout);
  }

  @Override
  public Change cancel(long orderId, @Nullable Long buyerId, String reason, @Nullable Instant at) {
    return life.cancel(orderId, buyerId, reason, at);
  }

  @Override
  public Change ship(
      @Nullable String idempotencyKey,
      long orderId,
      long sellerId,
      Map<Long, Integer> parcel,
      @Nullable String tracking,
      @Nullable Instant at) {
    return life.ship(idempotencyKey, orderId, sellerId, parcel, tracking, at);
  }

  @Override
  public Change receive(long orderId, @Nullable Long buyerId, @Nullable Instant at) {
    return life.receive(orderId, buyerId, at);
  }

  @Override
  public RefundOutcome refund(
      @Nullable String idempotencyKey,
      long orderId,
      @Nullable Long buyerId,
      Map<Long, Integer> units,
      boolean restock,
      @Nullable Instant at) {
    return refunds.refund(idempotencyKey, orderId, buyerId, units, restock, at);
  }

  @Override
  public Optional<Order> find(long orderId) {
    return life.find(orderId).map(Held.HeldOrder::order);
  }

  @Override
  public List<ReceivedLine> receivedLines(long buyerId, long productId) {
    return database.fresh(
        buyerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT l.order_id, l.line_no, l.sku_id
                      FROM order_line l
                      JOIN orders o ON o.shard = l.shard AND o.order_id = l.order_id
                     WHERE l.shard = :shard AND l.buyer_id = :buyerId AND l.product_id = :productId
                       AND o.state = 'RECEIVED'
                     ORDER BY l.order_id, l.line_no
                     LIMIT 100
                    """)
                .param("shard", Ids.shardOf(buyerId))
                .param("buyerId", buyerId)
                .param("productId", productId)
                .query(ReceivedLine.class)
                .list());
  }
}
