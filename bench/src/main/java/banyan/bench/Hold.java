package banyan.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds keep-alive connections that do nothing: each is used once, stands idle, and is used again.
 * A process may have 20,000 files, so a crowd of more needs several of them; {@code
 * bench/ladder/idle} starts them, each with an address of its own.
 */
final class Hold {
  private static final int AT_ONCE = 16;
  private static final int PATIENCE_MILLIS = 30_000;

  private Hold() {}

  /**
   * @param arguments host, port, connections, and a file that somebody makes when the connections
   *     shall be used again
   */
  public static void main(String[] arguments) throws InterruptedException {
    InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    int count = Integer.parseInt(arguments[2]);
    Path again = Path.of(arguments[3]);
    byte[] request =
        "GET /api/categories HTTP/1.1\r\nHost: %s\r\n\r\n"
            .formatted(arguments[0])
            .getBytes(StandardCharsets.US_ASCII);
    ConcurrentLinkedQueue<Socket> held = new ConcurrentLinkedQueue<>();
    AtomicInteger left = new AtomicInteger(count);
    inThreads(() -> {
      while (left.getAndDecrement() > 0) {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(server, PATIENCE_MILLIS);
        if (asked(socket, request)) {
          held.add(socket);
        }
      }
    });
    System.out.println("held " + held.size());
    while (!Files.exists(again)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    AtomicInteger answered = new AtomicInteger();
    List<Socket> all = List.copyOf(held);
    AtomicInteger next = new AtomicInteger();
    inThreads(() -> {
      for (int i = next.getAndIncrement(); i < all.size(); i = next.getAndIncrement()) {
        if (asked(all.get(i), request)) {
          answered.incrementAndGet();
        }
      }
    });
    System.out.println("answered " + answered.get());
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void inThreads(Work work) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int i = 0; i < AT_ONCE; i++) {
        threads.submit(() -> {
          work.run();
          return null;
        });
      }
      threads.shutdown();
      if (!threads.awaitTermination(10, TimeUnit.MINUTES)) {
        throw new IllegalStateException("not all connections answer");
      }
    }
  }

  /** Whether a request over the connection is answered with 200, and read whole. */
  private static boolean asked(Socket socket, byte[] request) {
    try {
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        int one = in.read();
        if (one < 0) {
          return false;
        }
        head.append((char) one);
      }
      String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
      int at = lower.indexOf("content-length:");
      if (at >= 0) {
        in.skipNBytes(Long.parseLong(lower.substring(at + 15, lower.indexOf('\r', at)).strip()));
      } else {
        skipChunks(in);
      }
      return lower.startsWith("http/1.1 200");
    } catch (IOException gone) {
      return false;
    }
  }

  private static void skipChunks(InputStream in) throws IOException {
    while (true) {
      StringBuilder size = new StringBuilder();
      for (int one = in.read(); one != '\n'; one = in.read()) {
        if (one < 0) {
          throw new IOException("half an answer");
        }
        size.append((char) one);
      }
      int length = Integer.parseInt(size.toString().strip(), 16);
      in.skipNBytes(length + 2L);
      if (length == 0) {
        return;
      }
    }
  }
}
