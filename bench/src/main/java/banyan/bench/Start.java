package banyan.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** W9: processor time from nothing to the first correct answer, beside an empty Spring Boot's. */
final class Start {
  private static final int TIMES = 5;

  private Start() {}

  /**
   * @param market stopped and started again, several times
   */
  static Finding measure(Path root, Market market) {
    List<Double> ours = new ArrayList<>();
    List<Double> empty = new ArrayList<>();
    List<Double> clock = new ArrayList<>();
    Path cache = train(root);
    for (int i = 0; i < TIMES; i++) {
      long begin = System.nanoTime();
      ours.add(once(market));
      clock.add((System.nanoTime() - begin) / 1e9);
      empty.add(emptyStart(root, cache));
    }
    double cpu = Finding.median(ours.stream());
    double limit = Finding.median(empty.stream());
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("an empty Spring Boot, seconds", Finding.rounded(limit));
    more.put("ratio", Finding.rounded(cpu / limit));
    more.put(
        "seconds by the clock, stop, start and the command included",
        Finding.rounded(Finding.median(clock.stream())));
    return Finding.number(
        "W9",
        "seconds of processor from start to first answer",
        "≤ 3 and ≤ 1.5 × an empty Spring Boot",
        cpu,
        cpu <= 3 && cpu <= 1.5 * limit,
        more);
  }

  /** Seconds of processor time from nothing to the first answer, the middle of several. */
  static double ours(Market market) {
    return Finding.median(Stream.generate(() -> once(market)).limit(3));
  }

  private static double once(Market market) {
    market.restart();
    try (Wire wire = new Wire(market.port())) {
      byte[] first = Errands.product(market.products().getFirst());
      Errands.must(200, wire.send(first), wire);
    }
    return market.server().seconds();
  }

  private static List<String> boot(Path root, String option, int port, String... more) {
    List<String> command = Limit.java(root);
    command.add(2, option);
    command.addAll(List.of(more));
    command.add("-Dserver.port=" + port);
    command.add("-Dserver.address=127.0.0.1");
    command.add("-Dspring.threads.virtual.enabled=true");
    command.add(EmptyBoot.class.getName());
    return command;
  }

  private static Path train(Path root) {
    Path cache = root.resolve("bench/target/empty.aot");
    if (!Files.exists(cache)) {
      int port = Limit.freePort();
      Process watched = Limit.begin(boot(root, "-XX:AOTCacheOutput=" + cache, port), root);
      Limit.awaitAnswer(watched, port, "/");
      watched.destroy();
      wait(watched);
    }
    if (!Files.exists(cache)) {
      throw new BenchFailed("the empty Spring Boot's start-up cache was not written");
    }
    return cache;
  }

  private static double emptyStart(Path root, Path cache) {
    int port = Limit.freePort();
    Process process = Limit.begin(boot(root, "-XX:AOTCache=" + cache, port), root);
    try {
      Limit.awaitAnswer(process, port, "/");
      return new Cpu(process.pid(), false).seconds();
    } finally {
      process.destroy();
      wait(process);
    }
  }

  private static void wait(Process process) {
    try {
      process.waitFor();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }
}
