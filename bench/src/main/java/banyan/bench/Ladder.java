package banyan.bench;

import banyan.bench.Node.Count;
import banyan.bench.Step.Growth;
import banyan.bench.Step.Lap;
import banyan.cli.load.LoadFailed;
import banyan.cli.load.LoadTest;
import banyan.cli.load.Meters;
import banyan.cli.load.Mix;
import banyan.cli.load.Outcome;
import banyan.cli.load.Plan;
import banyan.cli.load.Slo;
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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A scale model: the stages with nodes of equal, small processors, and what each step gains. */
@Command(
    name = "ladder",
    mixinStandardHelpOptions = true,
    description =
        "Measures the stages as a scale model: nodes with equal quotas of processor time.",
    footer = {
      "",
      "Each stage is started, warmed up without limits until it is hardly getting faster, and measured",
      "at the quota: closed loop, the mixes in turn (A B B A). The load itself is not",
      "limited. Figures compare within one run only.",
      "What binds is the node that was throttled in most of its periods; no throttling at all means",
      "that the machine was full, or the shoppers too few, and not that a node was limited.",
      "With --nodes, stages of several nodes are measured with so many of them at the quota and all",
      "else without one, and the Universal Scalability Law is fitted.",
      "",
      "Exit codes: 0 measured, 1 it could not be, 99 a run had errors and counts 0.",
      "",
      "Examples:",
      "  banyan bench ladder --nodes 1,2,3     all stages, about 40 minutes",
      "  banyan bench ladder 1 2 --seconds 10",
    })
final class Ladder implements Callable<Integer> {
  private static final List<Mix> MIXES = List.of(Mix.TAOBAO, Mix.CHECKOUT);
  private static final int FIRST_WITH_MANY_NODES = 3;
  private static final int LAST = 4;

  /** Processors that the load and everything else on the machine must find free. */
  private static final double SPARE = 0.5;

  /**
   * A lap that is faster than the best before by more than this says that compilers are at work.
   */
  private static final double STEADY = 1.05;

  /** One slow lap says little: it may have met a checkpoint, or the compilers themselves. */
  private static final int STEADY_LAPS = 2;

  private static final int WARM_LAPS_MAX = 8;
  private static final Duration ADJUST = Duration.ofSeconds(5);

