package banyan.checks.replicas;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Four who do the same again and again until it is closed. */
final class Load implements AutoCloseable {
  private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
  private final AtomicIntegerArray done = new AtomicIntegerArray(4);
  private final AtomicLong longest = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  Load(Supplier<Integer> work) {
    for (int i = 0; i < done.length(); i++) {
      int number = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                while (!over) {
                  long start = System.nanoTime();
                  try {
                    seen.add(work.get());
                    done.incrementAndGet(number);
                  } catch (RuntimeException fault) {
                    faults.add(fault);
                  }
                  longest.accumulateAndGet((System.nanoTime() - start) / 1_000_000, Math::max);
                  LockSupport.parkNanos(2_000_000);
                }
              }));
    }
  }

  void sees(int port) {
    await().atMost(Duration.ofSeconds(20)).until(() -> seen.contains(port));
  }

  void forget() {
    seen.clear();
  }

  int done() {
    return IntStream.range(0, done.length()).map(done::get).sum();
  }

  void everybodyGoesOn() {
    for (int i = 0; i < done.length(); i++) {
      int number = i;
      int before = done.get(number);
      await().atMost(Duration.ofSeconds(10)).until(() -> done.get(number) > before + 2);
    }
  }

  long longestMillis() {
    return longest.get();
  }

  List<Throwable> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void close() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
