package banyan.business.intake;

import banyan.platform.ids.Ids;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Service;

/** Runs imports one at a time in the background of this process. */
@Service
class LocalImports implements Imports {
  private static final Logger log = LoggerFactory.getLogger(LocalImports.class);

  private final RetailReplay retail;
  private final ShopifyProducts shopify;
  private final OlistFiles olist;
  private final Ids ids;
  private final Path folder;
  private final Map<Long, ImportRun> runs = new ConcurrentHashMap<>();

  LocalImports(
      RetailReplay retail,
      ShopifyProducts shopify,
      OlistFiles olist,
      Ids ids,
      Environment environment) {
    this.retail = retail;
    this.shopify = shopify;
    this.olist = olist;
    this.ids = ids;
    this.folder =
        Path.of(environment.getProperty("banyan.home", ".banyan"))
            .resolve("imports")
            .toAbsolutePath();
  }

  /** What carries out an import of one format. */
  private interface Format {
    void run(List<CsvSource> files, String currency, ImportRun run);
  }

  @Override
  public synchronized Answer start(Request request) {
    if (runs.values().stream().anyMatch(ImportRun::isRunning)) {
      return new NotStarted("busy", "another import is running; wait for it");
    }
    if (request.files().isEmpty()) {
      return new NotStarted("no_files", "name at least one file");
    }
    List<CsvSource> files;
    try {
      files = request.files().stream().map(file -> new CsvSource(Path.of(file))).toList();
    } catch (InvalidPathException notAPath) {
      return new NotStarted("unreadable", "a name has a character that no path may have");
    }
    for (CsvSource file : files) {
      if (!Files.isReadable(file.path()) || Files.isDirectory(file.path())) {
        return new NotStarted("unreadable", file.path() + " cannot be read");
      }
    }
    String name;
    try {
      name = formatOf(files);
    } catch (UncheckedIOException | IllegalStateException notCsv) {
      return new NotStarted("unreadable", files + ": " + notCsv.getMessage());
    }
    Format format = name == null ? null : formats().get(name);
    if (name == null || format == null) {
      return new NotStarted(
          "unknown_format",
          "known: Shopify product CSV (Handle, Title, …), Olist products and sellers, Online Retail (InvoiceNo, …)");
    }
    long importId = ids.nextRoot();
    ImportRun run = new ImportRun(importId, name, request.dryRun(), folder);
    runs.put(importId, run);
    Thread.ofVirtual()
        .name("import-" + importId)
        .start(() -> carryOut(format, files, request.currency(), run));
    return new Started(importId);
  }

  private Map<String, Format> formats() {
    return Map.of("online-retail", retail::run, "shopify", shopify::run, "olist", olist::run);
  }

  private static @Nullable String formatOf(List<CsvSource> files) {
    List<String> header = files.getFirst().header();
    if (header.contains("InvoiceNo") && header.contains("StockCode")) {
      return "online-retail";
    }
    if (header.contains("Handle") && header.contains("Title")) {
      return "shopify";
    }
    return header.contains("product_category_name") || header.contains("seller_zip_code_prefix")
        ? "olist"
        : null;
  }

  private static void carryOut(
      Format format, List<CsvSource> files, String currency, ImportRun run) {
    try (run) {
      format.run(files, currency, run);
      run.end(null);
    } catch (RuntimeException fault) {
      log.atError().setCause(fault).log("import failed; give the same file again to go on");
      run.end(String.valueOf(fault.getMessage()));
    }
  }

  @Override
  public Optional<Progress> find(long importId) {
    return Optional.ofNullable(runs.get(importId)).map(ImportRun::progress);
  }
}
