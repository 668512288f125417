package banyan.business.order;

import banyan.business.order.Held.HeldOrder;
import banyan.business.order.OrderApi.RefundAnswer;
import banyan.business.order.OrderApi.RefundRequest;
import banyan.platform.audit.Staff;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the staff sees of anybody's orders, and does with them. */
@RestController
class AdminOrderApi {
  private final OrderLists lists;
  private final Aftermath orders;
  private final OrderApi buyers;
  private final OrderLife life;
  private final RefundDesk refunds;

  AdminOrderApi(
      OrderLists lists, Aftermath orders, OrderApi buyers, OrderLife life, RefundDesk refunds) {
    this.lists = lists;
    this.orders = orders;
    this.buyers = buyers;
    this.life = life;
    this.refunds = refunds;
  }

  /**
   * Orders of all buyers that came to be, from new to old.
   *
   * @param seller id of the shop
   * @param buyer id of the account, or of the guest
   */
  @Allow({Role.SUPPORT, Role.ADMIN})
  @GetMapping("/api/admin/orders")
  Page<OrderView> list(
      @RequestParam(required = false) @Nullable OrderState state,
      @RequestParam(required = false) @Size(max = 19) @Nullable String seller,
      @RequestParam(required = false) @Size(max = 19) @Nullable String buyer,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable @Size(max = 100) String cursor) {
    OrderLists.Filter filter =
        new OrderLists.Filter(state, idOf("buyer", buyer), idOf("seller", seller));
    List<Long> ids = lists.newest(filter, Page.decodeId(cursor), limit + 1);
    Map<Long, HeldOrder> found =
        orders.load(ids).stream()
            .collect(Collectors.toMap(held -> held.order().orderId(), Function.identity()));
    return Page.of(ids, limit, String::valueOf)
        .map(id -> {
          HeldOrder held = found.get(id);
          if (held == null) {
            throw new IllegalStateException("listed order " + id + " is not there");
          }
          return OrderView.of(held.order());
        });
  }

  private static @Nullable Long idOf(String name, @Nullable String text) {
    return text == null || text.isBlank()
        ? null
        : Ids.parse(text.strip()).orElseThrow(() -> Problem.invalid(name, "is not an id"));
  }

  @Allow({Role.SUPPORT, Role.ADMIN})
  @GetMapping("/api/admin/orders/{id}")
  OrderView inspect(@PathVariable String id) {
    return buyers.whole(buyers.visible(id));
  }

  @Allow({Role.SUPPORT, Role.ADMIN})
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/admin/orders/{id}/refunds")
  ResponseEntity<RefundAnswer> refund(
      Staff staff,
      IdempotencyKey key,
      @PathVariable String id,
      @RequestBody @Valid RefundRequest request) {
    boolean restock = request.restock() == null || request.restock();
    return OrderApi.refunded(
        refunds.refund(
            key.value(),
            OrderApi.idOf(id),
            null,
            OrderApi.units(request.lines()),
            restock,
            null,
            staff));
  }

  @Allow({Role.SUPPORT, Role.ADMIN})
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/admin/orders/{id}/cancel")
  OrderView cancel(Staff staff, @PathVariable String id) {
    return OrderApi.changed(
        life.cancel(OrderApi.idOf(id), null, "cancelled_by_staff", null, staff));
  }
}
