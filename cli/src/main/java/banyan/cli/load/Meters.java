package banyan.cli.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Processor time of the tiers, as the kernel counts it. Works for processes of this machine. */
public final class Meters {
  /** The kernel's clock ticks a second; 100 on every Linux that people run. */
  private static final double TICKS = 100.0;

  private static final Set<String> ALONE = Set.of("load", "server");

  private final Map<String, ProcessHandle> tiers = new LinkedHashMap<>();
  private final Map<String, Double> before = new LinkedHashMap<>();

  /**
   * @param tiers the head of each tier's family of processes, by name
   */
  public Meters(Map<String, ProcessHandle> tiers) {
    this.tiers.putAll(tiers);
    this.tiers.put("load", ProcessHandle.current());
  }

  void start() {
    tiers.forEach((name, process) -> before.put(name, seconds(name, process)));
  }

  /** Seconds of processor time that each tier has used since the start. */
  Map<String, Double> used() {
    Map<String, Double> used = new LinkedHashMap<>();
    tiers.forEach((name, process) ->
        used.put(name, Math.max(0, seconds(name, process) - before.getOrDefault(name, 0.0))));
    return used;
  }

  /**
   * Workers of a proxy and backends of a database are its children, which come and go: those that
   * have gone are counted by their parent. The server's child is the database, a tier of its own.
   */
  private static double seconds(String name, ProcessHandle process) {
    Stream<ProcessHandle> family =
        ALONE.contains(name)
            ? Stream.of(process)
            : Stream.concat(Stream.of(process), process.descendants());
    return family.mapToDouble(member -> ticks(member.pid()) / TICKS).sum();
  }

  private static double ticks(long pid) {
    return stat(pid)
        .map(fields -> {
          // user, system, and of children that were waited for: fields 14 to 17
          double ticks = 0;
          for (int field = 14; field <= 17; field++) {
            ticks += Double.parseDouble(fields[field - 3]);
          }
          return ticks;
        })
        .orElse(0.0);
  }

  private static Optional<String[]> stat(long pid) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      // the program's name stands in parentheses and may hold anything
      return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
