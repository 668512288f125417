package banyan.business.flashsale;

import banyan.business.inventory.Inventory;
import banyan.platform.data.Databases;
import banyan.platform.jobs.Jobs;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Brings a sale its stock and takes home what is left. The stock lives in another module, so a step
 * there and the note of it here are two transactions: the movement's cause makes a repeat harmless,
 * and the background job repeats whatever a crash has left half done.
 */
@Component
class SaleStock {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Sales one pass moves on: a second's work. */
  private static final int SALES_MAX = 100;

  private final SaleRows rows;
  private final Inventory inventory;

  SaleStock(SaleRows rows, Inventory inventory, Databases databases, Jobs jobs) {
    this.rows = rows;
    this.inventory = inventory;
    jobs.every(EVERY, "flash-sales", databases.module("flashsale"), this::settleDue);
  }

  private void settleDue(JdbcClient jdbc) {
    SaleRows.due(jdbc, SALES_MAX).forEach(this::settle);
  }

  /** Does what is to be done for a sale now; a repeat does nothing more. */
  void settle(long saleId) {
    Sale sale = rows.find(saleId).orElseThrow();
    if (sale.state().equals("OPENING")) {
      rows.opened(
          sale,
          inventory.move(
              "flash-open-" + saleId,
              sale.skuId(),
              Inventory.MAIN,
              sale.location(),
              sale.quantity()));
      sale = rows.find(saleId).orElseThrow();
    }
    if (sale.state().equals("OPEN") && sale.over()) {
      rows.ended(sale);
      sale = rows.find(saleId).orElseThrow();
    }
    if (sale.state().equals("ENDED")) {
      takeHome(sale);
    }
  }

  private void takeHome(Sale sale) {
    long left = inventory.availableAt(sale.skuId(), sale.location());
    if (left > 0) {
      inventory.move(
          "flash-return-" + sale.saleId() + "-" + sale.returns(),
          sale.skuId(),
          sale.location(),
          Inventory.MAIN,
          (int) Math.min(left, Inventory.QUANTITY_MAX));
    }
    rows.returned(sale, left > 0);
  }
}
