package banyan.cli;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
      "Checkouts arrive at a constant rate; five seconds later something breaks. What the shop has",
      "acknowledged is written down outside of it, and must be there in the end, once and paid.",
      "For test shops: a drill interrupts a shop, and leaves a stall and its orders behind.",
      "",
      "Exit codes: 0 nothing was lost and the shop came back, 3 a book is wrong, 99 it did not come",
      "back in time, 4 unreachable.",
      "",
      "Examples:",
      "  banyan drill list",
      "  banyan drill run kill-server",
      "  banyan drill run overload --capacity 300",
      "  banyan drill all --json"
    })
final class Drill implements Callable<Integer> {
  private static final int THRESHOLD_MISSED = 99;
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration AUDIT_PATIENCE = Duration.ofMinutes(30);

  /** Work that follows an order, and events that wait for their next try, end within it. */
  private static final Duration FOLLOW_UP = Duration.ofMinutes(2);

  @Mixin private Invocation invocation = new Invocation();

  @Parameters(index = "0", paramLabel = "list|run|all", description = "What to do.")
  private String verb = "list";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Of a drill.")
  private @Nullable String name;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Checkouts a second; ${DEFAULT-VALUE} unless told.")
  private double rate = 20;

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

  /**
   * @param seconds in which less than half of the requests were answered well, from the strike on
   * @param back whether the last second was served again
   */
  private record Result(
      Fault fault, long acknowledged, long seconds, boolean back, List<String> wrong) {
    boolean held() {
      return wrong.isEmpty();
    }

    Map<String, Object> told() {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("drill", fault.toString());
      told.put("acknowledged", acknowledged);
      told.put("secondsUnavailable", seconds);
      told.put("back", back);
      told.put("violations", wrong);
      return told;
    }

    String line() {
      return "%s %-16s %,7d orders acknowledged, %2d s unavailable, %s"
          .formatted(
              held() && back ? "●" : "✗",
              fault,
              acknowledged,
              seconds,
              !held()
                  ? wrong.size() + " violations: " + wrong.getFirst()
                  : back ? "nothing lost, the books balance" : "it did not come back in time");
    }
  }

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
      case "all" -> run(List.of(Fault.values()));
      default -> throw Refusal.usage("say list, run NAME or all: " + verb);
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
    DataFolder.Running running = folder.reachable();
    Path journal = folder.path().resolve("drill-overload.journal");
    try {
      Files.deleteIfExists(journal);
    } catch (IOException e) {
      throw Refusal.failed(journal + " cannot be removed");
    }
    Map<String, ProcessHandle> tiers = new LinkedHashMap<>();
    tiers.put("server", running.handle());
    folder.database().ifPresent(database -> tiers.put("database", database));
    Overload overload = new Overload(running, new Meters(tiers), journal, invocation::progress);
    double known = capacity > 0 ? capacity : overload.capacity(rate);
    List<Overload.Spike> spikes = List.of(overload.spike(known, 2), overload.spike(known, 10));
    List<String> wrong = wrong(running.management(), journal);
    List<String> lines = new ArrayList<>();
    lines.add("capacity %.0f checkouts/s".formatted(known));
    spikes.forEach(spike -> lines.add(spike.line()));
    wrong.forEach(violation -> lines.add("✗ " + violation));
    lines.add(wrong.isEmpty() ? "● nothing lost, the books balance" : "✗ the books do not balance");
    invocation.answer(
        Map.of(
            "drill",
            Overload.NAME,
            "capacity",
            known,
            "spikes",
            spikes.stream().map(Overload.Spike::told).toList(),
            "violations",
            wrong),
        lines);
    boolean met = spikes.stream().allMatch(Overload.Spike::met);
    return !wrong.isEmpty() ? Exit.INVARIANT_BROKEN : met ? Exit.OK : THRESHOLD_MISSED;
  }

  private int run(List<Fault> faults) {
    List<Result> results = new ArrayList<>();
    for (Fault fault : faults) {
      Result result = drill(fault);
      results.add(result);
      if (!invocation.json()) {
        invocation.out().println(result.line());
        invocation.out().flush();
      }
    }
    if (invocation.json()) {
      invocation.answer(Map.of("drills", results.stream().map(Result::told).toList()), List.of());
    }
    boolean held = results.stream().allMatch(Result::held);
    boolean back = results.stream().allMatch(Result::back);
    return !held ? Exit.INVARIANT_BROKEN : back ? Exit.OK : THRESHOLD_MISSED;
  }

  private Result drill(Fault fault) {
    DataFolder folder = invocation.folder();
    DataFolder.Running running = folder.reachable();
    Path journal = folder.path().resolve("drill-" + fault + ".journal");
    Path undo = folder.path().resolve("drill.undo");
    try {
      Files.deleteIfExists(journal);
      Files.writeString(undo, fault + ": " + fault.undoing() + "\n");
    } catch (IOException e) {
      throw Refusal.failed(folder.path() + " cannot be written");
    }
    invocation.progress(fault + ": " + fault.what() + "; undo: " + fault.undoing());
    Outcome outcome = underLoad(fault, folder, running, journal);
    DataFolder.Running after = folder.reachable();
    List<String> wrong = wrong(after.management(), journal);
    try {
      Files.delete(undo);
    } catch (IOException e) {
      throw Refusal.failed(undo + " cannot be removed");
    }
    long acknowledged = ((Number) outcome.totals().getOrDefault("good", 0L)).longValue();
    List<Map<String, Object>> seconds =
        outcome.seconds().subList((int) BEFORE.toSeconds(), outcome.seconds().size());
    long away = seconds.stream().filter(second -> !served(second)).count();
    return new Result(fault, acknowledged, away, served(seconds.getLast()), wrong);
  }

  private static boolean served(Map<String, Object> second) {
    return 2 * count(second, "good") >= count(second, "offered");
  }

  private static long count(Map<String, Object> second, String what) {
    return second.get(what) instanceof Number number ? number.longValue() : 0;
  }

  private Outcome underLoad(
      Fault fault, DataFolder folder, DataFolder.Running running, Path journal) {
    Plan plan =
        new Plan(
            running.shop(),
            Mix.CHECKOUT,
            rate,
            0,
            duration,
            WARM_UP,
            50,
            Duration.ofSeconds(15),
            journal,
            1);
    CountDownLatch counting = new CountDownLatch(1);
    CompletableFuture<Outcome> load =
        CompletableFuture.supplyAsync(
            () ->
                new LoadTest(plan, new Slo(duration, 1), new Meters(Map.of()), invocation::progress)
                    .run(20, 1_000_000, false, counting::countDown),
            task -> Thread.ofPlatform().name("load").daemon().start(task));
    load.whenComplete((outcome, failure) -> counting.countDown());
    try {
      counting.await();
      // the drill's timetable, not a wait for anything
      TimeUnit.MILLISECONDS.sleep(BEFORE.toMillis());
      if (!load.isDone()) {
        strike(fault, folder, running);
      }
      return load.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof LoadFailed known
          ? Refusal.failed(String.valueOf(known.getMessage()))
          : failed;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  private static void strike(Fault fault, DataFolder folder, DataFolder.Running running)
      throws InterruptedException {
    fault.strike(folder, running);
    try {
      TimeUnit.MILLISECONDS.sleep(fault.lasts().toMillis());
    } finally {
      fault.undo(folder, running);
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
