package banyan.business.catalog;

import banyan.business.inventory.Inventory;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.data.Intent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Books goods in once, however often the seller sends the receipt. */
@Component
class Receipts {
  private record Receipt(long skuId, String location, int quantity) {}

  private final Database database;
  private final Inventory inventory;

  Receipts(Databases databases, Inventory inventory) {
    this.database = databases.module("catalog");
    this.inventory = inventory;
  }

  /** The stock after it; a repeat books nothing and returns the stock as it is then. */
  Inventory.Stock book(
      @Nullable String idempotencyKey, long sellerId, long skuId, String location, int quantity) {
    // Inventory knows a receipt by its cause only. Kept here too, the same key with other goods is
    // told to the caller instead of being taken for a repeat.
    String cause =
        database.once(
            sellerId,
            Intent.of(
                "receipt:" + sellerId, idempotencyKey, new Receipt(skuId, location, quantity)),
            jdbc -> "receipt:" + UUID.randomUUID());
    return inventory.receive(cause, skuId, location, quantity);
  }
}
