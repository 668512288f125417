package banyan.business.intake;

import banyan.business.inventory.Inventory;
import banyan.business.order.Orders;
import banyan.business.order.Orders.Checkout;
import banyan.business.order.Orders.Item;
import banyan.business.order.Orders.Placed;
import banyan.business.order.Orders.RefundOutcome;
import banyan.business.order.Orders.Refunded;
import banyan.business.order.Orders.Refused;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Replays the invoices of the Online Retail data set as orders of a shop, in their order and with
 * their dates: every sale through the same checkout as any other, every cancellation as a refund of
 * the sale it belongs to, every unit that went without money as a movement of stock.
 *
 * <p>Reads the file twice: first what there is to sell and how much of it leaves the shop, then the
 * invoices, which are done side by side until a cancellation needs the sales before it to be
 * finished. Each step has a key made of the invoice, so that doing a piece again after a crash
 * changes nothing.
 */
@Component
class RetailReplay {
  /** Invoices between two marks. */
  private static final int PIECE = 200;

  private static final Duration SHIPPED_AFTER = Duration.ofDays(1);
  private static final Duration RECEIVED_AFTER = Duration.ofDays(14);

  private final RetailShop shop;
  private final Orders orders;
  private final Inventory inventory;
  private final ImportMarks marks;

  RetailReplay(RetailShop shop, Orders orders, Inventory inventory, ImportMarks marks) {
    this.shop = shop;
    this.orders = orders;
    this.inventory = inventory;
    this.marks = marks;
  }

  void run(List<CsvSource> files, String currency, ImportRun run) {
    for (CsvSource file : files) {
      RetailSurvey survey = RetailSurvey.of(file);
      new Replay(file, survey, run).go();
    }
  }

  /** The second reading. */
  private final class Replay {
    private record Shipped(long orderId, Instant placedAt) {}

    private final CsvSource file;
    private final RetailSurvey survey;
    private final ImportRun run;
    private final String digest;
    private final long sellerId;
    private final Map<String, Long> skus;
    private final Map<String, Long> orderOf;
    private final Map<String, Long> newOrders = new ConcurrentHashMap<>();
    private final SalesMemory memory = new SalesMemory();
    private final Queue<Shipped> toReceive = new ArrayDeque<>();
    private final Crew crew = new Crew();
    private final long alreadyDone;
    private long pieces;

    Replay(CsvSource file, RetailSurvey survey, ImportRun run) {
      this.file = file;
      this.survey = survey;
      this.run = run;
      this.digest = file.digest();
      var mark = run.dryRun() ? java.util.Optional.<ImportMarks.Mark>empty() : marks.find(digest);
      this.alreadyDone = mark.map(ImportMarks.Mark::done).orElse(0L);
      mark.ifPresent(kept -> run.goOnFrom(new Tally(kept.counts())));
      if (run.dryRun()) {
        this.sellerId = 0;
        this.skus = Map.of();
        this.orderOf = new ConcurrentHashMap<>();
      } else {
        run.phase("products", survey.articles().size());
        this.sellerId = shop.open();
        this.skus = shop.stock(digest, sellerId, survey.articles(), made -> {});
        this.orderOf = marks.orders(digest);
      }
    }

