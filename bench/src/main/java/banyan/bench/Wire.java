package banyan.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection to an HTTP/1.1 server of this machine, as lean as a blocking socket
 * allows: the yardstick shares two processors with what it measures. Opens again what the server
 * has closed. Not for several threads.
 */
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final byte[] NOTHING = {};

  private final int port;
  private final String tokenHeader;

  /**
   * Made by the first request: thousands of idle ones must not keep this process's collector busy.
   */
  private byte[] in = NOTHING;

  private byte[] body = NOTHING;
  private int bodyLength;
  private int from;
  private int to;
  private @Nullable Socket socket;
  private @Nullable String guest;

  Wire(int port) {
    this(port, "Guest-Token:");
  }

  /**
   * @param tokenHeader in which the server tells a guest who he is, with its colon
   */
  Wire(int port, String tokenHeader) {
    this.port = port;
    this.tokenHeader = tokenHeader;
  }

  /**
   * Sends a request and reads the answer whole.
   *
   * @param request all of it, head and body
   * @return the status
   */
  int send(byte[] request) {
    try {
      Socket open = socket == null ? open() : socket;
      if (in == NOTHING) {
        in = new byte[1 << 15];
        body = new byte[1 << 14];
      }
      open.getOutputStream().write(request);
      return receive(open.getInputStream());
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  /** The body of the last answer. */
  String body() {
    return new String(body, 0, bodyLength, StandardCharsets.UTF_8);
  }

  int bodyLength() {
    return bodyLength;
  }

  /** The guest's token, if an answer has given one. */
  @Nullable String guest() {
    return guest;
  }

  Socket open() throws IOException {
    Socket fresh = new Socket();
    fresh.setTcpNoDelay(true);
    fresh.setSoTimeout(PATIENCE_MILLIS);
    // what is closed is gone at once: thousands of them must not use up this machine's ports
    fresh.setOption(StandardSocketOptions.SO_LINGER, 0);
    fresh.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MILLIS);
    socket = fresh;
    from = 0;
    to = 0;
    return fresh;
  }

  private int receive(InputStream stream) throws IOException {
    int length = 0;
    boolean chunked = false;
    boolean closing = false;
    bodyLength = 0;
    int code = Integer.parseInt(line(stream), 9, 12, 10);
    for (String header = line(stream); !header.isEmpty(); header = line(stream)) {
      if (is(header, "Content-Length:")) {
        length = Integer.parseInt(value(header));
      } else if (is(header, "Transfer-Encoding:")) {
        chunked = value(header).equals("chunked");
      } else if (is(header, "Connection:")) {
        closing = value(header).equals("close");
      } else if (is(header, tokenHeader)) {
        guest = value(header);
      }
    }
    if (chunked) {
      for (int size = chunk(stream); size > 0; size = chunk(stream)) {
        take(stream, size);
        line(stream);
      }
      line(stream);
    } else {
      take(stream, length);
    }
    if (closing) {
      close();
    }
    return code;
  }

  private static boolean is(String header, String name) {
    return header.regionMatches(true, 0, name, 0, name.length());
  }

  private static String value(String header) {
    return header.substring(header.indexOf(':') + 1).strip();
  }

  private int chunk(InputStream stream) throws IOException {
    return Integer.parseInt(line(stream), 16);
  }

  private String line(InputStream stream) throws IOException {
    int at = from;
    while (true) {
      for (; at < to; at++) {
        if (in[at] == '\n') {
          String line = new String(in, from, at - 1 - from, StandardCharsets.ISO_8859_1);
          from = at + 1;
          return line;
        }
      }
      at -= from;
      fill(stream);
      at += from;
    }
  }

  private void take(InputStream stream, int length) throws IOException {
    if (bodyLength + length > body.length) {
      body = Arrays.copyOf(body, Math.max(2 * body.length, bodyLength + length));
    }
    for (int left = length; left > 0; ) {
      if (from == to) {
        fill(stream);
      }
      int part = Math.min(left, to - from);
      System.arraycopy(in, from, body, bodyLength, part);
      from += part;
      bodyLength += part;
      left -= part;
    }
  }

  /** Reads more behind what is there, which moves to the beginning. */
  private void fill(InputStream stream) throws IOException {
    System.arraycopy(in, from, in, 0, to - from);
    to -= from;
    from = 0;
    int read = to == in.length ? -1 : stream.read(in, to, in.length - to);
    if (read < 0) {
      throw new IOException("the server closed the connection in the middle of an answer");
    }
    to += read;
  }

  @Override
  public void close() {
    Socket open = socket;
    socket = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException alreadyGone) {
        // closed is closed
      }
    }
  }
}
