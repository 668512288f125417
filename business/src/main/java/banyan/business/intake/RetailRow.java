package banyan.business.intake;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * One row of the Online Retail data set (UCI Machine Learning Repository no. 352; Chen, Sain, Guo
 * 2012).
 *
 * @param customer number without its decimal point; empty when nobody wrote it down
 */
record RetailRow(
    long number,
    String invoice,
    String code,
    String description,
    int quantity,
    Instant at,
    BigDecimal price,
    String customer,
    String country,
    String source) {
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final ZoneId SHOP = ZoneId.of("Europe/London");

  /**
   * @throws RuntimeException when a field is not what it should be
   */
  static RetailRow of(long number, NamedCsvRecord row) {
    String customer = row.getField("CustomerID");
    int dot = customer.indexOf('.');
    return new RetailRow(
        number,
        row.getField("InvoiceNo").strip(),
        row.getField("StockCode").strip(),
        row.getField("Description").strip(),
        Integer.parseInt(row.getField("Quantity")),
        LocalDateTime.parse(row.getField("InvoiceDate"), DATE).atZone(SHOP).toInstant(),
        new BigDecimal(row.getField("UnitPrice")),
        dot < 0 ? customer : customer.substring(0, dot),
        row.getField("Country"),
        String.join(",", row.getFields()));
  }

  BigDecimal money() {
    return price.multiply(BigDecimal.valueOf(quantity));
  }

  boolean isCancellation() {
    return invoice.startsWith("C");
  }

  /** Goods sold for money. */
  boolean isSale() {
    return !isCancellation()
        && Character.isDigit(invoice.charAt(0))
        && quantity > 0
        && price.signum() > 0;
  }

  /** Goods that went without money: samples, gifts, losses, corrections of the count. */
  boolean isWithoutMoney() {
    return !isCancellation() && price.signum() == 0;
  }
}
