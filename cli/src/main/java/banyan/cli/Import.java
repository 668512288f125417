package banyan.cli;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gives files to the running marketplace and follows their import to its end. */
@Command(
    name = "import",
    description = "Imports products, buyers and orders from CSV files into a running marketplace.",
    footer = {
      "",
      "Formats, told by the header line: Shopify's product CSV, Olist's products and sellers,",
      "Online Retail's invoices. A .gz file is unpacked. Every row is taken, turned into something",
      "else or refused; those not taken are listed in a file. An import that was cut off goes on",
      "where it stood when the same file is given again.",
      "",
      "Examples:",
      "  banyan import products.csv --dry-run",
      "  banyan import online-retail.csv.gz",
      "  banyan import olist_sellers.csv olist_products.csv.gz category_names.csv"
    })
final class Import implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(500);

  /** On the volume that all nodes share. */
  private static final String INBOX = "/var/lib/banyan/files/inbox";

  @Mixin private Invocation invocation = new Invocation();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "CSV files of one format.")
  private List<Path> files = List.of();

  @Option(names = "--dry-run", description = "Only say what would become of each row.")
  private boolean dryRun;

  @Option(
      names = "--currency",
      paramLabel = "CODE",
      defaultValue = "GBP",
      description = "Currency of prices that name none; ${DEFAULT-VALUE} unless told.")
  private String currency = "GBP";

  @Override
  public Integer call() {
    Marketplace running = invocation.folder().reachable();
    Optional<Fleet> fleet =
        running instanceof Fleet containers ? Optional.of(containers) : Optional.empty();
    String paths =
        files.stream()
            .map(file ->
                fleet
                    .map(nodes -> carried(nodes, file))
                    .orElseGet(() -> file.toAbsolutePath().normalize().toString()))
            .collect(Collectors.joining("\n"));
    Management.Answer begun =
        Management.post(
            running.management() + "/imports",
            Map.of("files", paths, "dryRun", dryRun, "currency", currency),
            PATIENCE);
    if (begun.status() != 201) {
      throw Refusal.failed(
          begun.body().path("detail").asString("the import was refused; see ./banyan logs"));
    }
    JsonNode progress =
        follow(running.management() + "/imports/" + begun.body().path("id").asString());
    fleet.ifPresent(nodes -> fetched(nodes, (ObjectNode) progress));
    boolean failed = !progress.path("state").asString().equals("done");
    if (invocation.json()) {
      invocation.out().println(Invocation.JSON.writeValueAsString(progress));
    } else {
      table(progress, dryRun).forEach(invocation.out()::println);
    }
    invocation.out().flush();
    return failed ? Exit.FAILED : Exit.OK;
  }

  /** Nodes do not see the files of this machine: they get a copy on the volume that they share. */
  private String carried(Fleet fleet, Path file) {
    if (!Files.isReadable(file)) {
      throw Refusal.failed(file + " cannot be read");
    }
    invocation.progress("carrying " + file.getFileName() + " to the nodes");
    String there = INBOX + "/" + file.getFileName();
    Compose.Said said =
        fleet
            .compose()
            .into(
                fleet.node("app"),
                file,
                "sh",
                "-c",
                "mkdir -p \"$1\" && cat > \"$2\"",
                "sh",
                INBOX,
                there);
    if (!said.well()) {
      throw Refusal.failed(file + " cannot be carried to the nodes");
    }
    return there;
  }

  /** The rows that were not taken, from whichever node has written them down. */
  private void fetched(Fleet fleet, ObjectNode progress) {
    fleet.compose().say("exec", "-T", fleet.node("app"), "rm", "-rf", INBOX);
    String there = progress.path("rowsFile").asString("");
    Path here = invocation.folder().path().resolve(Path.of(there).getFileName());
    for (String node : there.isEmpty() ? List.<String>of() : fleet.apps()) {
      if (fleet.compose().outOf(node, here, "cat", there).well()) {
        progress.put("rowsFile", here.toString());
        return;
      }
    }
  }

  private JsonNode follow(String url) {
    while (true) {
      JsonNode progress = Management.get(url, PATIENCE).body();
      invocation.progressBar(line(progress));
      if (!progress.path("state").asString().equals("running")) {
        invocation.progressBar("");
        return progress;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** How far it is, how fast, and how long it will take. */
  static String line(JsonNode progress) {
    long done = progress.path("done").asLong();
    long total = progress.path("total").asLong();
    double seconds = progress.path("seconds").asDouble();
    if (total == 0 || done == 0) {
      return progress.path("phase").asString();
    }
    double rate = done / Math.max(seconds, 0.001);
    long left = Math.round((total - done) / Math.max(rate, 0.001));
    return "%s %,d of %,d rows (%d %%), %,.0f rows/s, %d:%02d left"
        .formatted(
            progress.path("phase").asString(),
            done,
            total,
            100 * done / total,
            rate,
            left / 60,
            left % 60);
  }

  /** Counts by verdict and kind, with sums that add up to the file. */
  static List<String> table(JsonNode progress, boolean dryRun) {
    List<String> lines = new ArrayList<>();
    long rows = 0;
    BigDecimal money = BigDecimal.ZERO;
    for (String verdict : List.of("taken", "turned", "refused")) {
      long rowsOfVerdict = 0;
      BigDecimal moneyOfVerdict = BigDecimal.ZERO;
      for (JsonNode count : progress.path("counts")) {
        if (count.path("verdict").asString().equals(verdict)) {
          BigDecimal sum = new BigDecimal(count.path("money").asString("0"));
          lines.add(
              "  %-8s %-38s %,10d %,18.3f"
                  .formatted(
                      verdict, count.path("kind").asString(), count.path("rows").asLong(), sum));
          rowsOfVerdict += count.path("rows").asLong();
          moneyOfVerdict = moneyOfVerdict.add(sum);
        }
      }
      lines.add("%-48s %,10d %,18.3f".formatted(verdict, rowsOfVerdict, moneyOfVerdict));
      rows += rowsOfVerdict;
      money = money.add(moneyOfVerdict);
    }
    lines.add("%-48s %,10d %,18.3f".formatted("taken + turned + refused", rows, money));
    String failure = progress.path("failure").asString("");
    lines.add(
        failure.isEmpty()
            ? "%s in %.0f s; rows that were not taken: %s"
                .formatted(
                    dryRun ? "looked at" : "imported",
                    progress.path("seconds").asDouble(),
                    progress.path("rowsFile").asString())
            : "failed: " + failure + "; give the same file again to go on");
    return lines;
  }
}
