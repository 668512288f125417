package banyan.cli.load;

import banyan.cli.load.Tally.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Puts the load on. In an open loop a request leaves when its time has come, whether or not the
 * others have been answered, and its latency counts from that time: a shop that stops for a second
 * makes everybody late who would have come in it, and all of them are counted.
 */
final class Run {
  /** Requests under way at most: below the limit of files of a process. */
  private static final int UNDER_WAY_MAX = 8_000;

  static final String BROKEN = "connection: ";

  private final Plan plan;
  private final Wire wire;
  private final Shopper shopper;
  private final @Nullable Journal journal;
  private @Nullable Market market;
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);

  Run(Plan plan, Wire wire, Shopper shopper, @Nullable Journal journal) {
    this.plan = plan;
    this.wire = wire;
    this.shopper = shopper;
    this.journal = journal;
  }

  /** Lets acts of many requests run where a shopper has one. */
  Run at(@Nullable Market place) {
    market = place;
    return this;
  }

  /** Warms up, then counts. */
  Tally go(Runnable counting) {
    if (!plan.warmUp().isZero()) {
      double rate = plan.mix() == Mix.FLASH_SALE ? plan.rate() / Plan.FLASH_STEP : plan.rate();
      drive(plan.warmUp(), rate, new Tally(plan.warmUp()));
    }
    Tally tally = new Tally(plan.duration());
    counting.run();
    drive(plan.duration(), plan.rate(), tally);
    return tally;
  }

  private void drive(Duration duration, double rate, Tally tally) {
    try (ExecutorService shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
      if (plan.open()) {
        arrive(stretches(duration, rate), tally, shoppers);
      } else {
        stay(duration, tally, shoppers);
      }
    }
  }

  /** A while with one rate; nanoseconds since the beginning. */
  private record Stretch(long from, long to, double rate) {}

  /** The warm-up has no spike, and no time for one. */
  private List<Stretch> stretches(Duration duration, double rate) {
    long end = duration.toNanos();
    Storm.Spike spike = plan.storm().spike();
    if (spike == null || duration.compareTo(plan.duration()) < 0) {
      return List.of(new Stretch(0, end, rate));
    }
    long from = Math.min(end, spike.from().toNanos());
    long to = Math.min(end, from + spike.lasts().toNanos());
    return List.of(
        new Stretch(0, from, rate),
        new Stretch(from, to, rate * spike.times()),
        new Stretch(to, end, rate));
  }

  private void arrive(List<Stretch> stretches, Tally tally, ExecutorService shoppers) {
    SplittableRandom random = new SplittableRandom(plan.seed());
    long start = System.nanoTime();
    long end = start + stretches.getLast().to();
    for (Stretch stretch : stretches) {
      long requests = Math.round(stretch.rate() * (stretch.to() - stretch.from()) / 1e9);
      for (long i = 0; i < requests; i++) {
        long due = start + stretch.from() + Math.round(i * 1e9 / stretch.rate());
        waitUntil(due);
        SplittableRandom own = random.split();
        tally.offered(due - start);
        shoppers.execute(() -> visit(own, due, start, end, tally));
      }
    }
  }

  /**
   * A few hundredths of a millisecond late, which are counted; turning on the spot cost a fifth.
   */
  private static void waitUntil(long due) {
    long left;
    while ((left = due - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  private void stay(Duration duration, Tally tally, ExecutorService shoppers) {
    SplittableRandom random = new SplittableRandom(plan.seed());
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    for (int client = 0; client < plan.clients(); client++) {
      SplittableRandom own = random.split();
      shoppers.execute(() -> {
        long now;
        while ((now = System.nanoTime()) < end) {
          tally.offered(now - start);
          visit(own, now, start, end, tally);
        }
      });
    }
    shoppers.shutdown();
    try {
      if (!shoppers.awaitTermination(
          duration.plus(plan.patience()).toSeconds() + 5, TimeUnit.SECONDS)) {
        shoppers.shutdownNow();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One shopper with one wish, who tries again as often as the plan says, and not after its end.
   */
  private void visit(SplittableRandom random, long due, long start, long end, Tally tally) {
    Mix.Act act = plan.mix().pick(random);
    if (market != null) {
      long began = System.nanoTime();
      Market.Came came = market.perform(act, random, journal);
      tally.sent(began - due, System.nanoTime() - began, came.kind());
      tally.answered(act, due - start, System.nanoTime() - due, came.kind(), came.code());
      return;
    }
    Shopper.Errand errand = shopper.errand(act, random);
    long meant = due;
    for (int attempt = 0; ; attempt++) {
      long sent = System.nanoTime();
      Result result = attempt(errand);
      long now = System.nanoTime();
      tally.sent(sent - meant, now - sent, result.kind());
      tally.answered(errand.act(), meant - start, now - meant, result.kind(), result.code());
      if (!result.again() || attempt >= plan.storm().retries()) {
        return;
      }
      long pause = plan.storm().pause(attempt, result.retryAfter(), random).toNanos();
      meant = System.nanoTime() + pause;
      if (meant >= end) {
        return;
      }
      LockSupport.parkNanos(pause);
      tally.retried(meant - start);
    }
  }

  private record Result(Kind kind, String code, int retryAfter) {
    /** A shopper who got no answer, or was told to come back, tries again if he ever does. */
    boolean again() {
      return kind == Kind.SHED || kind == Kind.UNKNOWN || code.startsWith(BROKEN);
    }
  }

  private Result attempt(Shopper.Errand errand) {
    if (!underWay.tryAcquire()) {
      return new Result(Kind.UNKNOWN, "not sent: too many under way", 0);
    }
    try {
      Wire.Answer answer = wire.send(errand.request(), plan.patience());
      Kind kind = kindOf(answer);
      if (kind == Kind.GOOD && errand.buys() && journal != null) {
        Shopper.acknowledged(errand, answer).forEach(journal::add);
      }
      return new Result(kind, kind == Kind.GOOD ? "" : codeOf(answer), answer.retryAfter());
    } catch (SocketTimeoutException late) {
      return new Result(Kind.UNKNOWN, "no answer within " + plan.patience().toSeconds() + " s", 0);
    } catch (IOException broken) {
      return new Result(Kind.FAILED, BROKEN + broken.getClass().getSimpleName(), 0);
    } finally {
      underWay.release();
    }
  }

  static Kind kindOf(Wire.Answer answer) {
    return switch (answer.status()) {
      case 200, 201, 204 -> Kind.GOOD;
      case 402, 409 -> Kind.REFUSED;
      // a refusal that does not say when to come back, or what it is, is a failure
      case 429, 503 ->
          answer.retryAfter() > 0 && answer.type().startsWith("application/problem+json")
              ? Kind.SHED
              : Kind.FAILED;
      default -> Kind.FAILED;
    };
  }

  static String codeOf(Wire.Answer answer) {
    return answer.status()
        + (answer.type().contains("json")
            ? " " + Shop.JSON.readTree(answer.body()).path("code").asString("")
            : "");
  }
}
