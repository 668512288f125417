package banyan.business.insight;

import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.Page;
import banyan.platform.web.Role;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a seller has given back. */
@RestController
class RefundController {
  /**
   * @param day UTC
   */
  record SellerRefund(String id, String orderId, LocalDate day, Money amount) {}

  private record Row(long refundId, long orderId, LocalDate day, String currency, long amount) {}

  private final Database database;

  RefundController(Databases databases) {
    this.database = databases.module("insight");
  }

  /** Refunds from new to old; they follow the orders, usually within a second. */
  @GetMapping("/api/seller/refunds")
  @Allow(Role.SELLER)
  Page<SellerRefund> list(
      Caller caller,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable @Size(max = 100) String cursor) {
    long before = Page.decodeId(cursor);
    List<Row> rows =
        database.read(
            caller.accountId(),
            jdbc ->
                jdbc.sql(
                        """
                        SELECT refund_id, order_id, day, currency, amount
                          FROM insight_refund
                         WHERE shard = :shard AND seller_id = :sellerId AND refund_id < :before
                         ORDER BY refund_id DESC
                         LIMIT :limit
                        """)
                    .param("shard", Ids.shardOf(caller.accountId()))
                    .param("sellerId", caller.accountId())
                    .param("before", before)
                    .param("limit", limit + 1)
                    .query(Row.class)
                    .list());
    return Page.of(rows, limit, row -> Long.toString(row.refundId()))
        .map(row ->
            new SellerRefund(
                Long.toString(row.refundId()),
                Long.toString(row.orderId()),
                row.day(),
                new Money(row.amount(), row.currency())));
  }
}
