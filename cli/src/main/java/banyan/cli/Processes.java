package banyan.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What the kernel says about processes; nothing here trusts a number in a file alone. */
final class Processes {
  private static final Path PROC = Path.of("/proc");

  private Processes() {}

  /** Clock ticks between the boot of the machine and the start of the process. */
  static Optional<Long> startTicks(long pid) {
    return read(PROC.resolve(Long.toString(pid)).resolve("stat"))
        // The program's name stands in parentheses and may hold anything; field 22 is the start.
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" "))
        .filter(fields -> fields.length > 19 && !fields[0].equals("Z"))
        .map(fields -> Long.parseLong(fields[19]));
  }

  static String bootId() {
    return read(PROC.resolve("sys/kernel/random/boot_id")).map(String::strip).orElse("");
  }

  static List<String> commandLine(long pid) {
    return read(PROC.resolve(Long.toString(pid)).resolve("cmdline"))
        .map(line -> List.of(line.split("\0")))
        .orElse(List.of());
  }

  /** Memory the process holds in RAM, in MiB. */
  static long residentMiB(long pid) {
    return read(PROC.resolve(Long.toString(pid)).resolve("status")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .sum();
  }

  /** Those that this process may use, as the kernel lists them: {@code 0-3,6}. */
  static String processors() {
    return read(PROC.resolve("self/status")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("0");
  }

  /** Waits until the process is gone; false when it still lives after that long. */
  static boolean gone(ProcessHandle process, long startTicks, Duration patience) {
    long giveUp = System.nanoTime() + patience.toNanos();
    while (startTicks(process.pid()).filter(ticks -> ticks == startTicks).isPresent()) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** Between two looks at a file or at a process. */
  static void pause() {
    pause(50);
  }

  /** Between two questions to Docker: each starts a program, which the nodes that start pay for. */
  static void pauseForDocker() {
    pause(1_000);
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  /** Names the process that listens on a port, as far as this user may see it. */
  static Optional<String> listener(int port) {
    String hex = ":%04X".formatted(port);
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : read(PROC.resolve(table)).orElse("").lines().skip(1).toList()) {
        String[] fields = line.strip().split("\\s+");
        boolean listens = fields.length > 9 && fields[3].equals("0A");
        if (listens && fields[1].endsWith(hex)) {
          Optional<String> owner = owner("socket:[" + fields[9] + "]");
          if (owner.isPresent()) {
            return owner;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> owner(String socket) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, socket)) {
          String name = read(process.resolve("comm")).orElse("?").strip();
          return Optional.of(name + " (process " + process.getFileName() + ")");
        }
      }
    } catch (IOException notVisible) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, String socket) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException somebodyElses) {
      return false;
    }
    return false;
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
