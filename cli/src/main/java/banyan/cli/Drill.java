package banyan.cli;

import banyan.cli.load.Journal;
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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Breaks something under load, puts it right, and asks whether anything was lost. */
@Command(
    name = "drill",
    description = "Breaks something under load, puts it right, and audits with a journal.",
    footer = {
      "",
      "Requests arrive at a constant rate; five seconds later something breaks. What the shop has",
      "acknowledged is written down outside of it, and must be there in the end, once and paid.",
      "For test shops: a drill interrupts a shop, and leaves a stall and its orders behind.",
      "",
      "A drill that dies leaves a note in the data folder; undo, or the next drill, puts things right.",
      "",
      "Exit codes: 0 nothing was lost and all figures are met, 3 a book is wrong, 99 a figure is not",
      "met or the shop did not come back in time, 4 unreachable.",
      "",
      "Examples:",
      "  banyan drill list",
      "  banyan drill run kill-server",
      "  banyan drill run pool-exhausted --rate 50",
      "  banyan drill run flush-cache --mix taobao --rate 500",
      "  banyan drill run overload --apart",
      "  banyan drill all --json",
      "  banyan drill undo"
    })
final class Drill implements Callable<Integer> {
  private static final int THRESHOLD_MISSED = 99;
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration AUDIT_PATIENCE = Duration.ofMinutes(30);

  /** Work that follows an order, and events that wait for their next try, end within it. */
  private static final Duration FOLLOW_UP = Duration.ofMinutes(2);

  @Mixin private Invocation invocation = new Invocation();

  @Parameters(index = "0", paramLabel = "list|run|all|undo", description = "What to do.")
  private String verb = "list";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Of a drill.")
  private @Nullable String name;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Requests a second; ${DEFAULT-VALUE} unless told.")
  private double rate = 20;

