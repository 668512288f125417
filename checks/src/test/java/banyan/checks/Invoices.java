package banyan.checks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A file in the format of Online Retail: an invoice an hour, now and then a cancellation of an
 * earlier sale, one that cancels nothing, goods without price and a row that is none. The same file
 * each time.
 */
final class Invoices {
  private static final int ARTICLES = 60;
  private static final int CUSTOMERS = 40;
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private record Sold(int article, int units, int pence, int customer) {}

  private final Random random = new Random(20101201);
  private final List<Sold> sales = new ArrayList<>();
  private final PrintWriter out;
  private long rows;

  private Invoices(PrintWriter out) {
    this.out = out;
  }

  /** Writes the file; returns how many rows it has below its header. */
  static long write(Path file, int invoices) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      out.println(
          "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country");
      Invoices writer = new Invoices(out);
      LocalDateTime at = LocalDateTime.parse("2010-12-01T08:00:00");
      for (int number = 0; number < invoices; number++) {
        writer.invoice(600_000 + number, DATE.format(at.plusHours(number)));
      }
      return writer.rows;
    }
  }

  private void invoice(int number, String at) {
    switch (number % 10) {
      case 7 -> cancel(number, at);
      case 9 -> {
        if (number % 20 == 9) {
          row("C" + number, article(), -3, at, 199, 1 + random.nextInt(CUSTOMERS) + CUSTOMERS);
        } else {
          row("" + number, article(), -2, at, 0, 0);
        }
      }
      default -> sell(number, at);
    }
    if (number % 50 == 0) {
      out.println(number + ",10001,NOT A NUMBER,many," + at + ",1.00,,United Kingdom");
      rows++;
    }
  }

  private void sell(int number, String at) {
    // some invoices name no customer, and can not be cancelled
    int customer = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(CUSTOMERS);
    int lines = 1 + random.nextInt(9);
    for (int line = 0; line < lines; line++) {
      Sold sold = new Sold(article(), 1 + random.nextInt(12), 50 + random.nextInt(900), customer);
      row("" + number, sold.article(), sold.units(), at, sold.pence(), customer);
      if (customer != 0) {
        sales.add(sold);
      }
    }
  }

  private void cancel(int number, String at) {
    for (int line = 0; line < 2; line++) {
      Sold sold = sales.remove(random.nextInt(sales.size()));
      int units = random.nextBoolean() ? sold.units() : 1;
      row("C" + number, sold.article(), -units, at, sold.pence(), sold.customer());
    }
  }

  private int article() {
    return 10_001 + random.nextInt(ARTICLES);
  }

  /**
   * @param customer 0 for none
   */
  private void row(String invoice, int article, int units, String at, int pence, int customer) {
    rows++;
    out.printf(
        "%s,%d,ARTICLE %d,%d,%s,%d.%02d,%s,United Kingdom%n",
        invoice,
        article,
        article,
        units,
        at,
        pence / 100,
        pence % 100,
        customer == 0 ? "" : (20_000 + customer) + ".0");
  }
}
