package banyan.business.catalog;

import banyan.platform.audit.Staff;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Takes products from sale for the house, and gives them back. The seller's own wish stays as it
 * is: it counts again when the staff has nothing against the product any more.
 */
@Component
class Withdrawals {
  private final Database database;
  private final Showcase showcase;

  Withdrawals(Databases databases, Showcase showcase) {
    this.database = databases.module("catalog");
    this.showcase = showcase;
  }

  /** A repeat with the same reason changes nothing. */
  void withdraw(Product product, String reason, Staff by) {
    mark(product, reason, by.acted(product.productId(), "product-withdrawn", "product", reason));
  }

  /** A repeat changes nothing. */
  void restore(Product product, String reason, Staff by) {
    mark(product, null, by.acted(product.productId(), "product-restored", "product", reason));
  }

  private void mark(
      Product product, @Nullable String reason, banyan.platform.audit.StaffActed acted) {
    long productId = product.productId();
    database.change(
        productId,
        jdbc -> {
          int changed =
              jdbc.sql(
                      """
                      UPDATE product SET withdrawn = :reason
                       WHERE shard = :shard AND product_id = :product AND withdrawn IS DISTINCT FROM :reason
                      """)
                  .param("reason", reason, java.sql.Types.VARCHAR)
                  .param("shard", Ids.shardOf(productId))
                  .param("product", productId)
                  .update();
          if (changed == 1) {
            database.publish(acted);
            database.publish(new ProductChanged(productId, product.sellerId()));
          }
        });
    showcase.changed(List.of(productId));
  }
}
