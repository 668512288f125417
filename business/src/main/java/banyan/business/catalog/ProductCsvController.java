package banyan.business.catalog;

import banyan.business.catalog.ProductImport.Outcome;
import banyan.business.catalog.ProductImport.RowReport;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import de.siegmar.fastcsv.writer.CsvWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A seller's products as one table, out and in. */
@RestController
class ProductCsvController {
  private static final int PART = 200;

  private final OwnProducts own;
  private final Shelf shelf;
  private final Offers offers;
  private final Categories categories;
  private final ProductImport imports;

  ProductCsvController(
      OwnProducts own, Shelf shelf, Offers offers, Categories categories, ProductImport imports) {
    this.own = own;
    this.shelf = shelf;
    this.offers = offers;
    this.categories = categories;
    this.imports = imports;
  }

  /** All products, newest first, one row for each SKU, written part by part as they are read. */
  @GetMapping(path = "/api/seller/products/csv", produces = "text/csv")
  @Allow(Role.SELLER)
  // with an Accept that nobody can read, "csv" is taken for the id of a product
  @Refuses(HttpStatus.NOT_FOUND)
  void download(Caller caller, HttpServletResponse response) throws IOException {
    response.setContentType("text/csv;charset=UTF-8");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"products.csv\"");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    CsvWriter table =
        CsvWriter.builder()
            .build(
                new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8)
                    // spreadsheets know UTF-8 by this mark only
                    .append('\uFEFF'));
    table.writeRecord(ProductCsv.HEADER);
    long before = Long.MAX_VALUE;
    for (boolean more = true; more; ) {
      Page<Long> page = own.list(caller.accountId(), "", null, before, PART);
      write(table, page.data());
      table.flush();
      more = page.nextCursor() != null;
      before = more ? Page.decodeId(page.nextCursor()) : before;
    }
  }

  private void write(CsvWriter table, List<Long> productIds) {
    Map<Long, Product> products = shelf.products(productIds);
    Offers.Known known = offers.of(products.values());
    Map<Long, Long> onHand = new LinkedHashMap<>();
    known.stock().forEach((skuId, stock) -> onHand.put(skuId, stock.onHand()));
    for (Long id : productIds) {
      Product product = products.get(id);
      if (product != null) {
        String category =
            categories.tree().find(product.categoryId()).map(Categories.Category::slug).orElse("");
        ProductCsv.rows(product, category, onHand).forEach(table::writeRecord);
      }
    }
  }

  /** What became of a table; {@code dryRun}: what would. */
  record CsvReport(
      boolean dryRun,
      long created,
      long changed,
      long unchanged,
      long refused,
      List<RowReport> rows) {}

  /**
   * Makes and changes products by a table like the one that a download gives. Rows are known by
   * handle and code, so a repeat changes nothing. A product with a wrong row is refused whole; the
   * others are taken.
   *
   * @param dryRun only say what would happen
   */
  @PostMapping(path = "/api/seller/products/csv", consumes = "text/csv")
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.UNPROCESSABLE_CONTENT)
  CsvReport upload(
      Caller caller,
      HttpServletRequest request,
      @RequestParam(required = false) @Nullable Boolean dryRun)
      throws IOException {
    byte[] file = request.getInputStream().readNBytes(ProductCsv.BYTES_MAX + 1);
    if (file.length > ProductCsv.BYTES_MAX) {
      throw Problem.of(
          HttpStatus.CONTENT_TOO_LARGE,
          "too_large",
          "A table has at most %d bytes; send it in parts.".formatted(ProductCsv.BYTES_MAX));
    }
    boolean dry = Boolean.TRUE.equals(dryRun);
    return switch (ProductCsv.read(file)) {
      case ProductCsv.Unreadable(String why) ->
          throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_csv", "The file " + why + ".");
      case ProductCsv.Read(Map<String, List<ProductCsv.Row>> products) -> {
        List<RowReport> rows = imports.run(caller.accountId(), products, file, dry);
        yield new CsvReport(
            dry,
            count(rows, Outcome.CREATED),
            count(rows, Outcome.CHANGED),
            count(rows, Outcome.UNCHANGED),
            count(rows, Outcome.REFUSED),
            rows);
      }
    };
  }

  private static long count(List<RowReport> rows, Outcome outcome) {
    return rows.stream().filter(row -> row.outcome() == outcome).count();
  }
}
