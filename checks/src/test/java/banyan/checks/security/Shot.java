package banyan.checks.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request of a fuzz.
 *
 * @param who sends it: a name for people
 * @param target path and query, as they go over the wire
 * @param body null for none
 */
record Shot(
    String who, String method, String target, Map<String, String> headers, byte @Nullable [] body) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  /** Nothing that a shop is asked takes longer; a hang is a failure. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** What a session's token looks like. */
  private static final Pattern TOKEN = Pattern.compile("Bearer [0-9a-f]{3}\\.[\\w-]{43}");

  private static final Path FOLDER = Path.of("target", "fuzz");

  /** Longer bodies go into a file beside the line. */
  private static final int LINE_MAX = 600;

  HttpResponse<byte[]> at(String url) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + target))
            .timeout(PATIENCE)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(curl(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * A line for a shell (bash): the shop is at {@code $BANYAN}, its sender's token in a variable.
   */
  String curl() {
    StringBuilder line = new StringBuilder();
    StringBuilder end = new StringBuilder();
    if (body != null && body.length <= LINE_MAX) {
      line.append("printf ").append(quoted(body, true)).append(" | ");
      end.append(" --data-binary @-");
    } else if (body != null) {
      end.append(" --data-binary @").append(kept(body));
    }
    line.append("curl -sSi --path-as-is -X ").append(method);
    headers.forEach((name, value) ->
        line.append(" -H ")
            .append(
                TOKEN.matcher(value).matches()
                    ? "\"Authorization: Bearer $" + who + "\""
                    : quoted((name + ": " + value).getBytes(StandardCharsets.ISO_8859_1), false)));
    return line.append(end).append(" \"$BANYAN\"'").append(target).append("'").toString();
  }

  private static Path kept(byte[] body) {
    try {
      Files.createDirectories(FOLDER);
      Path file = FOLDER.resolve(Integer.toHexString(java.util.Arrays.hashCode(body)) + ".body");
      Files.write(file, body);
      return file.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param printf as the format of printf, which may hold a NUL; else as {@code $'…'}
   */
  private static String quoted(byte[] bytes, boolean printf) {
    StringBuilder text = new StringBuilder(printf ? "'" : "$'");
    for (byte one : bytes) {
      char c = (char) (one & 0xFF);
      if (c < 0x20 || c >= 0x7F || c == '\'' || c == '\\') {
        text.append("\\%03o".formatted((int) c));
      } else if (c == '%' && printf) {
        text.append("%%");
      } else {
        text.append(c);
      }
    }
    return text.append('\'').toString();
  }
}
