package banyan.checks.security;

import banyan.checks.Marketplace;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Bytes to the server and back, whatever a client of HTTP would say to them. */
final class Wire {
  /** A server that waits for more keeps the line open; what it has said until then counts. */
  private static final int PATIENCE_MILLIS = 2_000;

  private Wire() {}

  static String send(Marketplace market, String bytes) throws IOException {
    URI url = URI.create(market.url());
    StringBuilder answer = new StringBuilder();
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      byte[] part = new byte[8_192];
      for (int read = 0; read >= 0; read = socket.getInputStream().read(part)) {
        answer.append(new String(part, 0, read, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketTimeoutException waitsForMore) {
      return answer.toString();
    }
    return answer.toString();
  }
}
