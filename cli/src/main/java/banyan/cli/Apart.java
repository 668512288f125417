package banyan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Gives the load one half of this machine's processors and the shop the other, as if they were two
 * machines. A load that takes the shop's own processors away measures the machine: ten times what a
 * shop can do is more work for whoever asks than for whoever answers.
 */
final class Apart implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final Collection<ProcessHandle> shop;
  private final String all;
  private final Path note;

  private Apart(Collection<ProcessHandle> shop, String all, Path note) {
    this.shop = shop;
    this.all = all;
    this.note = note;
  }

  /**
   * @param shop the heads of its families of processes; what they start later stays with them
   * @param folder where it is noted for {@link #undo} as long as it lasts
   * @throws Refusal when there is only one processor, or no {@code taskset}
   */
  static Apart of(Collection<ProcessHandle> shop, DataFolder folder) {
    String allowed = Processes.processors();
    List<Integer> processors = numbers(allowed);
    if (processors.size() < 2) {
      throw Refusal.failed("with one processor the load has none of its own; leave out --apart");
    }
    int half = processors.size() / 2;
    Apart apart = new Apart(shop, allowed, note(folder));
    try {
      Files.writeString(apart.note, allowed);
      apart.pin(shop, listed(processors.subList(0, half)));
      apart.pin(List.of(ProcessHandle.current()), listed(processors.subList(half, 2 * half)));
    } catch (IOException e) {
      throw Refusal.failed(folder.path() + " cannot be written");
    } catch (RuntimeException failed) {
      apart.close();
      throw failed;
    }
    return apart;
  }

  private static Path note(DataFolder folder) {
    return folder.path().resolve("drill.apart");
  }

  /**
   * Gives a shop all processors again that a drill which died has left with half of them.
   *
   * @return whether there was one
   */
  static boolean undo(DataFolder folder) {
    Path note = note(folder);
    if (!Files.exists(note)) {
      return false;
    }
    try {
      // a shop that has been started again since has them anyway
      folder
          .marketplace()
          .ifPresent(
              shop -> new Apart(shop.tiers(folder).values(), Processes.processors(), note).close());
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw Refusal.failed(note + " cannot be removed");
    }
    return true;
  }

  /** Processors in the kernel's words: {@code 0-2,5}. */
  private static List<Integer> numbers(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int number = Integer.parseInt(ends[0]); number <= last; number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  private static String listed(List<Integer> processors) {
    return String.join(",", processors.stream().map(String::valueOf).toList());
  }

  private void pin(Collection<ProcessHandle> heads, String processors) {
    List<Long> pids =
        heads.stream()
            .flatMap(head -> Stream.concat(Stream.of(head), head.descendants()))
            .map(ProcessHandle::pid)
            .distinct()
            .toList();
    for (long pid : pids) {
      try {
        Process taskset =
            new ProcessBuilder("taskset", "-a", "-c", "-p", processors, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = taskset.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if ((!ended || taskset.exitValue() != 0)
            && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
          throw Refusal.failed(
              "process %d cannot be moved to processors %s; is it another user's?"
                  .formatted(pid, processors));
        }
      } catch (IOException e) {
        throw Refusal.failed("taskset is needed: apt-get install util-linux");
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw Refusal.failed("interrupted");
      }
    }
  }

  /** All have all processors again. */
  @Override
  public void close() {
    pin(shop, all);
    pin(List.of(ProcessHandle.current()), all);
    try {
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw Refusal.failed(note + " cannot be removed");
    }
  }
}
