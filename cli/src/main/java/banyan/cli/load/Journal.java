package banyan.cli.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/**
 * The witness: every order the shop has said yes to, one a line, on disk before the run ends, and
 * some milliseconds after the answer while it goes on. It outlives the shop, and says what the shop
 * must still know: {@code banyan audit --journal FILE}.
 */
public final class Journal implements AutoCloseable {
  /**
   * @param total in minor units
   * @param guest the token of the guest who bought
   */
  public record Acknowledged(String orderId, long total, String guest) {
    private String line() {
      return orderId + " " + total + " " + guest + "\n";
    }

    private static Acknowledged of(String line) {
      String[] parts = line.split(" ");
      if (parts.length != 3 || !parts[0].matches("\\d{1,19}") || !parts[1].matches("\\d{1,18}")) {
        throw new LoadFailed("not a line of a journal: " + line);
      }
      return new Acknowledged(parts[0], Long.parseLong(parts[1]), parts[2]);
    }
  }

  private static final Acknowledged END = new Acknowledged("", 0, "");

  private final LinkedBlockingQueue<Acknowledged> queue = new LinkedBlockingQueue<>();
  private final FileChannel file;
  private final Thread writer;

  Journal(Path path) {
    try {
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new LoadFailed("the journal %s cannot be written: %s".formatted(path, e.getMessage()));
    }
    writer = Thread.ofPlatform().name("journal").start(this::write);
  }

  void add(Acknowledged order) {
    queue.add(order);
  }

  /** Writes what has come in since the last time, then waits for the disk: one wait for many. */
  private void write() {
    List<Acknowledged> batch = new ArrayList<>();
    try {
      boolean open = true;
      while (open) {
        batch.clear();
        batch.add(queue.take());
        queue.drainTo(batch);
        open = !batch.remove(END);
        StringBuilder lines = new StringBuilder();
        batch.forEach(order -> lines.append(order.line()));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when everything is on disk. */
  @Override
  public void close() {
    queue.add(END);
    try {
      writer.join();
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The orders of a journal; a line that a crash of the machine cut off at the end is left out.
   *
   * @throws LoadFailed when the file cannot be read or is something else
   */
  public static List<Acknowledged> read(Path path) {
    try (Stream<String> lines = Files.lines(path, StandardCharsets.US_ASCII)) {
      List<String> all = lines.toList();
      boolean whole = Files.size(path) == 0 || endsWithNewline(path);
      return all.subList(0, whole ? all.size() : all.size() - 1).stream()
          .map(Acknowledged::of)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new LoadFailed("the journal %s cannot be read: %s".formatted(path, e.getMessage()));
    }
  }

  private static boolean endsWithNewline(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      file.read(last, file.size() - 1);
      return last.get(0) == '\n';
    }
  }
}
