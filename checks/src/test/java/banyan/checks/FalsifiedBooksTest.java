package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.audit.Book;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each book is falsified by hand in the database, and says so; put right again, it is silent. */
class FalsifiedBooksTest {
  private final Marketplace market = Marketplace.open();

  /**
   * @param falsify a change that somebody with a database client could make
   * @param mend takes it back
   */
  private record Forgery(String falsify, String mend) {}

  @Test
  void every_book_notices_a_row_that_was_falsified_by_hand() throws SQLException {
    Shelf shelf = Shelf.onSale(market, 50);
    Client buyer = market.buyer();
    Answer paid = buyer.post("/api/checkouts", shelf.checkout(3, "tok_approve")).expect(201);
    Answer waiting = buyer.post("/api/checkouts", shelf.checkout(1, "tok_redirect")).expect(201);
    buyer
        .post(
            "/api/orders/" + paid.text("/orders/0/id") + "/refunds",
            Map.of("lines", List.of(Map.of("skuId", shelf.skuId(), "quantity", 1))))
        .expect(201);
    List<Book> books = market.parts(Book.class);
    Map<String, Forgery> forgeries =
        forgeries(
            paid.text("/tradeId"),
            paid.text("/orders/0/id"),
            waiting.text("/orders/0/id"),
            shelf.skuId());
    assertThat(forgeries.keySet())
        .containsExactlyInAnyOrderElementsOf(
            books.stream().map(Book::name).collect(Collectors.toSet()));

    for (Book book : books) {
      await(book.name())
          .untilAsserted(() -> assertThat(book.violations()).as(book.name()).isEmpty());
      Forgery forgery = forgeries.get(book.name());
      if (forgery == null) {
        throw new AssertionError("no forgery for " + book.name());
      }
      execute(forgery.falsify());
      try {
        assertThat(book.violations()).as(book.name() + " after " + forgery.falsify()).isNotEmpty();
      } finally {
        execute(forgery.mend());
      }
      assertThat(book.violations()).as(book.name() + " mended").isEmpty();
    }
  }

