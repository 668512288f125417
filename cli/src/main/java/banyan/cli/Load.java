package banyan.cli;

import banyan.cli.load.HtmlReport;
import banyan.cli.load.LoadFailed;
import banyan.cli.load.LoadTest;
import banyan.cli.load.Meters;
import banyan.cli.load.Mix;
import banyan.cli.load.Outcome;
import banyan.cli.load.Plan;
import banyan.cli.load.Slo;
import banyan.cli.load.Storm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Puts load on a marketplace and says whether it kept its promises. */
@Command(
    name = "load",
    description = "Puts load on a marketplace and reports what it did.",
    footer = {
      "",
      "Requests leave at a constant rate whatever the answers do, and their latency counts from the",
      "moment they were meant to leave; --clients makes each shopper wait for the answer instead.",
      "Goods are those of a stall of its own unless --existing. For test shops, not for live ones.",
      "",
      "The mix online-marketplace counts anomalies: lists and totals that disagree, prices and",
      "products that were out of date, units that do not add up.",
      "",
      "Exit codes: 0 the objective was kept, 99 it was not, 3 a book or an answer is wrong,",
      "4 unreachable.",
      "",
      "Examples:",
      "  banyan load --mix taobao --rate 300 --duration 60s --report report.html",
      "  banyan load --mix checkout --find-capacity",
      "  banyan load --mix flash-sale --rate 500 --duration 20s --journal orders.journal",
      "  banyan audit --journal orders.journal"
    })
final class Load implements Callable<Integer> {
  private static final int THRESHOLD_MISSED = 99;
  private static final Duration FOLLOW_UP = Duration.ofSeconds(30);
  private static final Duration AUDIT_PATIENCE = Duration.ofMinutes(30);

  @Mixin private Invocation invocation = new Invocation();

  @Option(
      names = "--mix",
      defaultValue = "taobao",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless told.",
      converter = MixNames.class,
      completionCandidates = MixNames.class)
  private Mix mix = Mix.TAOBAO;

  @Option(names = "--rate", paramLabel = "N", description = "Requests a second; 100 unless told.")
  private double rate;

