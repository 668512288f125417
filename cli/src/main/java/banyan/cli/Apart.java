package banyan.cli;

import java.io.IOException;
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

  private Apart(Collection<ProcessHandle> shop, String all) {
    this.shop = shop;
    this.all = all;
  }

  /**
   * @param shop the heads of its families of processes; what they start later stays with them
   * @throws Refusal when there is only one processor, or no {@code taskset}
   */
  static Apart of(Collection<ProcessHandle> shop) {
    String allowed = Processes.processors();
    List<Integer> processors = numbers(allowed);
    if (processors.size() < 2) {
      throw Refusal.failed("with one processor the load has none of its own; leave out --apart");
    }
    int half = processors.size() / 2;
    Apart apart = new Apart(shop, allowed);
    try {
      apart.pin(shop, listed(processors.subList(0, half)));
      apart.pin(List.of(ProcessHandle.current()), listed(processors.subList(half, 2 * half)));
    } catch (RuntimeException failed) {
      apart.close();
      throw failed;
    }
    return apart;
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
  }
}
