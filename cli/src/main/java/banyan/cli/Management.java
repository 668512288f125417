package banyan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls the management port of a running marketplace. */
final class Management {
  private static final Duration CONNECT = Duration.ofSeconds(3);

  record Answer(int status, JsonNode body) {}

  private Management() {}

  /**
   * GETs a page.
   *
   * @throws Refusal with {@link Exit#UNREACHABLE} when nobody answers in time
   */
  static Answer get(String url, Duration patience) {
    return call(url, patience, null);
  }

  /** POSTs a JSON object; refuses as {@link #get} does. */
  static Answer post(String url, Map<String, ?> body, Duration patience) {
    return call(url, patience, Invocation.JSON.writeValueAsBytes(body));
  }

  /** GETs a page that is not JSON; refuses as {@link #get} does. */
  static String text(String url) {
    try (InputStream body = URI.create(url).toURL().openStream()) {
      return new String(body.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Refusal.unreachable("%s does not answer (%s)".formatted(url, e.getMessage()));
    }
  }

  private static Answer call(String url, Duration patience, byte @Nullable [] sent) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT.toMillis());
      connection.setReadTimeout((int) patience.toMillis());
      if (sent != null) {
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(sent);
        }
      }
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
        boolean json =
            connection.getContentType() != null && connection.getContentType().contains("json");
        return new Answer(
            status, json ? Invocation.JSON.readTree(bytes) : Invocation.JSON.createObjectNode());
      }
    } catch (IOException e) {
      throw Refusal.unreachable("%s does not answer (%s)".formatted(url, e.getMessage()));
    }
  }
}
