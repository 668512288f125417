package banyan.business.flashsale;

import banyan.business.inventory.Inventory;
import banyan.platform.money.UnitPrice;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

@Service
class LocalFlashSales implements FlashSales {
  private final SaleRows rows;
  private final SaleStock stock;
  private final Claims claims;
  private final Inventory inventory;

  LocalFlashSales(SaleRows rows, SaleStock stock, Claims claims, Inventory inventory) {
    this.rows = rows;
    this.stock = stock;
    this.claims = claims;
    this.inventory = inventory;
  }

  @Override
  public Map<Long, Offer> running(Collection<Long> skuIds) {
    Map<Long, Offer> offers = new HashMap<>();
    for (Sale sale : rows.running(skuIds)) {
      if (inventory.availableAt(sale.skuId(), sale.location()) > 0) {
        offers.put(
            sale.skuId(),
            new Offer(
                sale.saleId(),
                sale.skuId(),
                sale.price(),
                sale.location(),
                sale.perBuyerMax(),
                sale.endsAt()));
      }
    }
    return offers;
  }

  @Override
  public boolean begin(
      String idempotencyKey,
      long sellerId,
      long skuId,
      UnitPrice price,
      int quantity,
      int perBuyerMax,
      Instant endsAt) {
    Optional<Long> saleId =
        rows.create(
            sellerId,
            idempotencyKey,
            new SaleRows.Draft(skuId, price, quantity, perBuyerMax, null, endsAt));
    saleId.ifPresent(stock::settle);
    return saleId.isPresent();
  }

  @Override
  public Claim claim(long orderId, long buyerId, long saleId, int quantity) {
    if (quantity < 1) {
      throw new IllegalArgumentException("quantity must be 1 or more: " + quantity);
    }
    Optional<Sale> sale = rows.find(saleId);
    if (sale.isEmpty()) {
      return new NotRunning(saleId);
    }
    if (!sale.get().runs()) {
      return claims.holds(orderId, buyerId, saleId) ? new Claimed(saleId) : new NotRunning(saleId);
    }
    return claims.claim(orderId, buyerId, sale.get(), quantity);
  }

  @Override
  public void giveBack(long orderId, long buyerId) {
    claims.giveBack(orderId, buyerId);
  }
}
