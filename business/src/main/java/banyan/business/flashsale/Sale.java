package banyan.business.flashsale;

import banyan.platform.money.UnitPrice;
import java.time.Instant;

/**
 * A sale as its row has it.
 *
 * @param e4 price of one unit, see {@link UnitPrice}
 * @param quantity units it was to have
 * @param state {@code OPENING, OPEN, ENDED}
 * @param moved units it was given
 * @param returns how often what was left has gone home
 * @param begun whether its window has opened, by the database's clock
 * @param over whether its window has closed, by the database's clock
 */
record Sale(
    long saleId,
    long sellerId,
    long skuId,
    long e4,
    String currency,
    int quantity,
    int perBuyerMax,
    Instant startsAt,
    Instant endsAt,
    String state,
    int moved,
    int returns,
    boolean begun,
    boolean over) {

  UnitPrice price() {
    return new UnitPrice(e4, currency);
  }

  /** Where its own stock lies. */
  String location() {
    return "flash-" + saleId;
  }

  boolean runs() {
    return state.equals("OPEN") && begun && !over;
  }

  /** For people: {@code opening, upcoming, running, ended}. */
  String phase() {
    return switch (state) {
      case "OPENING" -> "opening";
      case "OPEN" -> over ? "ended" : begun ? "running" : "upcoming";
      default -> "ended";
    };
  }
}
