package banyan.cli.load;

import banyan.cli.load.Tally.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
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

  private static final long SPIN_NANOS = 60_000;

  private final Plan plan;
  private final Shop shop;
  private final Shopper shopper;
  private final @Nullable Journal journal;
  private @Nullable Market market;
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);

  Run(Plan plan, Shop shop, Shopper shopper, @Nullable Journal journal) {
    this.plan = plan;
    this.shop = shop;
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
        arrive(duration, rate, tally, shoppers);
      } else {
        stay(duration, tally, shoppers);
      }
    }
  }

  private void arrive(Duration duration, double rate, Tally tally, ExecutorService shoppers) {
    SplittableRandom random = new SplittableRandom(plan.seed());
    long start = System.nanoTime();
    long requests = Math.round(rate * duration.toNanos() / 1e9);
    for (long i = 0; i < requests; i++) {
      long due = start + Math.round(i * 1e9 / rate);
      waitUntil(due);
      SplittableRandom own = random.split();
      tally.offered(due - start);
      if (underWay.tryAcquire()) {
        shoppers.execute(() -> {
          try {
            one(own, due, start, tally);
          } finally {
            underWay.release();
          }
        });
      } else {
        tally.answered(Mix.Act.VIEW, due - start, 0, Kind.UNKNOWN, "not sent: too many under way");
      }
    }
  }

  private static void waitUntil(long due) {
    long left;
    while ((left = due - System.nanoTime()) > SPIN_NANOS) {
      LockSupport.parkNanos(left - SPIN_NANOS);
    }
    while (due - System.nanoTime() > 0) {
      Thread.onSpinWait();
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
          one(own, now, start, tally);
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

  private void one(SplittableRandom random, long due, long start, Tally tally) {
    Mix.Act act = plan.mix().pick(random);
    if (market != null) {
      Market.Came came = market.perform(act, random, journal);
      tally.answered(act, due - start, System.nanoTime() - due, came.kind(), came.code());
      return;
    }
    Shopper.Errand errand = shopper.errand(act, random);
    Kind kind;
    String code;
    try {
      HttpResponse<byte[]> answer = shop.send(errand.request());
      kind = kindOf(answer);
      code = kind == Kind.GOOD ? "" : codeOf(answer);
      if (kind == Kind.GOOD && errand.buys() && journal != null) {
        Shopper.acknowledged(errand, answer).forEach(journal::add);
      }
    } catch (HttpTimeoutException late) {
      kind = Kind.UNKNOWN;
      code = "no answer within " + plan.patience().toSeconds() + " s";
    } catch (IOException broken) {
      kind = Kind.FAILED;
      code = "connection: " + broken.getClass().getSimpleName();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return;
    }
    tally.answered(act, due - start, System.nanoTime() - due, kind, code);
  }

  static Kind kindOf(HttpResponse<byte[]> answer) {
    return switch (answer.statusCode()) {
      case 200, 201, 204 -> Kind.GOOD;
      case 402, 409 -> Kind.REFUSED;
      case 429, 503 -> Kind.SHED;
      default -> Kind.FAILED;
    };
  }

  static String codeOf(HttpResponse<byte[]> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    return answer.statusCode()
        + (type.contains("json")
            ? " " + Shop.JSON.readTree(answer.body()).path("code").asString("")
            : "");
  }
}