  @Option(names = "--clients", paramLabel = "N", description = "A closed loop of so many shoppers.")
  private int clients;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Times.class,
      description =
          "Counted time, for instance 90s or 5m; ${DEFAULT-VALUE} unless told, 30m at most.")
  private Duration duration = Duration.ofSeconds(30);

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = Times.class,
      description = "Time at the same rate before it; ${DEFAULT-VALUE} unless told.")
  private Duration warmUp = Duration.ofSeconds(5);

  @Option(
      names = "--buyers",
      paramLabel = "N",
      defaultValue = "200",
      description = "Guests who share the requests; ${DEFAULT-VALUE} unless told.")
  private int buyers = 200;

  @Option(
      names = "--products",
      paramLabel = "N",
      defaultValue = "100",
      description = "Products of its own stall; ${DEFAULT-VALUE} unless told.")
  private int products = 100;

  @Option(
      names = "--units",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Stock of each SKU of its own stall; ${DEFAULT-VALUE} unless told.")
  private int units = 1_000_000;

  @Option(
      names = "--skew",
      description = "Most want the same few products; for the mix online-marketplace.")
  private boolean skew;

  @Option(names = "--existing", description = "Use what the shop has for sale.")
  private boolean existing;

  @Option(
      names = "--find-capacity",
      description = "Look for the highest rate within the objective.")
  private boolean findCapacity;

  @Option(
      names = "--p99",
      paramLabel = "TIME",
      defaultValue = "250ms",
      converter = Times.class,
      description = "Objective: 99 %% are answered within; ${DEFAULT-VALUE} unless told.")
  private Duration p99 = Duration.ofMillis(250);

  @Option(
      names = "--errors",
      paramLabel = "PERCENT",
      defaultValue = "0.1",
      description = "Objective: shed, failed or unknown at most; ${DEFAULT-VALUE} unless told.")
  private double errors = 0.1;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Times.class,
      description = "No answer for so long counts as unknown; ${DEFAULT-VALUE} unless told.")
  private Duration patience = Duration.ofSeconds(10);

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How often one who was told to come back, or heard nothing, does; ${DEFAULT-VALUE} unless told.")
  private int retries;

  @Option(
      names = "--impatient",
      description = "They come back after 0.1 s, 0.2 s … and not when they were asked to.")
  private boolean impatient;

  @Option(names = "--journal", paramLabel = "FILE", description = "Write down acknowledged orders.")
  private @Nullable Path journal;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a page, and a .json beside it.")
  private @Nullable Path report;

  @Option(names = "--against", paramLabel = "FILE", description = "A .json of an earlier run.")
  private @Nullable Path against;

  @Option(
      names = "--target",
      paramLabel = "URL",
      description = "A shop that ./banyan did not start.")
  private @Nullable URI target;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of all that is random.")
  private long seed = 1;

  @Override
  public Integer call() {
    check();
    @Nullable Marketplace running = target == null ? invocation.folder().reachable() : null;
    String shop = running != null ? running.shop() : String.valueOf(target);
    double arrivals = clients > 0 ? 0 : rate > 0 ? rate : 100;
    Plan plan =
        new Plan(
            shop,
            mix,
            arrivals,
            clients,
            duration,
            warmUp,
            buyers,
            patience,
            journal,
            seed,
            new Storm(retries, !impatient, null));
    Meters meters = new Meters(tiers(running));
    try {
      Outcome outcome =
          new LoadTest(plan, new Slo(p99, errors / 100), meters, invocation::progress)
              .skewed(skew)
              .run(existing ? 0 : products, units, findCapacity);
      return told(outcome, running);
    } catch (LoadFailed failed) {
      throw Refusal.failed(String.valueOf(failed.getMessage()));
    }
  }

  private void check() {
    if (duration.compareTo(Duration.ofMinutes(30)) > 0 || duration.toSeconds() < 1) {
      throw Refusal.usage("--duration must be between 1s and 30m");
    }
    if (retries < 0 || retries > 20) {
      throw Refusal.usage("--retries must be 0..20");
    }
    if (buyers < 1 || buyers > 20_000 || products < 1 || products > 1_000) {
      throw Refusal.usage("--buyers must be 1..20000 and --products 1..1000");
    }
    if (rate < 0 || rate > 200_000 || clients < 0 || clients > 5_000 || rate > 0 && clients > 0) {
      throw Refusal.usage("give --rate (up to 200000) or --clients (up to 5000), not both");
    }
    if (skew && mix != Mix.ONLINE_MARKETPLACE) {
      throw Refusal.usage("--skew is for --mix online-marketplace; the others have their own");
    }
    if (mix == Mix.ONLINE_MARKETPLACE && (findCapacity || existing)) {
      throw Refusal.usage(
          "online-marketplace has goods and rates of its own: leave out --existing and --find-capacity");
    }
    if (findCapacity && clients > 0) {
      throw Refusal.usage("--find-capacity needs an open loop: leave --clients out");
    }
  }

  private Map<String, ProcessHandle> tiers(@Nullable Marketplace running) {
    return running == null ? Map.of() : running.tiers(invocation.folder());
  }

  private int told(Outcome outcome, @Nullable Marketplace running) {
    List<String> books = new ArrayList<>();
    boolean balanced = true;
    if (running != null && (report != null || !outcome.anomalies().isEmpty())) {
      invocation.progress("reading the books");
      JsonNode audit = audit(running.management());
      balanced = audit.path("balanced").asBoolean(false);
      books.addAll(Audit.table(audit));
    }
    if (report != null) {
      write(report, HtmlReport.of(outcome, books, earlier()));
      write(
          report.resolveSibling(
              report.getFileName().toString().replaceFirst("\\.html?$", "") + ".json"),
          Invocation.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(outcome));
    }
    if (invocation.json()) {
      invocation.out().println(Invocation.JSON.writeValueAsString(outcome));
    } else {
      lines(outcome).forEach(invocation.out()::println);
    }
    invocation.out().flush();
    return !balanced || outcome.contradictions() > 0
        ? Exit.INVARIANT_BROKEN
        : outcome.met() ? Exit.OK : THRESHOLD_MISSED;
  }

  /** The books do not wait for the work that follows an order; whoever asks does, for a while. */
  private static JsonNode audit(String management) {
    long giveUp = System.nanoTime() + FOLLOW_UP.toNanos();
    while (true) {
      JsonNode report = Management.get(management + "/audit", AUDIT_PATIENCE).body();
      if (report.path("balanced").asBoolean(false) || System.nanoTime() > giveUp) {
        return report;
      }
      Processes.pause();
    }
  }

  private @Nullable Map<String, Object> earlier() {
    if (against == null) {
      return null;
    }
    try {
      JsonNode then = Invocation.JSON.readTree(Files.readString(against));
      return Invocation.JSON.convertValue(
          then, new tools.jackson.core.type.TypeReference<Map<String, Object>>() {});
    } catch (IOException | JacksonException e) {
      throw Refusal.failed("%s is not the .json of an earlier run".formatted(against));
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw Refusal.failed("%s cannot be written".formatted(file));
    }
  }

  private static List<String> lines(Outcome outcome) {
    List<String> lines = new ArrayList<>();
    lines.add(outcome.verdict());
    outcome
        .acts()
        .forEach((act, told) ->
            lines.add(
                "  %-10s %8s requests   p50 %8s ms   p99 %8s ms   max %8s ms"
                    .formatted(
                        act,
                        told.get("requests"),
                        told.get("p50"),
                        told.get("p99"),
                        told.get("max"))));
    outcome.anomalies().forEach((kind, count) -> lines.add("  %,8d × %s".formatted(count, kind)));
    outcome.anomalyExamples().forEach(example -> lines.add("           " + example));
    if (outcome.totals().get("shedLatency") instanceof Map<?, ?> shed) {
      lines.add(
          "  %-10s %8s requests   p50 %8s ms   p99 %8s ms   max %8s ms"
              .formatted(
                  "shed",
                  outcome.totals().get("shed"),
                  shed.get("p50"),
                  shed.get("p99"),
                  shed.get("max")));
    }
    outcome.errors().forEach((code, count) -> lines.add("  %,8d × %s".formatted(count, code)));
    outcome
        .processorMillisPerRequest()
        .forEach((tier, millis) ->
            lines.add(
                "  %-10s %8.1f s of processor, %7.3f ms a request"
                    .formatted(tier, outcome.processorSeconds().get(tier), millis)));
    return lines;
  }
}
