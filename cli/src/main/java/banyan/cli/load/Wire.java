package banyan.cli.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 as a load needs it: a request that is ready as bytes, a kept connection for each that is
 * under way, and of the answer what is counted. It costs a third of the JDK's client, which matters
 * where the load runs beside what it loads.
 */
final class Wire implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int BUFFER = 4_096;
  private static final int BODY_MAX = 64 * 1024 * 1024;

  /** A connection that was idle for so long may have been closed by the other side meanwhile. */
  private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * @param type of the body; empty for none
   * @param retryAfter seconds; 0 when it does not say
   */
  record Answer(int status, String type, int retryAfter, byte[] body) {}

  private final URI shop;
  private final int port;
  private final String prefix;
  private final String host;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  Wire(String url) {
    this.shop = URI.create(url);
    this.port = shop.getPort() > 0 ? shop.getPort() : secure() ? 443 : 80;
    this.prefix = shop.getRawPath() == null ? "" : shop.getRawPath();
    this.host = " HTTP/1.1\r\nHost: " + shop.getRawAuthority() + "\r\n";
  }

  private boolean secure() {
    return "https".equals(shop.getScheme());
  }

  /**
   * A request, ready to be sent any number of times.
   *
   * @param headers names and values in turn
   * @param body JSON, or null
   */
  byte[] request(String method, String path, @Nullable String body, String... headers) {
    StringBuilder text = new StringBuilder(512);
    text.append(method).append(' ').append(prefix).append(path).append(host);
    for (int i = 0; i < headers.length; i += 2) {
      text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    if (body != null) {
      text.append("Content-Type: application/json\r\n");
    }
    if (body != null || !method.equals("GET")) {
      text.append("Content-Length: ").append(content.length).append("\r\n");
    }
    byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = Arrays.copyOf(head, head.length + content.length);
    System.arraycopy(content, 0, whole, head.length, content.length);
    return whole;
  }

  /**
   * @throws java.net.SocketTimeoutException when there was no answer in time
   * @throws IOException when the connection was refused or broken
   */
  Answer send(byte[] request, Duration patience) throws IOException {
    Connection kept = idle.pollFirst();
    while (kept != null && System.nanoTime() - kept.since > STALE_NANOS) {
      kept.close();
      kept = idle.pollFirst();
    }
    Connection connection = kept == null ? new Connection() : kept;
    boolean done = false;
    try {
      connection.socket.setSoTimeout((int) patience.toMillis());
      connection.socket.getOutputStream().write(request);
      Answer answer = connection.read();
      done = true;
      return answer;
    } finally {
      if (done && connection.stays) {
        connection.since = System.nanoTime();
        idle.addFirst(connection);
      } else {
        connection.close();
      }
    }
  }

  @Override
  public void close() {
    idle.forEach(Connection::close);
    idle.clear();
  }

  private final class Connection {
    final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    boolean stays;
    long since;

    Connection() throws IOException {
      socket = secure() ? SSLSocketFactory.getDefault().createSocket() : new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(shop.getHost(), port), CONNECT_MILLIS);
        in = socket.getInputStream();
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    void close() {
      try {
        socket.close();
      } catch (IOException gone) {
        // that is what was wanted
      }
    }

    private int next() throws IOException {
      if (at == end) {
        end = in.read(buffer, 0, buffer.length);
        at = 0;
        if (end <= 0) {
          end = 0;
          throw new EOFException("the connection was closed");
        }
      }
      return buffer[at++] & 0xff;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int c = next(); c != '\n'; c = next()) {
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    private byte[] bytes(int count) throws IOException {
      if (count < 0 || count > BODY_MAX) {
        throw new IOException("a body of " + count + " bytes");
      }
      byte[] bytes = new byte[count];
      int have = Math.min(count, end - at);
      System.arraycopy(buffer, at, bytes, 0, have);
      at += have;
      if (in.readNBytes(bytes, have, count - have) < count - have) {
        throw new EOFException("the connection was closed in a body");
      }
      return bytes;
    }

    Answer read() throws IOException {
      String[] first = line().split(" ", 3);
      if (first.length < 2 || !first[0].startsWith("HTTP/1.1")) {
        throw new IOException("not HTTP/1.1: " + first[0]);
      }
      int status = Integer.parseInt(first[1]);
      int length = 0;
      int retryAfter = 0;
      boolean chunked = false;
      String type = "";
      stays = true;
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
          case "content-length" -> length = Integer.parseInt(value);
          case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
          case "connection" -> stays = !value.equalsIgnoreCase("close");
          case "content-type" -> type = value;
          case "retry-after" ->
              retryAfter = value.matches("\\d{1,6}") ? Integer.parseInt(value) : 0;
          default -> {}
        }
      }
      return new Answer(status, type, retryAfter, chunked ? chunks() : bytes(length));
    }

    private byte[] chunks() throws IOException {
      byte[] all = new byte[0];
      while (true) {
        int size = Integer.parseInt(line().replaceFirst(";.*", "").strip(), 16);
        byte[] chunk = bytes(size);
        line();
        if (size == 0) {
          return all;
        }
        all = Arrays.copyOf(all, all.length + size);
        System.arraycopy(chunk, 0, all, all.length - size, size);
      }
    }
  }
}
