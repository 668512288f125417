package banyan.bench;

import banyan.bench.Finding.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the marketplace beside others that people use. */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    description =
        "Measures Banyan beside other shops: same goods, same journeys, in turn (A B B A).",
    footer = {
      "",
      "W1 product  W3 search  W4 cart  W5 order  W6b a rush for few units  W7 history  W9 start",
      "",
      "Needed: Node 20 with npm. The first run installs and fills a peer, which takes minutes.",
      "Exit codes: 0 every figure is reached, 1 it could not be measured, 99 a figure is missed.",
      "",
      "Examples:",
      "  banyan bench peers                       both peers, everything",
      "  banyan bench peers vendure W1 W5 --rounds 2 --lap 8 --warm 10",
    })
final class Peers implements Callable<Integer> {
  private static final List<String> PEERS = List.of("vendure", "medusa");
  private static final List<String> ALL = List.of("W9", "W1", "W3", "W4", "W5", "W6b", "W7");
  private static final int PRODUCTS = 1_000;

  @Parameters(
      arity = "0..*",
      paramLabel = "PEER|W",
      description = "Which peers and workloads; all unless told.")
  private List<String> words = List.of();

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

  /** What could not be measured. */
  private final List<String> broken = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Path root = Path.of(System.getProperty("banyan.root", "")).toAbsolutePath().normalize();
    List<String> peers = chosen(PEERS);
    List<String> workloads = chosen(ALL);
    for (String word : words) {
      if (!peers.contains(word) && !workloads.contains(word)) {
        throw new BenchFailed("there are " + PEERS + " and " + ALL);
      }
    }
    List<Finding> findings = new ArrayList<>();
    try (Market market = Market.of(root, PRODUCTS)) {
      for (String peer : peers) {
        try {
          measure(root, market, peer, workloads, findings);
        } catch (BenchFailed failed) {
          unmeasured(peer, failed);
        }
      }
      if (audit) {
        market.audit();
      }
    }
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("command", "./banyan bench peers " + String.join(" ", words));
    told.put("seconds of a lap", lap);
    told.put("rounds of A B B A", rounds);
    told.put("seconds of warm-up", warm);
    told.put("audited", audit);
    if (!broken.isEmpty()) {
      told.put("could not be measured", broken);
    }
    Bench.write(root, "-peers", told, findings, "Banyan beside its peers on the same machine");
    return !broken.isEmpty() ? 1 : findings.stream().allMatch(Finding::met) ? 0 : 99;
  }

  /** One that cannot be measured takes no other with it. */
  private void unmeasured(String what, BenchFailed failed) {
    System.err.println("banyan bench: " + what + ": " + failed.getMessage());
    broken.add(what);
  }

  /** Those of all that were named; all, if none was. */
  private List<String> chosen(List<String> all) {
    List<String> named = all.stream().filter(words::contains).toList();
    return named.isEmpty() ? all : named;
  }

  private static Shop shop(String name, PeerServer server) {
    return name.equals("vendure") ? new Vendure(server) : new Medusa(server);
  }

  private void measure(
      Path root, Market market, String name, List<String> workloads, List<Finding> findings) {
    Patience patience =
        new Patience(Duration.ofSeconds(warm), Duration.ofSeconds(lap), Math.max(1, rounds));
    // the marketplace takes its database along, so it starts before the peer
    double ourStart = workloads.contains("W9") ? Start.ours(market) : 0;
    Catalogue catalogue = Catalogue.read(market.data().resolve("bench-products.csv"));
    try (PeerServer server = PeerServer.of(root, name, market)) {
      Side ours = Side.of(new OurShop(market), catalogue);
      Side peer = Side.of(shop(name, server), catalogue);
      Journeys journeys = new Journeys(market, ours, peer, patience);
      for (String workload : workloads) {
        try {
          Finding finding = one(journeys, server, workload, ourStart);
          System.out.println(finding.line());
          System.out.println("       " + finding.more());
          findings.add(finding);
        } catch (BenchFailed failed) {
          unmeasured(name + " " + workload, failed);
        }
      }
    }
  }

  private static Finding one(
      Journeys journeys, PeerServer server, String workload, double ourStart) {
    return switch (workload) {
      case "W9" -> journeys.start(server, ourStart);
      case "W1" -> journeys.products();
      case "W3" -> journeys.search();
      case "W4" -> journeys.carts();
      case "W5" -> journeys.orders();
      case "W6b" -> journeys.rush(server);
      default -> journeys.history();
    };
  }
}
