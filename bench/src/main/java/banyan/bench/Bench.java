package banyan.bench;

import banyan.bench.Finding.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the marketplace beside its limits and writes down what came out. */
@Command(
    name = "banyan bench",
    mixinStandardHelpOptions = true,
    subcommands = {Ladder.class, Peers.class},
    description = "Measures the marketplace's workloads, each beside its limit in the same run.",
    footer = {
      "",
      "W1 product  W2 product of 100,000  W3 search (W3L: of 100,000)  W4 cart  W5 order (W5s: beside",
      "one statement)  W6a hot SKU (W6h: beside random, W6b: a rush)  W7 history  W8 idle connections",
      "W9 start  W10 memory  W11 latency at half of the capacity",
      "",
      "The stages of the ladder beside each other: banyan bench ladder --help",
      "Other shops: banyan bench peers --help",
      "",
      "The first run fills a catalogue (bench/target/market-*), the others find it.",
      "Exit codes: 0 every figure is reached, 1 it could not be measured, 99 a figure is missed.",
      "",
      "Examples:",
      "  banyan bench                     everything, about an hour and a half",
      "  banyan bench W1 W5 --rounds 2 --lap 5 --warm 10",
    })
final class Bench implements Callable<Integer> {
  private static final Set<String> ALL =
      new java.util.LinkedHashSet<>(
          List.of(
              "W9", "W1", "W3", "W4", "W5", "W5s", "W6a", "W6h", "W6b", "W7", "W10", "W11", "W8",
              "W2", "W3L"));
  private static final int SMALL = 1_000;
  private static final int LARGE = 100_000;

  @Parameters(arity = "0..*", paramLabel = "W", description = "Which ones; all unless told.")
  private List<String> names = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "A B B A so often; ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(names = "--lap", defaultValue = "15", description = "Seconds of a lap; ${DEFAULT-VALUE}.")
  private int lap = 15;

  @Option(names = "--warm", defaultValue = "30", description = "Seconds before; ${DEFAULT-VALUE}.")
  private int warm = 30;

  @Option(names = "--no-audit", negatable = true, description = "Do not read the books afterwards.")
  private boolean audit = true;

  /** Workloads that could not be measured. */
  private final List<String> broken = new ArrayList<>();

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Bench());
    line.setExecutionExceptionHandler((fault, command, parsed) -> {
      if (fault instanceof BenchFailed) {
        System.err.println("banyan bench: " + fault.getMessage());
        return 1;
      }
      throw fault;
    });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Path root = Path.of(System.getProperty("banyan.root", "")).toAbsolutePath().normalize();
    Set<String> wanted = names.isEmpty() ? ALL : new TreeSet<>(names);
    if (!ALL.containsAll(wanted)) {
      throw new BenchFailed("there are " + ALL);
    }
    List<Finding> findings = new ArrayList<>();
    try (Market small = Market.of(root, SMALL)) {
      measure(root, small, wanted, findings);
      if (audit) {
        small.audit();
      }
    }
    write(root, findings);
    return !broken.isEmpty() ? 1 : findings.stream().allMatch(Finding::met) ? 0 : 99;
  }

  private void measure(Path root, Market small, Set<String> wanted, List<Finding> findings) {
    Patience patience =
        new Patience(Duration.ofSeconds(warm), Duration.ofSeconds(lap), Math.max(1, rounds));
    Workloads workloads = new Workloads(root, small, patience);
    @Nullable Market large = null;
    try {
      for (String name : ALL) {
        if (!wanted.contains(name)) {
          continue;
        }
        if (large == null && (name.equals("W2") || name.equals("W3L"))) {
          large = Market.of(root, LARGE);
        }
        try {
          Finding finding = one(root, small, large == null ? small : large, workloads, name);
          System.out.println(finding.line());
          System.out.println("       " + finding.more());
          findings.add(finding);
        } catch (BenchFailed failed) {
          // one that cannot be measured takes no other with it
          System.err.println("banyan bench: " + name + ": " + failed.getMessage());
          broken.add(name);
        }
      }
    } finally {
      if (large != null) {
        large.close();
      }
    }
  }

  private static Finding one(
      Path root, Market small, Market large, Workloads workloads, String name) {
    return switch (name) {
      case "W1" -> workloads.products();
      case "W2" -> workloads.productsOfMany(large);
      case "W3" -> workloads.search();
      case "W3L" -> workloads.searchOfMany(large);
      case "W4" -> workloads.carts();
      case "W5" -> workloads.orders();
      case "W5s" -> workloads.ordersInOneStatement();
      case "W6a" -> workloads.hotOrders();
      case "W6h" -> workloads.hotBesideRandom();
      case "W6b" -> workloads.rush();
      case "W7" -> workloads.history();
      case "W8" -> workloads.idle();
      case "W9" -> Start.measure(root, small);
      case "W10" -> workloads.memory();
      default -> workloads.halfLoad();
    };
  }

  private void write(Path root, List<Finding> findings) throws IOException {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("command", "./banyan bench " + String.join(" ", names).strip());
    told.put("seconds of a lap", lap);
    told.put("rounds of A B B A", rounds);
    told.put("seconds of warm-up", warm);
    if (!broken.isEmpty()) {
      told.put("could not be measured", broken);
    }
    write(root, "", told, findings, "Banyan beside the limit of the same machine");
  }

  /**
   * Results and their picture.
   *
   * @param kind ends the files' names
   * @param told how it was measured
   */
  static void write(
      Path root, String kind, Map<String, Object> told, List<Finding> findings, String title)
      throws IOException {
    String when =
        LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
    Path folder = Files.createDirectories(root.resolve("bench/results"));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("date", when + " UTC");
    result.putAll(told);
    result.put("machine", machine());
    result.put("findings", findings);
    Files.writeString(
        folder.resolve(when + kind + ".json"),
        Market.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result) + "\n");
    Files.writeString(
        folder.resolve(when + kind + ".svg"),
        Chart.of(findings, title + ", " + when + " UTC (bar: reached, mark: asked for)"));
    System.out.println("bench/results/" + when + kind + ".json, .svg");
  }

  static Map<String, Object> machine() throws IOException {
    Map<String, Object> machine = new LinkedHashMap<>();
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      machine.put(
          "processor",
          lines
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse("unknown"));
    }
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("java", Runtime.version().toString());
    machine.put("load before the end", Files.readString(Path.of("/proc/loadavg")).strip());
    return machine;
  }
}