  private void execute(String sql) throws SQLException {
    EmbeddedDatabase postgres = market.part(EmbeddedDatabase.class);
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
        Statement statement = connection.createStatement()) {
      // triggers stand in the way of honest mistakes; whoever forges switches them off
      statement.execute("SET session_replication_role = replica");
      statement.execute(sql);
    }
  }

  private static Forgery shift(String table, String column, String where) {
    String change = "UPDATE " + table + " SET " + column + " = " + column + " %s 1 WHERE " + where;
    return new Forgery(change.formatted("+"), change.formatted("-"));
  }

  private static Map<String, Forgery> forgeries(
      String trade, String order, String waiting, String sku) {
    Map<String, Forgery> all = new LinkedHashMap<>();
    stockForgeries(all, order, waiting, sku);
    moneyForgeries(all, trade, order);
    orderForgeries(all, order);
    sumForgeries(all);
    accountForgeries(all);
    catalogForgeries(all, sku);
    all.put(
        "events-delivered",
        new Forgery(
            "INSERT INTO order_outbox (shard, key, event_id, type, payload, parked) VALUES (0, 0, 0, 'forged', '{}',"
                + " true)",
            "DELETE FROM order_outbox WHERE type = 'forged'"));
    return all;
  }

  private static void stockForgeries(
      Map<String, Forgery> all, String order, String waiting, String sku) {
    all.put("stock-conserved", shift("stock", "on_hand", "sku_id = " + sku));
    all.put("stock-reserved", shift("stock", "reserved", "sku_id = " + sku));
    all.put(
        "stock-sold",
        shift("stock_movement", "quantity", "kind = 'sold' AND cause = '" + order + "'"));
    all.put(
        "reservations-fresh",
        new Forgery(
            // the sweeper is kept away, as it would be if it had died
            "UPDATE inventory_lease SET holder = 'nobody', until = now() + interval '1 hour' WHERE name ="
                + " 'expire-reservations'; UPDATE reservation SET expires_at = expires_at - interval '1 day' WHERE"
                + " reservation_id = "
                + waiting,
            "UPDATE reservation SET expires_at = expires_at + interval '1 day' WHERE reservation_id = "
                + waiting
                + "; DELETE FROM inventory_lease WHERE name = 'expire-reservations'"));
  }

  private static void moneyForgeries(Map<String, Forgery> all, String trade, String order) {
    all.put(
        "ledger-balanced", shift("ledger_posting", "amount", "line = 1 AND order_id = " + order));
    all.put(
        "ledger-chain",
        new Forgery(
            "UPDATE ledger_entry SET cause = cause || '!' WHERE cause = 'capture:" + trade + "'",
            "UPDATE ledger_entry SET cause = 'capture:"
                + trade
                + "' WHERE cause = 'capture:"
                + trade
                + "!'"));
    all.put("orders-settled", shift("payment_part", "refunded", "order_id = " + order));
    all.put("refunds-sum", shift("payment_refund", "amount", "order_id = " + order));
    all.put("captured-once", shift("payment", "amount", "trade_id = " + trade));
    all.put(
        "paid-orders-captured",
        new Forgery(
            "UPDATE payment_part SET captured = false WHERE trade_id = " + trade,
            "UPDATE payment_part SET captured = true WHERE trade_id = " + trade));
  }

  private static void orderForgeries(Map<String, Forgery> all, String order) {
    all.put(
        "legal-state-paths",
        new Forgery(
            "UPDATE orders SET state = 'RECEIVED' WHERE order_id = " + order,
            "UPDATE orders SET state = 'PAID' WHERE order_id = " + order));
    all.put("order-totals", shift("order_line", "amount", "order_id = " + order));
    all.put("order-refunds", shift("orders", "refunded", "order_id = " + order));
    all.put(
        "right-shard",
        new Forgery(
            "UPDATE orders SET shard = (shard + 1) % 1024 WHERE order_id = " + order,
            "UPDATE orders SET shard = (order_id & 1023) WHERE order_id = " + order));
  }

  private static void sumForgeries(Map<String, Forgery> all) {
    all.put(
        "coupon-limits-kept",
        new Forgery(
            "INSERT INTO coupon_buyer (shard, coupon_id, buyer_id, used) VALUES (0, 1024, 1024, 1)",
            "DELETE FROM coupon_buyer WHERE shard = 0 AND coupon_id = 1024"));
    all.put(
        "flash-sale-limits-kept",
        new Forgery(
            "INSERT INTO flash_buyer (shard, buyer_id, sale_id, used, per_buyer_max) VALUES (0, 1024, 1024, 1, 1)",
            "DELETE FROM flash_buyer WHERE shard = 0 AND buyer_id = 1024"));
    all.put(
        "reviews-counted",
        new Forgery(
            "INSERT INTO review_summary (shard, product_id, ones) VALUES (0, 1024, 1)",
            "DELETE FROM review_summary WHERE shard = 0 AND product_id = 1024"));
    all.put(
        "sales-summed",
        new Forgery(
            "INSERT INTO insight_day (shard, seller_id, day, currency, orders, gross) VALUES (0, 1024, '2026-01-01',"
                + " 'GBP', 1, 1)",
            "DELETE FROM insight_day WHERE shard = 0 AND seller_id = 1024"));
    all.put(
        "skus-summed",
        new Forgery(
            "INSERT INTO insight_day (shard, seller_id, day, currency, units) VALUES (0, 1024, '2026-01-01', 'GBP', 1)",
            "DELETE FROM insight_day WHERE shard = 0 AND seller_id = 1024"));
  }

  private static void accountForgeries(Map<String, Forgery> all) {
    all.put(
        "sessions-have-accounts",
        new Forgery(
            "INSERT INTO account_session (shard, token_hash, account_id, expires_at) VALUES (0, '\\x00', 1024, now() +"
                + " interval '1 hour')",
            "DELETE FROM account_session WHERE token_hash = '\\x00'"));
    all.put(
        "accounts-on-their-shard",
        new Forgery(
            "UPDATE account SET email_key = 'forged-' || email_key WHERE account_id = (SELECT min(account_id) FROM"
                + " account)",
            "UPDATE account SET email_key = substr(email_key, 8) WHERE email_key LIKE 'forged-%'"));
    all.put(
        "address-books-are-small",
        new Forgery(
            "INSERT INTO account_address (shard, account_id, address_id, name, line1, city, postcode, country) SELECT"
                + " account_id & 1023, account_id, n, 'n', 'l', 'c', 'p', 'GB' FROM (SELECT min(account_id) AS"
                + " account_id FROM account) a, generate_series(1, 21) n",
            "DELETE FROM account_address WHERE address_id BETWEEN 1 AND 21"));
  }

  private static void catalogForgeries(Map<String, Forgery> all, String sku) {
    all.put(
        "catalog-skus-belong",
        new Forgery(
            "UPDATE sku SET product_id = -product_id WHERE sku_id = " + sku,
            "UPDATE sku SET product_id = -product_id WHERE sku_id = " + sku));
    all.put(
        "catalog-skus-on-show-priced",
        new Forgery(
            "UPDATE price SET sku_id = -sku_id WHERE sku_id = " + sku,
            "UPDATE price SET sku_id = -sku_id WHERE sku_id = -" + sku));
  }
}