    void go() {
      run.phase("invoices", survey.rows());
      try (crew;
          CsvReader<NamedCsvRecord> records = file.open()) {
        List<RetailRow> invoice = new ArrayList<>();
        long number = 0;
        for (NamedCsvRecord record : records) {
          RetailRow row = RetailSurvey.parse(++number, record);
          if (row == null) {
            unreadable(number, record);
            continue;
          }
          if (!invoice.isEmpty() && !invoice.getFirst().invoice().equals(row.invoice())) {
            oneInvoice(List.copyOf(invoice));
            invoice.clear();
          }
          invoice.add(row);
        }
        if (!invoice.isEmpty()) {
          oneInvoice(List.copyOf(invoice));
        }
        crew.await();
        keep();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void unreadable(long number, NamedCsvRecord record) {
      run.advance(1);
      String detail = "not a row of this format";
      String source = String.join(",", record.getFields());
      if (pieces >= alreadyDone) {
        run.other(Tally.REFUSED, number, "unreadable", detail, BigDecimal.ZERO, source);
      } else {
        run.list(Tally.REFUSED, number, "unreadable", detail, source);
      }
    }

    private void oneInvoice(List<RetailRow> invoice) {
      boolean doIt = pieces >= alreadyDone;
      RetailRow first = invoice.getFirst();
      if (first.isCancellation()) {
        crew.await();
        cancel(invoice, doIt);
        run.advance(invoice.size());
      } else {
        invoice.stream().filter(RetailRow::isSale).forEach(memory::sold);
        crew.send(() -> {
          sell(invoice, doIt);
          run.advance(invoice.size());
        });
      }
      pieces++;
      if (pieces % PIECE == 0 && doIt) {
        crew.await();
        receiveUntil(first.at().minus(RECEIVED_AFTER));
        keep();
      }
    }

    /** An order of an earlier run may still have to be shipped and received in this one. */
    private void remember(List<RetailRow> sale) {
      Long orderId = orderOf.get(sale.getFirst().invoice());
      if (orderId == null) {
        sale.forEach(row -> other(false, row, Tally.REFUSED, "checkout", "refused before"));
        return;
      }
      synchronized (toReceive) {
        toReceive.add(new Shipped(orderId, sale.getFirst().at()));
      }
    }

    /** What an earlier run has counted is listed again: each run's list is whole. */
    private void other(boolean count, RetailRow row, String verdict, String kind, String detail) {
      if (count) {
        run.other(verdict, row.number(), kind, detail, row.money(), row.source());
      } else {
        run.list(verdict, row.number(), kind, detail, row.source());
      }
    }

    private void keep() {
      if (!run.dryRun() && pieces > alreadyDone) {
        marks.keep(
            digest, "online-retail", new ImportMarks.Mark(pieces, run.tally().counts()), newOrders);
        newOrders.clear();
      }
    }

    private void sell(List<RetailRow> invoice, boolean doIt) {
      List<RetailRow> sale = invoice.stream().filter(RetailRow::isSale).toList();
      if (!sale.isEmpty() && doIt) {
        checkout(sale);
      } else if (!sale.isEmpty()) {
        remember(sale);
      }
      for (RetailRow row : invoice) {
        if (row.isWithoutMoney()) {
          moveStock(row, doIt);
        } else if (!row.isSale()) {
          other(doIt, row, Tally.REFUSED, "bad debt adjustment", "no goods, no sale");
        }
      }
    }

    private void checkout(List<RetailRow> sale) {
      RetailRow first = sale.getFirst();
      if (!run.dryRun()) {
        switch (orders.checkout(order(sale))) {
          case Placed placed -> {
            long orderId = placed.trade().orders().getFirst().orderId();
            orderOf.put(first.invoice(), orderId);
            newOrders.put(first.invoice(), orderId);
            synchronized (toReceive) {
              toReceive.add(new Shipped(orderId, first.at()));
            }
          }
          case Refused(String code, String detail, var facts) -> {
            sale.forEach(
                row -> other(true, row, Tally.REFUSED, "checkout: " + code, detail + facts));
            return;
          }
        }
      }
      sale.forEach(row -> run.took("sale", row.money()));
    }

    private Checkout order(List<RetailRow> sale) {
      RetailRow first = sale.getFirst();
      return new Checkout(
          "import:" + digest + ":" + first.invoice() + ":" + first.number(),
          shop.buyer(first),
          sale.stream()
              .map(row ->
                  new Item(
                      skus.getOrDefault(row.code(), 0L),
                      row.quantity(),
                      RetailSurvey.price(row.price())))
              .toList(),
          false,
          new Orders.Address(
              first.customer().isEmpty() ? "Unnamed customer" : "Customer " + first.customer(),
              "not in the data",
              null,
              "not in the data",
              "-",
              Countries.code(first.country())),
          null,
          null,
          null,
          null,
          "sandbox",
          "tok_approve",
          first.at());
    }

    private void moveStock(RetailRow row, boolean doIt) {
      String kind = row.quantity() > 0 ? "given away without price" : "stock written off";
      if (doIt && !run.dryRun()) {
        inventory.writeOff(
            "import:" + digest + ":" + row.number(),
            skus.getOrDefault(row.code(), 0L),
            Math.abs(row.quantity()),
            row.description().isEmpty() ? kind : row.description());
      }
      other(doIt, row, Tally.TURNED, kind, "a movement of stock");
    }

    private void cancel(List<RetailRow> cancellation, boolean doIt) {
      Map<String, Map<Long, Integer>> unitsOf = new LinkedHashMap<>();
      for (RetailRow row : cancellation) {
        List<SalesMemory.Match> matches = memory.cancel(row);
        matches.forEach(match ->
            unitsOf
                .computeIfAbsent(match.invoice(), sale -> new LinkedHashMap<>())
                .merge(skus.getOrDefault(row.code(), 0L), match.quantity(), Integer::sum));
        judge(row, matches, doIt);
      }
      if (doIt && !run.dryRun()) {
        RetailRow first = cancellation.getFirst();
        unitsOf.forEach((sale, units) -> refund(first, sale, units));
      }
    }

    private void judge(RetailRow row, List<SalesMemory.Match> matches, boolean doIt) {
      int found = matches.stream().mapToInt(SalesMemory.Match::quantity).sum();
      boolean samePrice =
          matches.stream().allMatch(match -> match.price().compareTo(row.price()) == 0);
      if (found == -row.quantity() && samePrice) {
        if (doIt) {
          run.took("cancellation refunded", row.money());
        }
      } else if (found == -row.quantity()) {
        other(
            doIt,
            row,
            Tally.TURNED,
            "refunded at the price that was paid",
            "sold at another price");
      } else if (found > 0) {
        other(
            doIt,
            row,
            Tally.TURNED,
            "refunded in part",
            found + " of " + -row.quantity() + " units were sold before");
      } else {
        other(
            doIt,
            row,
            Tally.REFUSED,
            row.customer().isEmpty()
                ? "cancellation without a customer"
                : "cancellation without a sale",
            "no earlier sale of this customer");
      }
    }

    private void refund(RetailRow first, String sale, Map<Long, Integer> units) {
      Long orderId = orderOf.get(sale);
      if (orderId == null) {
        throw new IllegalStateException(
            "the sale " + sale + " was refused, and " + first.invoice() + " cancels it");
      }
      RefundOutcome outcome =
          orders.refund("import:" + first.invoice(), orderId, null, units, true, first.at());
      if (!(outcome instanceof Refunded)) {
        throw new IllegalStateException(
            "invoice " + first.invoice() + " could not be refunded: " + outcome);
      }
    }

    /**
     * Orders of two weeks ago have been shipped and received by now; what was cancelled before
     * stays cancelled.
     */
    private void receiveUntil(Instant day) {
      if (run.dryRun()) {
        return;
      }
      List<Shipped> due = new ArrayList<>();
      toReceive.removeIf(order -> order.placedAt().isBefore(day) && due.add(order));
      for (Shipped order : due) {
        crew.send(() -> {
          orders.ship(
              "import",
              order.orderId(),
              sellerId,
              Map.of(),
              null,
              order.placedAt().plus(SHIPPED_AFTER));
          orders.receive(order.orderId(), null, order.placedAt().plus(RECEIVED_AFTER));
        });
      }
      crew.await();
    }
  }
}
