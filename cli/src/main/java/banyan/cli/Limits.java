package banyan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel grants: memory and open files. */
final class Limits {
  private Limits() {}

  static long availableMiB() {
    return field(Path.of("/proc/meminfo"), "MemAvailable:", 1) / 1024;
  }

  /** The limit of this process, which the server inherits. */
  static long openFilesMax() {
    return field(Path.of("/proc/self/limits"), "Max open files", 3);
  }

  private static long field(Path file, String line, int column) {
    try {
      return Files.readAllLines(file).stream()
          .filter(each -> each.startsWith(line))
          .map(each -> each.split("\\s+")[column])
          .mapToLong(value -> value.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(value))
          .findFirst()
          .orElse(0);
    } catch (IOException noKernelFiles) {
      return 0;
    }
  }
}
