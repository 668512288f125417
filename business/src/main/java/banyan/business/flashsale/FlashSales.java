package banyan.business.flashsale;

import banyan.platform.money.UnitPrice;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** Sales with a window, their own stock and a limit for each buyer, as checkout sees them. */
public interface FlashSales {
  /**
   * What a running sale offers.
   *
   * @param location where its own stock lies; a reservation takes from there only
   * @param perBuyerMax units one buyer may have of it
   */
  record Offer(
      long saleId, long skuId, UnitPrice price, String location, int perBuyerMax, Instant endsAt)
      implements Serializable {}

  /**
   * The running sale of each SKU that still has stock of its own; most SKUs have none. At most
   * 1,000 at a time.
   */
  Map<Long, Offer> running(Collection<Long> skuIds);

  /**
   * Begins a sale now, with stock of its own taken from the main stock as far as that goes.
   *
   * @param idempotencyKey a repeat does nothing
   * @return false when the SKU is in another sale at that time
   */
  boolean begin(
      String idempotencyKey,
      long sellerId,
      long skuId,
      UnitPrice price,
      int quantity,
      int perBuyerMax,
      Instant endsAt);

  /** What claiming came to. */
  sealed interface Claim extends Serializable permits Claimed, LimitReached, NotRunning {}

  record Claimed(long saleId) implements Claim {}

  /**
   * @param left units that this buyer may still have
   */
  record LimitReached(long saleId, int left) implements Claim {}

  record NotRunning(long saleId) implements Claim {}

  /**
   * Counts units of a sale against the buyer's limit.
   *
   * @param orderId with the sale it names the claim; a repeat returns the first answer
   */
  Claim claim(long orderId, long buyerId, long saleId, int quantity);

  /** The order came to nothing: the buyer may buy again. A repeat does nothing. */
  void giveBack(long orderId, long buyerId);
}