  @Parameters(arity = "0..*", paramLabel = "STAGE", description = "0 to 4; all unless told.")
  private List<Integer> stages = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "Seconds of a lap; ${DEFAULT-VALUE}.")
  private int seconds = 15;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "A B B A so often; ${DEFAULT-VALUE}.")
  private int rounds = 1;

  @Option(
      names = "--warm",
      defaultValue = "20",
      description = "Seconds of a lap without limits, before; ${DEFAULT-VALUE}.")
  private int warm = 20;

  @Option(
      names = "--cpus",
      defaultValue = "0.15",
      description = "Processors of each node; ${DEFAULT-VALUE}.")
  private double cpus = 0.15;

  @Option(
      names = "--clients",
      defaultValue = "24",
      description = {
        "Shoppers who wait for their answers; with --nodes so many for each node, otherwise in all;",
        "${DEFAULT-VALUE}."
      })
  private int clients = 24;

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "K",
      description = "Also with so many nodes of the marketplace, 1 to 3, at stages 3 and 4.")
  private List<Integer> sizes = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path root = Path.of(System.getProperty("banyan.root", "")).toAbsolutePath().normalize();
    check();
    List<Step> steps = new ArrayList<>();
    List<Growth> growths = new ArrayList<>();
    Map<String, Double> before = new LinkedHashMap<>();
    String when =
        LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
    for (int stage : stages.isEmpty() ? List.of(0, 1, 2, 3, LAST) : new TreeSet<>(stages)) {
      System.out.println("stage " + stage + " starts");
      try (Rung rung = Rung.start(root, stage)) {
        warm(rung);
        for (Step step : measure(rung, false, before)) {
          steps.add(step);
          before.put(step.mix(), step.perSecond());
        }
        if (stage >= FIRST_WITH_MANY_NODES && !sizes.isEmpty()) {
          growths.addAll(grow(rung));
        }
      } catch (LoadFailed failed) {
        throw new BenchFailed("stage " + stage + ": " + failed.getMessage());
      }
      // what has been measured outlives a run that is cut off
      write(root, when, steps, growths);
    }
    return Stream.concat(
                steps.stream(), growths.stream().flatMap(growth -> growth.steps().stream()))
            .allMatch(step -> step.errors().isEmpty())
        ? 0
        : 99;
  }

  private void check() {
    int processors = Runtime.getRuntime().availableProcessors();
    if (stages.stream().anyMatch(stage -> stage < 0 || stage > LAST)
        || sizes.stream().anyMatch(size -> size < 1 || size > Rung.APPS_MAX)) {
      throw new BenchFailed("stages are 0 to %d, --nodes 1 to %d".formatted(LAST, Rung.APPS_MAX));
    }
    if (seconds < 1 || seconds > 600 || warm < 0 || warm > 600 || rounds < 1 || rounds > 20) {
      throw new BenchFailed("--seconds takes 1..600, --warm 0..600, --rounds 1..20");
    }
    if (clients < 1 || clients > 500 || cpus < 0.01 || cpus > processors) {
      throw new BenchFailed("--clients takes 1..500, --cpus 0.01..%d".formatted(processors));
    }
  }

  /** Without limits, until two laps of each mix in a row are hardly faster than the best before. */
  private void warm(Rung rung) {
    rung.nodes().forEach(node -> node.limit(Rung.PLENTY));
    for (Mix mix : warm > 0 ? MIXES : List.<Mix>of()) {
      double best = 0;
      int laps = 0;
      int steady = 0;
      do {
        Outcome outcome =
            load(rung, mix, clients, Duration.ofSeconds(warm), Duration.ZERO, () -> {}, () -> {});
        double now = number(outcome.totals(), "answeredPerSecond");
        steady = now > STEADY * best ? 0 : steady + 1;
        best = Math.max(best, now);
        laps++;
      } while (steady < STEADY_LAPS && laps < WARM_LAPS_MAX);
      System.out.printf(
          "  %s without limits: %.0f/s, the best of %d laps of %d s%n", mix, best, laps, warm);
    }
  }

  /** All nodes at the quota, or only those of the marketplace. */
  private void limit(List<Node> nodes, boolean appsOnly) {
    List<Node> limited = nodes.stream().filter(node -> !appsOnly || node.isApp()).toList();
    double room = Runtime.getRuntime().availableProcessors() - SPARE;
    if (limited.size() * cpus > room) {
      throw new BenchFailed(
          "%d nodes of %s processors leave less than %s of this machine's for the load: lower --cpus"
              .formatted(limited.size(), cpus, SPARE));
    }
    limited.forEach(node -> node.limit(cpus));
  }

  private Outcome load(
      Rung rung,
      Mix mix,
      int shoppers,
      Duration time,
      Duration warmUp,
      Runnable prepared,
      Runnable counting) {
    Plan plan =
        new Plan(rung.url(), mix, 0, shoppers, time, warmUp, 100, Duration.ofSeconds(30), null, 1);
    Slo any = new Slo(Duration.ofSeconds(30), 0);
    return new LoadTest(plan, any, new Meters(Map.of()), step -> {})
        .prepared(prepared)
        .run(40, 1_000_000, false, counting);
  }

  private List<Step> measure(Rung rung, boolean appsOnly, Map<String, Double> before) {
    Map<Mix, List<Lap>> laps = new LinkedHashMap<>();
    MIXES.forEach(mix -> laps.put(mix, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      MIXES.forEach(mix -> laps.getOrDefault(mix, List.of()).add(lap(rung, mix, appsOnly)));
      MIXES
          .reversed()
          .forEach(mix -> laps.getOrDefault(mix, List.of()).add(lap(rung, mix, appsOnly)));
    }
    int apps = apps(rung.nodes());
    List<Step> steps = new ArrayList<>();
    laps.forEach((mix, all) -> {
      Double previous = before.get(mix.toString());
      steps.add(Step.of(rung.name(), mix.toString(), apps, all, previous, cpus));
    });
    steps.stream().flatMap(step -> step.lines().stream()).forEach(System.out::println);
    return steps;
  }

  private static int apps(List<Node> nodes) {
    return Math.max(1, (int) nodes.stream().filter(Node::isApp).count());
  }

  private Lap lap(Rung rung, Mix mix, boolean appsOnly) {
    List<Node> nodes = rung.nodes();
    // goods and guests are made without limits: it is not what is measured, and would take minutes
    nodes.forEach(node -> node.limit(Rung.PLENTY));
    List<Node.Meter> meters = nodes.stream().map(Node::meter).toList();
    List<Count> from = new ArrayList<>();
    long[] start = new long[1];
    Cpu.Machine[] machine = new Cpu.Machine[1];
    Outcome outcome =
        load(
            rung,
            mix,
            appsOnly ? clients * apps(nodes) : clients,
            Duration.ofSeconds(seconds),
            ADJUST,
            () -> limit(nodes, appsOnly),
            () -> {
              meters.forEach(meter -> from.add(meter.count()));
              machine[0] = Cpu.Machine.now();
              start[0] = System.nanoTime();
            });
    // those who were on their way when the time was over have been answered and are counted
    double elapsed = (System.nanoTime() - start[0]) / 1e9;
    double busy = Cpu.Machine.now().busySince(machine[0]);
    Map<String, Count> counts = new TreeMap<>();
    for (int i = 0; i < meters.size(); i++) {
      counts.put(meters.get(i).name(), meters.get(i).count().since(from.get(i)));
    }
    double good = number(outcome.totals(), "good") + number(outcome.totals(), "refused");
    double bad =
        number(outcome.totals(), "shed")
            + number(outcome.totals(), "failed")
            + number(outcome.totals(), "unknown");
    return new Lap(
        bad > 0 ? 0 : good / elapsed,
        bad > 0 ? outcome.errors() : Map.of(),
        number(outcome.latency(), "p50"),
        number(outcome.latency(), "p99"),
        elapsed,
        busy,
        counts);
  }

  private static double number(Map<String, Object> told, String name) {
    if (told.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw new BenchFailed("the load does not tell " + name);
  }

  private List<Growth> grow(Rung rung) {
    List<Integer> falling = new TreeSet<>(sizes).descendingSet().stream().toList();
    rung.nodes().forEach(node -> node.limit(Rung.PLENTY));
    rung.apps(falling.getFirst());
    warm(rung);
    Map<String, List<Step>> byMix = new LinkedHashMap<>();
    // falling, so that every node is warm: one that has just started would be measured compiling
    for (int size : falling) {
      rung.nodes().forEach(node -> node.limit(Rung.PLENTY));
      rung.apps(size);
      for (Step step : measure(rung, true, Map.of())) {
        byMix.computeIfAbsent(step.mix(), mix -> new ArrayList<>()).add(step);
      }
    }
    List<Growth> growths = byMix.values().stream().map(Growth::of).toList();
    growths.forEach(growth -> System.out.println(growth.line()));
    return growths;
  }

  private void write(Path root, String when, List<Step> steps, List<Growth> growths)
      throws IOException {
    Path folder = Files.createDirectories(root.resolve("bench/results"));
    Map<String, Object> told = new LinkedHashMap<>();
    List<String> words =
        spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
    told.put("date", when + " UTC");
    told.put("command", "./banyan bench " + String.join(" ", words));
    told.put("processors of a node", cpus);
    told.put("shoppers, closed loop; of each node where only their number differs", clients);
    told.put("seconds of a lap", seconds);
    told.put("rounds of A B B A", rounds);
    told.put("seconds of a lap of warm-up, without limits", warm);
    told.put("machine", Bench.machine());
    told.put("steps", steps);
    told.put("growth", growths);
    String name = when + "-ladder";
    Files.writeString(
        folder.resolve(name + ".json"),
        Market.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(told) + "\n");
    String title =
        String.format(
            Locale.ROOT, "Nodes of %.2f processors, answers a second, %s UTC", cpus, when);
    Files.writeString(folder.resolve(name + ".svg"), LadderChart.of(title, steps, growths));
    System.out.println("bench/results/" + name + ".json, .svg");
  }
}
