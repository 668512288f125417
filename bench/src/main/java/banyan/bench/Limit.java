package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link BareTomcat} in a process of its own, with the options that the marketplace runs with.
 */
final class Limit implements AutoCloseable {
  private final Process process;
  private final int port;
  private final Market market;

  private Limit(Process process, int port, Market market) {
    this.process = process;
    this.port = port;
    this.market = market;
  }

  static Limit start(Path root, Market market, int bytes, int rows) {
    int port = freePort();
    List<String> command =
        java(
            root,
            BareTomcat.class.getName(),
            Integer.toString(port),
            Integer.toString(bytes),
            Integer.toString(rows),
            market.databaseUrl(),
            "postgres",
            market.databasePassword());
    Limit limit = new Limit(begin(command, root), port, market);
    limit.awaitAnswer("/bytes");
    return limit;
  }

  /** A Java process with our class path and the marketplace's options. */
  static List<String> java(Path root, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("stages/00-one-machine/jvm.options"));
    // only the marketplace's build writes its beans down
    command.add("-Dspring.aot.enabled=false");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(arguments));
    return command;
  }

  static Process begin(List<String> command, Path root) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(root.resolve("bench/target/limit.log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer(String path) {
    awaitAnswer(process, port, path);
  }

  static void awaitAnswer(Process process, int port, String path) {
    long giveUp = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < giveUp && process.isAlive()) {
      try (Wire wire = new Wire(port)) {
        if (wire.send(Requests.get(path)) == 200) {
          return;
        }
      } catch (UncheckedIOException notYet) {
        java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
      }
    }
    throw new BenchFailed("the limit does not answer; see bench/target/limit.log");
  }

  Crowd crowd(String path, int connections) {
    byte[] request = Requests.get(path);
    return new Crowd(
        port,
        connections,
        new Cpu(process.pid(), false),
        market.database(),
        i -> Errands.ask(() -> request));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
