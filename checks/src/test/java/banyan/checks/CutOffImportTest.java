package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.checks.Machine.Running;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An import that is cut off by force and given again, beside one that nothing has disturbed. */
class CutOffImportTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Everything an import writes that two data folders have in common: no ids, no times of day. */
  private static final Map<String, String> BOOKS = new LinkedHashMap<>();

  static {
    BOOKS.put(
        "orders",
        "SELECT state, count(*), sum(total), sum(refunded) FROM orders GROUP BY state ORDER BY state");
    BOOKS.put(
        "steps",
        "SELECT from_state, to_state, at, count(*) FROM order_step GROUP BY 1, 2, 3 ORDER BY 3, 1, 2");
    BOOKS.put(
        "refunds",
        "SELECT state, at, count(*), sum(amount) FROM refund GROUP BY state, at ORDER BY at, state");
    BOOKS.put("shipments", "SELECT at, count(*) FROM shipment GROUP BY at ORDER BY at");
    BOOKS.put(
        "stock",
        "SELECT code, on_hand, reserved FROM stock JOIN sku USING (shard, sku_id) ORDER BY code");
    BOOKS.put(
        "movements",
        "SELECT kind, count(*), sum(quantity) FROM stock_movement GROUP BY kind ORDER BY kind");
    BOOKS.put(
        "ledger",
        // sums only: money that goes back before it is released takes one posting less than after
        "SELECT regexp_replace(account, '[0-9]+', 'n') AS name, sum(amount) FROM ledger_posting"
            + " GROUP BY name ORDER BY name");
    BOOKS.put(
        "charges",
        "SELECT count(*), sum(amount) FROM payment WHERE state = 'CAPTURED' AND settled");
    BOOKS.put(
        "sales",
        "SELECT day, sum(orders), sum(units), sum(gross), sum(refunded) FROM insight_day GROUP BY day ORDER BY day");
    BOOKS.put("customers", "SELECT email_key FROM account ORDER BY email_key");
  }

  @BeforeAll
  static void the_server_is_packaged() {
    Machine.assumePackaged();
  }

  @TempDir Path folder;

  @Test
  void
      an_import_cut_off_by_kills_of_the_process_and_of_postgresql_ends_like_one_that_was_left_alone()
          throws Exception {
    Path file = folder.resolve("invoices.csv");
    long rows = Invoices.write(file, 700);
    try (Machine disturbed = new Machine(folder.resolve("disturbed"));
        Machine quiet = new Machine(folder.resolve("quiet"))) {
      Running first = disturbed.up();
      begin(first, file).awaitRows(rows / 3);
      disturbed.kill(first);
      Running second = disturbed.up();
      assertThat(ordersOf(disturbed)).as("orders of the first part").isPositive();
      Cut cut = begin(second, file);
      cut.awaitRows(2 * rows / 3);
      disturbed.postgres().destroyForcibly();
      cut.awaitEnd();
      assertThat(cut.look().text("/state")).as("the import, told of the loss").isEqualTo("failed");
      Client visitor = new Client(second.shop(), Map.of());
      await().atMost(PATIENCE).until(() -> visitor.get("/api/products").status() == 200);
      JsonNode ended = disturbed.json("import", file.toString());

      quiet.up();
      JsonNode whole = quiet.json("import", file.toString());

      assertThat(whole.at("/counts").toString())
          .contains("taken", "cancellation refunded", "turned", "without a sale", "unreadable");
      assertThat(ended.at("/counts")).isEqualTo(whole.at("/counts"));
      assertThat(rowsIn(ended)).isEqualTo(rows);
      assertThat(listedBy(ended)).containsExactlyInAnyOrderElementsOf(listedBy(whole));
      disturbed.awaitBalancedBooks();
      quiet.awaitBalancedBooks();
      assertThat(booksOf(quiet))
          .anyMatch(row -> row.startsWith("orders RECEIVED"))
          .anyMatch(row -> row.startsWith("refunds DONE"))
          .noneMatch(row -> row.startsWith("sales") && !row.startsWith("sales 201"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(differences(disturbed, quiet)).isEmpty());
    }
  }

  /** What follows an order is written after the import has ended, so this may change. */
  private static List<String> differences(Machine disturbed, Machine quiet) throws Exception {
    List<String> here = booksOf(disturbed);
    List<String> there = booksOf(quiet);
    return Stream.concat(
            here.stream().filter(row -> !there.contains(row)).map(row -> "disturbed: " + row),
            there.stream().filter(row -> !here.contains(row)).map(row -> "quiet: " + row))
        .toList();
  }

  /** An import that is going to be cut off, seen over HTTP. */
  private record Cut(Client management, String id) {
    Answer look() {
      return management.get("/imports/" + id).expect(200);
    }

    void awaitRows(long done) {
      await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(PATIENCE)
          .until(() -> look().number("/done") > done);
      assertThat(look().text("/state")).as("the import in its middle").isEqualTo("running");
    }

    void awaitEnd() {
      await().atMost(PATIENCE).until(() -> !look().text("/state").equals("running"));
    }
  }

  private static Cut begin(Running running, Path file) {
    Client management = new Client(running.management(), Map.of());
    Answer begun = management.post("/imports", Map.of("files", file.toString()));
    return new Cut(management, begun.expect(201).text("/id"));
  }

  private static long ordersOf(Machine machine) throws IOException, SQLException {
    return Long.parseLong(machine.rows("SELECT count(*) FROM orders").getFirst());
  }

  private static long rowsIn(JsonNode progress) {
    return progress
        .at("/counts")
        .valueStream()
        .mapToLong(count -> count.at("/rows").asLong())
        .sum();
  }

  /** The rows that were not taken. */
  private static List<String> listedBy(JsonNode progress) throws IOException {
    return Files.readAllLines(Path.of(progress.at("/rowsFile").asString()));
  }

  private static List<String> booksOf(Machine machine) throws IOException, SQLException {
    List<String> books = new ArrayList<>();
    for (Map.Entry<String, String> book : BOOKS.entrySet()) {
      for (String row : machine.rows(book.getValue())) {
        books.add(book.getKey() + " " + row);
      }
    }
    return books;
  }
}