  @Option(
      names = "--mix",
      defaultValue = "checkout",
      converter = MixNames.class,
      description = "What they are: checkout or taobao; ${DEFAULT-VALUE} unless told.")
  private Mix mix = Mix.CHECKOUT;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "40s",
      converter = Times.class,
      description = "Of the load; ${DEFAULT-VALUE} unless told.")
  private Duration duration = Duration.ofSeconds(40);

  @Option(
      names = "--capacity",
      paramLabel = "N",
      description =
          "Of the shop, for the drill overload: checkouts a second; looked for unless told.")
  private double capacity;

  @Option(
      names = "--apart",
      description =
          "For the drill overload: half of the processors for the load, the other for the shop.")
  private boolean apart;

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "Draws how long the shop was away in each drill, as SVG.")
  private @Nullable Path chart;

  @Override
  public Integer call() {
    if (duration.compareTo(Duration.ofSeconds(20)) < 0
        || duration.compareTo(Duration.ofMinutes(10)) > 0
        || rate < 1
        || rate > 2_000
        || capacity < 0
        || capacity > 5_000) {
      throw Refusal.usage("--duration must be 20s..10m, --rate 1..2000, --capacity up to 5000");
    }
    if (mix != Mix.CHECKOUT && mix != Mix.TAOBAO) {
      throw Refusal.usage("--mix must be checkout or taobao");
    }
    if (chart != null && !Files.isDirectory(chart.toAbsolutePath().resolveSibling(""))) {
      throw Refusal.usage("the folder of --chart %s does not exist".formatted(chart));
    }
    return switch (verb) {
      case "list" -> list();
      case "run" -> {
        if (Overload.NAME.equals(name)) {
          yield overload();
        }
        Fault fault =
            Fault.named(name == null ? "" : name)
                .orElseThrow(() ->
                    Refusal.usage(
                        "which one? %s, %s"
                            .formatted(Arrays.toString(Fault.values()), Overload.NAME)));
        yield run(List.of(fault));
      }
      case "all" -> {
        Marketplace running = invocation.folder().reachable();
        yield run(
            Arrays.stream(Fault.values()).filter(fault -> fault.unfit(running).isEmpty()).toList());
      }
      case "undo" -> undo();
      default -> throw Refusal.usage("say list, run NAME, all or undo: " + verb);
    };
  }

  private int list() {
    List<Map<String, String>> drills = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      drills.add(Map.of("name", fault.toString(), "what", fault.what(), "undo", fault.undoing()));
      lines.add("%-16s %s".formatted(fault, fault.what()));
      lines.add("%-16s undo: %s".formatted("", fault.undoing()));
    }
    drills.add(Map.of("name", Overload.NAME, "what", Overload.WHAT, "undo", Overload.UNDO));
    lines.add("%-16s %s".formatted(Overload.NAME, Overload.WHAT));
    lines.add("%-16s undo: %s".formatted("", Overload.UNDO));
    invocation.answer(Map.of("drills", drills), lines);
    return Exit.OK;
  }

  /** What is too much for the shop, and whether its books balance afterwards. */
  private int overload() {
    DataFolder folder = invocation.folder();
    Marketplace running = folder.reachable();
    Path journal = folder.path().resolve("drill-overload.journal");
    try {
      Files.deleteIfExists(journal);
    } catch (IOException e) {
      throw Refusal.failed(journal + " cannot be removed");
    }
    Map<String, ProcessHandle> tiers = running.tiers(folder);
    Overload overload = new Overload(running, new Meters(tiers), journal, invocation::progress);
    Overload.Strain strain;
    try (Apart halves = apart ? Apart.of(tiers.values(), folder) : null) {
      strain = overload.strain(capacity > 0 ? capacity : overload.capacity(rate), halves != null);
    }
    List<String> wrong = wrong(running.management(), journal);
    List<String> lines = new ArrayList<>(strain.lines());
    wrong.forEach(violation -> lines.add("✗ " + violation));
    lines.add(wrong.isEmpty() ? "● nothing lost, the books balance" : "✗ the books do not balance");
    invocation.answer(strain.told(wrong), lines);
    return !wrong.isEmpty() ? Exit.INVARIANT_BROKEN : strain.met() ? Exit.OK : THRESHOLD_MISSED;
  }

  private int run(List<Fault> faults) {
    UndoNote.apply(invocation.folder())
        .ifPresent(
            left -> invocation.progress("put right what a drill that died had left: " + left));
    List<DrillResult> results = new ArrayList<>();
    for (Fault fault : faults) {
      DrillResult result = faults.size() == 1 ? drill(fault) : drillOrSayWhyNot(fault);
      results.add(result);
      if (!invocation.json()) {
        invocation.out().println(result.line());
        invocation.out().flush();
      }
    }
    draw(results);
    invocation.answer(
        Map.of("drills", results.stream().map(DrillResult::told).toList()),
        DrillResult.table(results));
    boolean held = results.stream().allMatch(DrillResult::held);
    boolean met = results.stream().allMatch(result -> result.back() && result.met());
    return !held ? Exit.INVARIANT_BROKEN : met ? Exit.OK : THRESHOLD_MISSED;
  }

  private void draw(List<DrillResult> results) {
    if (chart == null) {
      return;
    }
    Marketplace drilled = invocation.folder().reachable();
    String title =
        "Seconds without half of the requests (mark: allowed), %s, %s at %.0f/s, %s UTC"
            .formatted(
                drilled instanceof Fleet fleet ? fleet.what() : "stage 0",
                mix,
                rate,
                Instant.now().truncatedTo(ChronoUnit.MINUTES).toString().replace("Z", ""));
    try {
      Files.writeString(chart, DrillChart.of(title, results));
    } catch (IOException e) {
      throw Refusal.failed("%s cannot be written".formatted(chart));
    }
  }

  private int undo() {
    boolean halves = Apart.undo(invocation.folder());
    Optional<String> left =
        UndoNote.apply(invocation.folder())
            .or(() -> halves ? Optional.of(Overload.NAME) : Optional.empty());
    invocation.answer(
        Map.of("undone", left.orElse("")),
        List.of(
            left.map(drill -> "put right: " + drill).orElse("no drill has left anything broken")));
    return Exit.OK;
  }

  /** One drill that cannot be run on this machine does not keep the others from being run. */
  private DrillResult drillOrSayWhyNot(Fault fault) {
    try {
      return drill(fault);
    } catch (Refusal refusal) {
      UndoNote.apply(invocation.folder());
      return DrillResult.notRun(fault, String.valueOf(refusal.getMessage()));
    }
  }

  private DrillResult drill(Fault fault) {
    DataFolder folder = invocation.folder();
    Marketplace running = folder.reachable();
    fault
        .unfit(running)
        .ifPresent(why -> {
          throw Refusal.failed("%s: %s".formatted(fault, why));
        });
    Breakage breakage = fault.breakage();
    Breakage.Site site =
        breakage.site(
            new Breakage.Site(
                folder, running.port(), folder.path().resolve("drill-" + fault + ".journal")));
    try {
      Files.deleteIfExists(site.journal());
    } catch (IOException e) {
      throw Refusal.failed(folder.path() + " cannot be written");
    }
    UndoNote.write(folder, fault, site);
    invocation.progress(fault + ": " + fault.what() + "; undo: " + fault.undoing());
    DrillResult result;
    try {
      breakage.prepare(site);
      result = underLoad(fault, breakage, site);
    } finally {
      breakage.clear(site);
    }
    UndoNote.remove(folder);
    return result;
  }

  private DrillResult underLoad(Fault fault, Breakage breakage, Breakage.Site site) {
    Marketplace running = site.folder().reachable();
    Plan plan =
        new Plan(
            running.shop(),
            mix,
            rate,
            0,
            lasting(fault),
            WARM_UP,
            50,
            Duration.ofSeconds(15),
            site.journal(),
            1);
    CountDownLatch counting = new CountDownLatch(1);
    CompletableFuture<Outcome> load =
        CompletableFuture.supplyAsync(
            () ->
                new LoadTest(
                        plan,
                        new Slo(DrillResult.IN_TIME, 1),
                        new Meters(Map.of()),
                        invocation::progress)
                    .run(20, 1_000_000, false, counting::countDown),
            task -> Thread.ofPlatform().name("load").daemon().start(task));
    load.whenComplete((outcome, failure) -> counting.countDown());
    try {
      counting.await();
      if (load.isCompletedExceptionally()) {
        load.join();
      }
      DrillResult.Window window;
      Outcome outcome;
      try (Onlooker onlooker = new Onlooker(running.shop())) {
        Breakage.hold(BEFORE);
        long from = System.nanoTime();
        strike(fault, breakage, site);
        window = new DrillResult.Window(onlooker, from, System.nanoTime());
        outcome = load.join();
      }
      List<String> wrong = wrong(site.folder().reachable().management(), site.journal());
      return DrillResult.of(
          fault,
          outcome,
          (int) BEFORE.toSeconds(),
          Journal.read(site.journal()).size(),
          window,
          wrong,
          breakage.seen(site));
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof LoadFailed known
          ? Refusal.failed(String.valueOf(known.getMessage()))
          : failed;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  private Duration lasting(Fault fault) {
    return duration.compareTo(fault.loadAtLeast()) > 0 ? duration : fault.loadAtLeast();
  }

  private static void strike(Fault fault, Breakage breakage, Breakage.Site site) {
    try {
      breakage.strike(site);
      Breakage.hold(fault.lasts());
    } finally {
      breakage.undo(site);
    }
  }

  /** What the books and the journal say, once the work that follows an order has ended. */
  private List<String> wrong(String management, Path journal) {
    invocation.progress("reading the books");
    long giveUp = System.nanoTime() + FOLLOW_UP.toNanos();
    while (true) {
      List<String> wrong = new ArrayList<>();
      Management.Answer audit = Management.get(management + "/audit", AUDIT_PATIENCE);
      for (JsonNode book : audit.body().path("books")) {
        book.path("violations")
            .forEach(one -> wrong.add(book.path("name").asString() + ": " + one.asString()));
      }
      Audit.witness(journal, management)
          .path("violations")
          .forEach(one -> wrong.add(one.asString()));
      boolean read = audit.status() == 200 && audit.body().has("balanced");
      if (read && wrong.isEmpty()) {
        return wrong;
      }
      if (System.nanoTime() > giveUp) {
        return read ? wrong : List.of("the audit could not be read");
      }
      Processes.pause();
    }
  }
}
