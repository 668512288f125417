package banyan.business.insight;

import banyan.platform.money.Money;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.Problem;
import banyan.platform.web.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A seller's figures. They follow the orders by events, usually within a second. */
@RestController
class DashboardController {
  /** Days one dashboard may span: a year and what a comparison with the last one needs. */
  private static final int DAYS_MAX = 800;

  private static final int DAYS_DEFAULT = 30;
  private static final LocalDate DAY_MIN = LocalDate.of(1970, 1, 1);
  private static final LocalDate DAY_MAX = LocalDate.of(2200, 1, 1);

  /**
   * @param to the last day, included
   * @param totals one for each currency: the exact sum of {@code days}
   */
  record Dashboard(
      LocalDate from,
      LocalDate to,
      List<Total> totals,
      List<Day> days,
      List<Best> bestSkus,
      OpenOrders openOrders) {}

  /**
   * @param gross what buyers paid
   * @param net gross − refunded; a day that refunds more than it sells is below zero
   */
  record Total(String currency, long orders, long units, Money gross, Money refunded, Money net) {}

  record Day(LocalDate day, long orders, long units, Money gross, Money refunded, Money net) {
    static Day of(Dashboards.Day day) {
      Money gross = new Money(day.gross(), day.currency());
      Money refunded = new Money(day.refunded(), day.currency());
      return new Day(day.day(), day.orders(), day.units(), gross, refunded, gross.minus(refunded));
    }
  }

  record Best(String skuId, String productId, String title, long units, Money gross) {
    static Best of(Dashboards.Best best) {
      return new Best(
          Long.toString(best.skuId()),
          Long.toString(best.productId()),
          best.title(),
          best.units(),
          new Money(best.gross(), best.currency()));
    }
  }

  /**
   * @param byState how many orders are in each open state
   * @param oldest at most 20, oldest first
   */
  record OpenOrders(long count, Map<String, Long> byState, List<OpenOrder> oldest) {}

  record OpenOrder(String id, String state, Money total, Instant changedAt) {
    static OpenOrder of(Dashboards.OpenOrder order) {
      return new OpenOrder(
          Long.toString(order.orderId()),
          order.state(),
          new Money(order.total(), order.currency()),
          order.changedAt());
    }
  }

  private final Dashboards dashboards;
  private final Clock clock;

  DashboardController(Dashboards dashboards, Clock clock) {
    this.dashboards = dashboards;
    this.clock = clock;
  }

  /**
   * @param from first day, UTC; 30 days up to {@code to} when it is not given
   * @param to last day, UTC; today when it is not given
   */
  @GetMapping("/api/seller/dashboard")
  @Allow(Role.SELLER)
  Dashboard dashboard(
      Caller caller,
      @RequestParam(required = false) @Nullable LocalDate from,
      @RequestParam(required = false) @Nullable LocalDate to) {
    LocalDate last = to == null ? Sales.dayOf(clock.instant()) : inRange("to", to);
    LocalDate first = from == null ? last.minusDays(DAYS_DEFAULT - 1L) : inRange("from", from);
    if (first.isAfter(last) || first.isBefore(last.minusDays(DAYS_MAX - 1L))) {
      throw Problem.invalid("from", "must be at most " + DAYS_MAX + " days before to");
    }
    long sellerId = caller.accountId();
    return dashboards.atOnce(sellerId, () -> dashboard(sellerId, first, last));
  }

  private Dashboard dashboard(long sellerId, LocalDate first, LocalDate last) {
    List<Dashboards.Day> days = dashboards.days(sellerId, first, last);
    Map<String, Long> byState = new TreeMap<>();
    dashboards.openCounts(sellerId).forEach(open -> byState.put(open.state(), open.orders()));
    return new Dashboard(
        first,
        last,
        totals(days),
        days.stream().map(Day::of).toList(),
        dashboards.best(sellerId, first, last).stream().map(Best::of).toList(),
        new OpenOrders(
            byState.values().stream().mapToLong(Long::longValue).sum(),
            byState,
            dashboards.oldestOpen(sellerId).stream().map(OpenOrder::of).toList()));
  }

  private static LocalDate inRange(String name, LocalDate day) {
    if (day.isBefore(DAY_MIN) || day.isAfter(DAY_MAX)) {
      throw Problem.invalid(name, "must be between " + DAY_MIN + " and " + DAY_MAX);
    }
    return day;
  }

  private static List<Total> totals(List<Dashboards.Day> days) {
    Map<String, List<Dashboards.Day>> byCurrency = new TreeMap<>();
    days.forEach(
        day -> byCurrency.computeIfAbsent(day.currency(), c -> new ArrayList<>()).add(day));
    List<Total> totals = new ArrayList<>();
    byCurrency.forEach((currency, part) -> {
      Money gross = new Money(part.stream().mapToLong(Dashboards.Day::gross).sum(), currency);
      Money refunded = new Money(part.stream().mapToLong(Dashboards.Day::refunded).sum(), currency);
      totals.add(
          new Total(
              currency,
              part.stream().mapToLong(Dashboards.Day::orders).sum(),
              part.stream().mapToLong(Dashboards.Day::units).sum(),
              gross,
              refunded,
              gross.minus(refunded)));
    });
    return totals;
  }
}
