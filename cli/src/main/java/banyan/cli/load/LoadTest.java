package banyan.cli.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A whole load test: goods and guests, the run or the search for the capacity, the outcome. */
public final class LoadTest {
  /**
   * One step of the search: long enough for two collections of garbage and a checkpoint's breath.
   */
  private static final Duration STEP = Duration.ofSeconds(10);

  private static final Duration STEP_WARM_UP = Duration.ofSeconds(3);
  private static final Goods.Item NOTHING = new Goods.Item("", "", "", List.of(""));

  private final Plan plan;
  private final Slo slo;
  private final Meters meters;
  private final Consumer<String> progress;
  private boolean skewed;
  private Runnable prepared = () -> {};

  public LoadTest(Plan plan, Slo slo, Meters meters, Consumer<String> progress) {
    this.plan = plan;
    this.slo = slo;
    this.meters = meters;
    this.progress = progress;
  }

  /** Most want the same few products of an online marketplace, instead of any. */
  public LoadTest skewed(boolean whether) {
    skewed = whether;
    return this;
  }

  /**
   * @param hears when goods and guests are there, before the load and its warm-up begin
   */
  public LoadTest prepared(Runnable hears) {
    prepared = hears;
    return this;
  }

  /**
   * @param products of a stall of our own; 0 for what the shop has for sale
   * @param units of each SKU of that stall
   * @param search for the highest rate that keeps the objective, from the plan's rate on
   */
  public Outcome run(int products, int units, boolean search) {
    return run(products, units, search, () -> {});
  }

  /**
   * @param counting told when the counted time begins
   */
  public Outcome run(int products, int units, boolean search, Runnable counting) {
    try (Shop shop = new Shop(plan.shop());
        Wire wire = new Wire(shop.url());
        Witness witness =
            new Witness(plan.journal() == null ? null : new Journal(plan.journal()))) {
      progress.accept("preparing goods and guests");
      if (plan.mix() == Mix.ONLINE_MARKETPLACE) {
        return marketplace(shop, wire, witness.journal(), Math.max(1, products), units, counting);
      }
      Goods goods = products > 0 ? shop.stall(products, units) : shop.existing(1_000);
      List<String> guests = guests(shop);
      prepared.run();
      Shopper shopper = new Shopper(wire, goods, guests);
      List<Map<String, Object>> steps = new ArrayList<>();
      Plan last = plan;
      double capacity = 0;
      if (search) {
        capacity = capacity(wire, shopper, witness.journal(), steps);
        last = plan.step(Math.max(1, capacity), plan.duration(), plan.warmUp());
      }
      progress.accept(describe(last));
      Tally tally = new Run(last, wire, shopper, witness.journal()).go(from(counting));
      return Outcome.of(last, slo, tally, meters.used(), capacity, steps);
    }
  }

  /** Acts of many requests on goods of its own; the books of the run's own memory come last. */
  private Outcome marketplace(
      Shop shop, Wire wire, @Nullable Journal journal, int products, int units, Runnable counting) {
    List<String> guests = guests(shop);
    Market market = new Market(shop, wire, guests, products, units, skewed, plan.patience());
    prepared.run();
    Shopper nobody = new Shopper(wire, new Goods(List.of(NOTHING)), guests);
    progress.accept(describe(plan));
    Tally tally = new Run(plan, wire, nobody, journal).at(market).go(from(counting));
    market.settle();
    return Outcome.of(plan, slo, tally, meters.used(), 0, List.of()).with(market.anomalies());
  }

  /** Processor time counts from where requests do, not from the warm-up on. */
  private Runnable from(Runnable counting) {
    return () -> {
      meters.start();
      counting.run();
    };
  }

  private record Witness(@Nullable Journal journal) implements AutoCloseable {
    @Override
    public void close() {
      if (journal != null) {
        journal.close();
      }
    }
  }

  private List<String> guests(Shop shop) {
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Callable<String>> visits = new ArrayList<>();
      for (int i = 0; i < plan.buyers(); i++) {
        visits.add(shop::guest);
      }
      List<String> guests = new ArrayList<>();
      for (Future<String> visit : pool.invokeAll(visits)) {
        guests.add(visit.get());
      }
      return guests;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LoadFailed known
          ? known
          : new LoadFailed(String.valueOf(e.getCause()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new LoadFailed("interrupted");
    }
  }

  private double capacity(
      Wire wire, Shopper shopper, @Nullable Journal journal, List<Map<String, Object>> steps) {
    Climb climb = new Climb(plan.rate());
    while (climb.goesOn()) {
      double rate = climb.rate();
      progress.accept("trying %.0f requests/s".formatted(rate));
      Tally tally =
          new Run(plan.step(rate, STEP, STEP_WARM_UP), wire, shopper, journal).go(() -> {});
      boolean ok = slo.kept(tally);
      steps.add(step(rate, ok, tally));
      climb.went(ok);
    }
    return climb.highest();
  }

  private static Map<String, Object> step(double rate, boolean ok, Tally tally) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("rate", Outcome.round(rate));
    step.put("kept", ok);
    step.put("p99", Outcome.round(tally.latency().getValueAtPercentile(99) / 1000.0));
    step.put("errors", Outcome.round(Slo.bad(tally)));
    return step;
  }

  private static String describe(Plan plan) {
    return "%s, %s, for %d s after %d s of warm-up"
        .formatted(
            plan.mix(),
            plan.open() ? "%.0f requests/s".formatted(plan.rate()) : plan.clients() + " clients",
            plan.duration().toSeconds(),
            plan.warmUp().toSeconds());
  }
}
