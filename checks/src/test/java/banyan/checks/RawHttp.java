package banyan.checks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends bytes that no well-behaved client would. */
final class RawHttp {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int TIMEOUT_MILLIS = 20_000;

  record Raw(String request, int status, Map<String, List<String>> headers, String body) {
    Marketplace.Answer asAnswer() {
      String type = headers.getOrDefault("content-type", List.of("")).getFirst();
      JsonNode read = type.contains("json") ? JSON.readTree(body) : JSON.valueToTree(body);
      return new Marketplace.Answer(request, status, read, headers);
    }
  }

  private RawHttp() {}

  static Raw get(Marketplace market, String target, String authorization) {
    String request =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n")
            + "\r\n";
    return send(market, request.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the bytes and reads until the server closes the connection. */
  static Raw send(Marketplace market, byte[] bytes) {
    URI url = URI.create(market.url());
    String head = new String(bytes, 0, Math.min(200, bytes.length), StandardCharsets.ISO_8859_1);
    String request = head.lines().findFirst().orElse("");
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      try {
        out.write(bytes);
        out.flush();
      } catch (IOException refusedEarly) {
        // the server may answer and close before it has read everything
      }
      byte[] answer = socket.getInputStream().readAllBytes();
      return parse(request, new String(answer, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(request, e);
    }
  }

  private static Raw parse(String request, String answer) {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new AssertionError(request + ": no answer but: " + answer);
    }
    Map<String, List<String>> headers = new TreeMap<>();
    String[] lines = answer.substring(0, end).split("\r\n");
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          List.of(lines[i].substring(colon + 1).strip()));
    }
    String body = answer.substring(end + 4);
    if (headers.getOrDefault("transfer-encoding", List.of("")).getFirst().equals("chunked")) {
      body = unchunked(body);
    }
    return new Raw(request, Integer.parseInt(lines[0].split(" ")[1]), headers, body);
  }

  /** Enough of chunked transfer for bodies of letters and digits. */
  private static String unchunked(String body) {
    StringBuilder text = new StringBuilder();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    int at = 0;
    while (at < bytes.length) {
      int line = at;
      while (bytes[line] != '\r') {
        line++;
      }
      int size = Integer.parseInt(new String(bytes, at, line - at, StandardCharsets.US_ASCII), 16);
      if (size == 0) {
        break;
      }
      text.append(new String(bytes, line + 2, size, StandardCharsets.UTF_8));
      at = line + 2 + size + 2;
    }
    return text.toString();
  }
}
