package banyan.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Connections that send as fast as they are answered (closed loop), or at a rate that does not wait
 * for answers (open loop; latency then counts from the moment a request should have been sent).
 */
final class Crowd implements Finding.Load {
  /** One connection's errand. */
  interface Errand {
    /**
     * Does one unit of the workload, however many requests it takes, and looks at the answers.
     *
     * @throws RuntimeException when an answer is not what it must be: the run then scores nothing
     */
    void once(Wire wire);
  }

  /**
   * What a run came to.
   *
   * @param units of the workload, all of them well answered
   * @param serverCpu seconds of processor time of the server; the same for the database and for
   *     this client
   * @param latency of a unit, in microseconds
   */
  record Lap(
      long units,
      double seconds,
      double serverCpu,
      double databaseCpu,
      double clientCpu,
      Histogram latency) {
    double rate() {
      return units / seconds;
    }

    /** Milliseconds of server and database for each unit. */
    double cost() {
      return units == 0 ? 0 : 1000 * (serverCpu + databaseCpu) / units;
    }
  }

  private static final long COLD_PAUSE_NANOS = 100_000_000;
  private static final Cpu SELF = new Cpu(ProcessHandle.current().pid(), false);

  private final int port;
  private final Cpu server;
  private final Cpu database;
  private final List<Wire> wires = new ArrayList<>();
  private final List<Errand> errands = new ArrayList<>();
  private volatile boolean strict = true;

  /**
   * @param errand gives each connection its own
   */
  Crowd(int port, int connections, Cpu server, Cpu database, IntFunction<Errand> errand) {
    this(port, () -> new Wire(port), connections, server, database, errand);
  }

  Crowd(
      int port,
      Supplier<Wire> connect,
      int connections,
      Cpu server,
      Cpu database,
      IntFunction<Errand> errand) {
    this.port = port;
    this.server = server;
    this.database = database;
    for (int i = 0; i < connections; i++) {
      wires.add(connect.get());
      errands.add(errand.apply(i));
    }
  }

  int port() {
    return port;
  }

  /** Everybody as fast as they are answered. */
  @Override
  public Lap run(Duration duration) {
    return run(duration, 0);
  }

  /** Before anything counts: a server that is still cold may turn some away. */
  @Override
  public void warm(Duration duration) {
    strict = false;
    run(duration, 0);
    strict = true;
  }

  /**
   * @param rate units a second of all together; 0 for as fast as answers come
   */
  Lap run(Duration duration, double rate) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Histogram> latencies = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    double[] before = {server.seconds(), database.seconds(), SELF.seconds()};
    long begin = System.nanoTime();
    long end = begin + duration.toNanos();
    for (int i = 0; i < wires.size(); i++) {
      Histogram latency = new Histogram(60_000_000L, 3);
      latencies.add(latency);
      Wire wire = wires.get(i);
      Errand errand = errands.get(i);
      double interval = rate == 0 ? 0 : 1e9 * wires.size() / rate;
      long first = begin + (long) (interval * i / wires.size());
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  loop(wire, errand, latency, first, interval, end, failure);
                } catch (RuntimeException | Error e) {
                  failure.compareAndSet(null, e);
                }
              }));
    }
    threads.forEach(Crowd::await);
    double seconds = (System.nanoTime() - begin) / 1e9;
    // some servers hang up after five idle seconds, and others are at work between two laps
    close();
    Throwable fault = failure.get();
    if (fault != null) {
      throw new BenchFailed("a unit of the workload was not answered as it must be: " + fault);
    }
    Histogram all = new Histogram(60_000_000L, 3);
    latencies.forEach(all::add);
    return new Lap(
        all.getTotalCount(),
        seconds,
        server.seconds() - before[0],
        database.seconds() - before[1],
        SELF.seconds() - before[2],
        all);
  }

  private void loop(
      Wire wire,
      Errand errand,
      Histogram latency,
      long first,
      double interval,
      long end,
      AtomicReference<@Nullable Throwable> failure) {
    for (long n = 0; failure.get() == null; n++) {
      long start = interval == 0 ? System.nanoTime() : first + (long) (n * interval);
      if (start >= end) {
        return;
      }
      for (long early = start - System.nanoTime(); early > 0; early = start - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      try {
        errand.once(wire);
      } catch (BenchFailed refused) {
        if (strict) {
          throw refused;
        }
        LockSupport.parkNanos(COLD_PAUSE_NANOS);
      }
      latency.recordValue(Math.min((System.nanoTime() - start) / 1000, 60_000_000L));
    }
  }

  private static void await(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BenchFailed("interrupted");
    }
  }

  void close() {
    wires.forEach(Wire::close);
  }
}
