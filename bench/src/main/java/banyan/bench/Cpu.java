package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Processor time of a process, as the kernel counts it.
 *
 * @param family whether its children count too, as a database's backends do
 */
record Cpu(long pid, boolean family) {
  /** The kernel's clock ticks a second; 100 on every Linux that people run. */
  private static final double TICKS = 100.0;

  /** Seconds used so far; 0 for one that has gone. */
  double seconds() {
    return ProcessHandle.of(pid)
        .map(head ->
            (family ? Stream.concat(Stream.of(head), head.descendants()) : Stream.of(head))
                .mapToDouble(process -> ticks(process.pid()) / TICKS)
                .sum())
        .orElse(0.0);
  }

  private double ticks(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      // the program's name stands in parentheses and may hold anything
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      double ticks = 0;
      // user and system, and of children that were waited for: fields 14 to 17
      for (int field = 14; field <= (family ? 17 : 15); field++) {
        ticks += Double.parseDouble(fields[field - 3]);
      }
      return ticks;
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Resident memory in MiB. */
  long residentMiB() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }

  /**
   * Ticks of all processors since the machine's start.
   *
   * @param idle of them those in which nobody wanted to run
   */
  record Machine(long all, long idle) {
    static Machine now() {
      try {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
        long all = 0;
        // user, nice, system, idle, iowait, irq, softirq, steal
        for (int i = 1; i <= 8; i++) {
          all += Long.parseLong(fields[i]);
        }
        return new Machine(all, Long.parseLong(fields[4]) + Long.parseLong(fields[5]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    double busySince(Machine before) {
      return 1 - (double) (idle - before.idle) / Math.max(1, all - before.all);
    }
  }
}
