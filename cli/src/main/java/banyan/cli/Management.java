package banyan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
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
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT.toMillis());
      connection.setReadTimeout((int) patience.toMillis());
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
