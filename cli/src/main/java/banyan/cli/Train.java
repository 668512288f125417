package banyan.cli;

import banyan.cli.load.LoadTest;
import banyan.cli.load.Meters;
import banyan.cli.load.Mix;
import banyan.cli.load.Outcome;
import banyan.cli.load.Plan;
import banyan.cli.load.Slo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Lets the JDK watch one start and a few requests, and keep what it learnt: later starts take a
 * third of the time. The script runs it after a build.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Makes the start-up cache of the server, once after a build.")
final class Train implements Callable<Integer> {
  /** What somebody does first, so that its classes are in the cache too. */
  private static final List<String> PAGES =
      List.of(
          "/api/products",
          "/api/products?q=tea&sort=price&limit=5",
          "/api/products/nothing-of-this-name",
          "/api/cart",
          "/api/orders",
          "/v3/api-docs");

  private static final int SHOPPERS = 8;
  private static final Duration BUSY = Duration.ofSeconds(10);

  @Mixin private Invocation invocation = new Invocation();

  @Override
  public Integer call() throws IOException {
    Installation installation = Installation.here();
    Path cache = installation.startUpCache();
    Path making = cache.resolveSibling("app.aot.new");
    Files.deleteIfExists(making);
    Path scratch =
        Files.createTempDirectory(installation.root().resolve("app/target"), "training-");
    try {
      DataFolder folder = new DataFolder(scratch.toAbsolutePath().normalize());
      Server server =
          Server.start(
              installation,
              installation.stage("0"),
              folder,
              List.of("-XX:AOTCacheOutput=" + making),
              List.of(
                  "--server.port=0",
                  "--server.address=127.0.0.1",
                  "--management.server.port=0",
                  "--banyan.sample=true"));
      DataFolder.Running running = server.awaitReady(Duration.ofMinutes(4), invocation::progress);
      for (String page : PAGES) {
        Management.get(running.shop() + page, Duration.ofSeconds(30));
      }
      Management.get(running.management() + "/health", Duration.ofSeconds(30));
      shop(running.shop());
      invocation.progress("keeping what this start has taught");
      server.process().destroy();
      boolean ended =
          Processes.gone(server.process().toHandle(), running.startTicks(), Duration.ofMinutes(4));
      if (!ended || !Files.exists(making)) {
        throw Refusal.failed("the start-up cache was not written; the server starts without it");
      }
      Files.move(making, cache, StandardCopyOption.REPLACE_EXISTING);
      invocation.answer(
          Map.of("cache", cache.toString()),
          List.of("start-up cache: " + Files.size(cache) / 1_048_576 + " MiB"));
      return Exit.OK;
    } finally {
      remove(scratch);
    }
  }

  /** Ten busy seconds: what the compilers would learn from it is in the cache, too. */
  private void shop(String url) {
    invocation.progress("letting some shoppers in");
    Plan plan =
        new Plan(
            url,
            Mix.TAOBAO,
            0,
            SHOPPERS,
            BUSY,
            Duration.ofSeconds(1),
            2 * SHOPPERS,
            Duration.ofSeconds(15),
            null,
            1);
    Outcome outcome =
        new LoadTest(plan, new Slo(BUSY, 1), new Meters(Map.of()), said -> {})
            .run(10, 100_000, false);
    invocation.progress(outcome.verdict());
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
