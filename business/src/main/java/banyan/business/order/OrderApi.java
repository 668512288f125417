package banyan.business.order;

import banyan.business.order.Held.HeldOrder;
import banyan.business.order.Orders.Change;
import banyan.business.order.Orders.Changed;
import banyan.business.order.Orders.NoSuchOrder;
import banyan.business.order.Orders.NoSuchOrderToRefund;
import banyan.business.order.Orders.NotNow;
import banyan.business.order.Orders.RefundOutcome;
import banyan.business.order.Orders.RefundRefused;
import banyan.business.order.Orders.Refunded;
import banyan.business.pricing.Pricing;
import banyan.platform.data.Databases;
import banyan.platform.data.Shared;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.web.Allow;
import banyan.platform.web.Buyer;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A buyer's orders. */
@RestController
class OrderApi {
  private final Shared<OrderRows.Part, List<HeldOrder>> lists;
  private final Orders orders;
  private final OrderLife life;
  private final RefundDesk refunds;

  OrderApi(Databases databases, OrderRows rows, Orders orders, OrderLife life, RefundDesk refunds) {
    this.lists = databases.module("order").sharedRead("lists", rows::ofBuyers);
    this.orders = orders;
    this.life = life;
    this.refunds = refunds;
  }

  @Allow(everyone = true)
  @GetMapping("/api/orders")
  Page<OrderView> list(
      Buyer buyer,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable @Size(max = 100) String cursor) {
    long before = Page.decodeId(cursor);
    List<HeldOrder> found =
        lists.take(buyer.id(), new OrderRows.Part(buyer.id(), before, limit + 1));
    return Page.of(found, limit, held -> Long.toString(held.order().orderId()))
        .map(held -> OrderView.of(held.order()));
  }

  @Allow(everyone = true)
  @GetMapping("/api/orders/{id}")
  OrderView show(Buyer buyer, @PathVariable String id) {
    HeldOrder held = visible(id);
    if (held.order().buyerId() != buyer.id()) {
      throw Problem.notFound("order");
    }
    return whole(held);
  }

  HeldOrder visible(String id) {
    return life.find(idOf(id))
        .filter(held ->
            held.order().state() != OrderState.OPENED && held.order().state() != OrderState.REFUSED)
        .orElseThrow(() -> Problem.notFound("order"));
  }

  OrderView whole(HeldOrder held) {
    long orderId = held.order().orderId();
    return OrderView.of(
        held.order(), life.shipments(orderId), refunds.refundsOf(orderId), life.stepsOf(orderId));
  }

  @Allow(everyone = true)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/orders/{id}/cancel")
  OrderView cancel(Buyer buyer, @PathVariable String id) {
    return changed(orders.cancel(idOf(id), buyer.id(), "cancelled_by_buyer", null));
  }

  @Allow(everyone = true)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/orders/{id}/receive")
  OrderView receive(Buyer buyer, @PathVariable String id) {
    return changed(orders.receive(idOf(id), buyer.id(), null));
  }

  record UnitsRequest(
      @NotBlank @Size(max = 20) String skuId,
      @NotNull @Min(1) @Max(Pricing.QUANTITY_MAX) Integer quantity) {}

  /**
   * @param restock whether the goods can be sold again; yes when not said
   */
  record RefundRequest(
      @NotEmpty @Valid @Size(max = Orders.LINES_MAX) List<@NotNull @Valid UnitsRequest> lines,
      @Nullable Boolean restock) {}

  record RefundAnswer(String id, String orderId, Money amount, OrderView order) {}

  @Allow(everyone = true)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/orders/{id}/refunds")
  ResponseEntity<RefundAnswer> refund(
      Buyer buyer,
      IdempotencyKey key,
      @PathVariable String id,
      @RequestBody @Valid RefundRequest request) {
    return refunded(
        orders.refund(key.value(), idOf(id), buyer.id(), units(request.lines()), true, null));
  }

  static long idOf(String text) {
    return Ids.parse(text).orElseThrow(() -> Problem.notFound("order"));
  }

  static OrderView changed(Change change) {
    return switch (change) {
      case Changed(Orders.Order order) -> OrderView.of(order);
      case NotNow(OrderState state, String detail) ->
          throw Problem.of(HttpStatus.CONFLICT, "not_now", detail).with("state", state.name());
      case NoSuchOrder() -> throw Problem.notFound("order");
    };
  }

  static ResponseEntity<RefundAnswer> refunded(RefundOutcome outcome) {
    return switch (outcome) {
      case Refunded(long refundId, Money amount, Orders.Order order) ->
          ResponseEntity.status(HttpStatus.CREATED)
              .body(
                  new RefundAnswer(
                      Long.toString(refundId),
                      Long.toString(order.orderId()),
                      amount,
                      OrderView.of(order)));
      case RefundRefused(String code, String detail, Map<String, String> facts) -> {
        Problem problem = Problem.of(HttpStatus.CONFLICT, code, detail);
        facts.forEach(problem::with);
        throw problem;
      }
      case NoSuchOrderToRefund() -> throw Problem.notFound("order");
    };
  }

  static Map<Long, Integer> units(List<UnitsRequest> lines) {
    Map<Long, Integer> units = new TreeMap<>();
    lines.forEach(line ->
        units.merge(Ids.parse(line.skuId()).orElse(0), line.quantity(), OrderApi::atMostALine));
    return units;
  }

  private static int atMostALine(int one, int other) {
    if (one + other > Pricing.QUANTITY_MAX) {
      throw Problem.invalid("/lines", "may name " + Pricing.QUANTITY_MAX + " units of a SKU");
    }
    return one + other;
  }
}
