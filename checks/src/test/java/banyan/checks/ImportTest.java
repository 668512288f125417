package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.business.intake.Imports;
import banyan.business.intake.Imports.Count;
import banyan.business.intake.Imports.Progress;
import banyan.business.intake.Imports.Started;
import banyan.platform.audit.Book;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImportTest {
  private final Marketplace market = Marketplace.open();

  @AfterEach
  void the_books_balance() {
    for (Book book : market.parts(Book.class)) {
      await(book.name())
          .untilAsserted(() -> assertThat(book.violations()).as(book.statement()).isEmpty());
    }
  }

  @Test
  void invoices_become_orders_refunds_and_movements_and_every_row_is_accounted_for()
      throws Exception {
    Progress looked = run(true, "online-retail.csv");
    Progress done = run(false, "online-retail.csv");
    Progress again = run(false, "online-retail.csv");

    assertThat(summary(done))
        .containsExactlyInAnyOrder(
            "refused bad debt adjustment 2 0.00",
            "refused cancellation without a customer 1 -1.25",
            "refused cancellation without a sale 1 -27.50",
            "refused unreadable 1 0",
            "taken cancellation refunded 2 -84247.55",
            "taken sale 13 84400.331",
            "turned given away without price 1 0.0",
            "turned refunded at the price that was paid 1 -9.99",
            "turned refunded in part 1 -255.00",
            "turned stock written off 1 0.0");
    assertThat(summary(looked)).isEqualTo(summary(done));
    assertThat(summary(again)).isEqualTo(summary(done));
    assertThat(Files.readAllLines(Path.of(String.valueOf(done.rowsFile()))))
        .anyMatch(line -> line.contains("many") && line.contains("unreadable"));
    Marketplace.Answer found =
        market.stranger().get("/api/products?q=red+tea+tin&limit=5").expect(200);
    assertThat(found.text("/data/0/title")).isEqualTo("RED TEA TIN");
  }

  @Test
  void a_shopify_file_becomes_products_with_options_stock_and_publication() {
    Progress done = run(false, "shopify-products.csv");

    assertThat(summary(done))
        .containsExactlyInAnyOrder(
            "refused bad price 1 0", "taken variant 5 0", "turned picture, not fetched 1 0");
    await()
        .untilAsserted(() ->
            assertThat(market.stranger().get("/api/products?q=linen+shirt").text("/data/0/title"))
                .isEqualTo("Linen shirt"));
    String id = market.stranger().get("/api/products?q=linen+shirt").text("/data/0/id");
    Marketplace.Answer shirt = market.stranger().get("/api/products/" + id).expect(200);
    assertThat(shirt.at("/skus").size()).isEqualTo(3);
    assertThat(shirt.at("/skus").valueStream().map(sku -> sku.path("code").asString()))
        .containsExactlyInAnyOrder("LS-S-W", "LS-M-W", "LS-M-B");
    assertThat(
            shirt.at("/skus").valueStream().mapToLong(sku -> sku.path("available").asLong()).sum())
        .isEqualTo(12);
  }

  @Test
  void olists_sellers_become_shops_and_its_products_drafts() {
    Progress done = run(false, "olist-sellers.csv", "olist-products.csv", "olist-categories.csv");

    assertThat(summary(done))
        .containsExactlyInAnyOrder(
            "refused no seller id 1 0",
            "taken category name 1 0",
            "taken product 1 0",
            "taken product without category 1 0",
            "taken seller 2 0");
  }

  @Test
  void a_file_of_no_known_format_is_refused_before_anything_happens() throws Exception {
    Path file = Files.createTempFile("banyan-import-", ".csv");
    Files.writeString(file, "a,b\n1,2\n");

    assertThat(
            market
                .part(Imports.class)
                .start(new Imports.Request(List.of(file.toString()), false, "GBP")))
        .isInstanceOfSatisfying(
            Imports.NotStarted.class,
            refused -> assertThat(refused.code()).isEqualTo("unknown_format"));
  }

  private Progress run(boolean dryRun, String... names) {
    Imports imports = market.part(Imports.class);
    List<String> files =
        Arrays.stream(names)
            .map(name -> Path.of("src/test/resources/samples", name).toAbsolutePath().toString())
            .toList();
    Imports.Answer answer = imports.start(new Imports.Request(files, dryRun, "GBP"));
    assertThat(answer).isInstanceOf(Started.class);
    long id = ((Started) answer).importId();
    await()
        .atMost(java.time.Duration.ofMinutes(2))
        .until(() ->
            imports.find(id).filter(progress -> !progress.state().equals("running")).isPresent());
    Progress progress = imports.find(id).orElseThrow();
    assertThat(progress.failure()).isNull();
    long rows = progress.counts().stream().mapToLong(Count::rows).sum();
    assertThat(rows).isEqualTo(progress.total());
    return progress;
  }

  private static List<String> summary(Progress progress) {
    return progress.counts().stream()
        .map(count ->
            count.verdict()
                + " "
                + count.kind()
                + " "
                + count.rows()
                + " "
                + new BigDecimal(count.money()).toPlainString())
        .collect(Collectors.toList());
  }
}
