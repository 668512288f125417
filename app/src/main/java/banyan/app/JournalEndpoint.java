package banyan.app;

import banyan.business.order.OrderState;
import banyan.business.order.Orders;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Compares what a witness outside has written down with what the shop knows: {@code POST
 * /actuator/journal} on the management port. An order that was acknowledged must be there, for the
 * same money, and must have been paid.
 */
@WebEndpoint(id = "journal")
class JournalEndpoint {
  /** Lines of one question; each is one read by key. */
  private static final int LINES_MAX = 1_000;

  private static final Set<OrderState> NEVER_PAID =
      EnumSet.of(OrderState.OPENED, OrderState.AWAITING_PAYMENT, OrderState.REFUSED);

  /**
   * @param wrong a sentence for each line that the shop contradicts
   */
  record Compared(int orders, List<String> wrong) {}

  private final Orders orders;

  JournalEndpoint(Orders orders) {
    this.orders = orders;
  }

  /**
   * @param acknowledged lines of an order's id and its total in minor units, with a space between
   */
  @WriteOperation
  WebEndpointResponse<?> compare(String acknowledged) {
    List<String> lines = acknowledged.lines().filter(line -> !line.isBlank()).toList();
    if (lines.size() > LINES_MAX) {
      return new WebEndpointResponse<>(400);
    }
    List<String> wrong = new ArrayList<>();
    for (String line : lines) {
      String objection = objection(line);
      if (objection != null) {
        wrong.add(objection);
      }
    }
    return new WebEndpointResponse<>(new Compared(lines.size(), wrong), 200);
  }

  private @Nullable String objection(String line) {
    String[] parts = line.split(" ");
    long id = Ids.parse(parts[0]).orElse(0);
    Optional<Orders.Order> found = orders.find(id);
    if (found.isEmpty()) {
      return "order " + parts[0] + " was acknowledged and is not there";
    }
    Orders.Order order = found.get();
    if (NEVER_PAID.contains(order.state())) {
      return "order " + parts[0] + " was acknowledged and is " + order.state();
    }
    String total = Long.toString(order.total().amount());
    return parts.length > 1 && total.equals(parts[1])
        ? null
        : "order " + line + " was acknowledged and costs " + total;
  }
}
