package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One container as a machine of a scale model: its share of the processor, and what the kernel
 * counts of it.
 *
 * @param name of its service
 * @param container its name in Docker
 */
record Node(String name, String container) {
  private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

  /**
   * Counted since the container's start.
   *
   * @param periods of the quota (100 ms) in which it wanted to run
   * @param throttled those in which it had used its quota up and had to wait
   * @param throttledSeconds that its processors waited for, all together
   * @param usedSeconds of processor time
   */
  record Count(long periods, long throttled, double throttledSeconds, double usedSeconds) {
    static final Count NONE = new Count(0, 0, 0, 0);

    Count since(Count before) {
      return new Count(
          periods - before.periods,
          throttled - before.throttled,
          throttledSeconds - before.throttledSeconds,
          usedSeconds - before.usedSeconds);
    }

    Count and(Count other) {
      return new Count(
          periods + other.periods,
          throttled + other.throttled,
          throttledSeconds + other.throttledSeconds,
          usedSeconds + other.usedSeconds);
    }

    /** Share of the periods in which it had to wait; 0 when there was none. */
    double share() {
      return periods == 0 ? 0 : (double) throttled / periods;
    }
  }

  boolean isApp() {
    return name.startsWith("app");
  }

  /** Gives it so many processors from now on, for instance 0.15. */
  void limit(double processors) {
    docker("update", "--cpus", Double.toString(processors), container);
  }

  /**
   * @throws BenchFailed when it does not run
   */
  Meter meter() {
    String pid = docker("inspect", "--format", "{{.State.Pid}}", container).strip();
    try {
      return new Meter(name, Files.readString(Path.of("/proc/" + pid + "/cgroup")));
    } catch (IOException gone) {
      throw new BenchFailed(name + " does not run: " + gone);
    }
  }

  /**
   * Reads the counters of a node that runs, in no time.
   *
   * @param groups the lines of its first process: number, controllers, path
   */
  record Meter(String name, String groups) {
    /**
     * @throws BenchFailed when the node has stopped or the kernel keeps no such counters
     */
    Count count() {
      try {
        return Node.count(groups, HIERARCHIES);
      } catch (IOException gone) {
        throw new BenchFailed(name + ": its counters cannot be read: " + gone);
      }
    }
  }

  /**
   * Either of the kernel's two kinds of control groups.
   *
   * @param groups the process's lines: number, controllers, path
   */
  static Count count(String groups, Path hierarchies) throws IOException {
    String unified = "";
    for (String line : groups.lines().toList()) {
      String[] fields = line.split(":", 3);
      String path = fields[2].substring(1);
      if (Arrays.asList(fields[1].split(",")).contains("cpu")) {
        Map<String, Long> stat = stat(hierarchies.resolve("cpu").resolve(path));
        Path usage = hierarchies.resolve("cpuacct").resolve(path).resolve("cpuacct.usage");
        return new Count(
            of(stat, "nr_periods"),
            of(stat, "nr_throttled"),
            of(stat, "throttled_time") / 1e9,
            Long.parseLong(Files.readString(usage).strip()) / 1e9);
      }
      if (fields[1].isEmpty()) {
        unified = path;
      }
    }
    Map<String, Long> stat = stat(hierarchies.resolve(unified));
    return new Count(
        of(stat, "nr_periods"),
        of(stat, "nr_throttled"),
        of(stat, "throttled_usec") / 1e6,
        of(stat, "usage_usec") / 1e6);
  }

  private static Map<String, Long> stat(Path group) throws IOException {
    return Files.readAllLines(group.resolve("cpu.stat")).stream()
        .map(line -> line.split(" "))
        .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
  }

  private static long of(Map<String, Long> stat, String name) throws IOException {
    Long value = stat.get(name);
    if (value == null) {
      throw new IOException("cpu.stat has no " + name);
    }
    return value;
  }

  static String docker(String... words) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    return run(Map.of(), command);
  }

  /**
   * Runs a program to its end.
   *
   * @return what it printed
   * @throws BenchFailed when it fails
   */
  static String run(Map<String, String> environment, List<String> command) {
    try {
      Path errors = Files.createTempFile("banyan-bench", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      String told = Files.readString(errors).strip();
      Files.delete(errors);
      if (status != 0) {
        throw new BenchFailed(String.join(" ", command) + ": " + told);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }
}
