package banyan.checks;

import banyan.checks.Marketplace.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a running marketplace says its API is, and whether an answer keeps to it. */
public final class ApiDocument {
  private static final Map<String, ApiDocument> READ = new ConcurrentHashMap<>();

  /**
   * @param path with {@code {names}} in it
   * @param said what the document says of it
   */
  public record Operation(String method, String path, JsonNode said) {
    private Pattern form() {
      StringBuilder form = new StringBuilder();
      for (String step : path.substring(1).split("/")) {
        form.append('/').append(step.startsWith("{") ? "[^/]+" : Pattern.quote(step));
      }
      return Pattern.compile(form.toString());
    }

    /** What is said of a status: the status itself, else all of its hundred. */
    public Optional<JsonNode> response(int status) {
      JsonNode responses = said.path("responses");
      String hundred = status / 100 + "XX";
      return Optional.ofNullable(responses.get(Integer.toString(status)))
          .or(() -> Optional.ofNullable(responses.get(hundred)));
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private record Known(Pattern form, Operation operation) {}

  private final JsonNode root;
  private final List<Known> known = new ArrayList<>();

  private ApiDocument(JsonNode root) {
    this.root = root;
    root.path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(method -> {
                  String name = method.getKey().toUpperCase(Locale.ROOT);
                  Operation operation = new Operation(name, path.getKey(), method.getValue());
                  known.add(new Known(operation.form(), operation));
                }));
    // what is spelt out comes before what has a name in its place
    known.sort(
        Comparator.comparing((Known one) -> one.operation().path().split("\\{", -1).length)
            .thenComparing(one -> one.operation().toString()));
  }

  /** The document of the marketplace at this address, read once. */
  public static ApiDocument of(String url) {
    return READ.computeIfAbsent(url, ApiDocument::read);
  }

  private static ApiDocument read(String url) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String text =
          http.send(
                  HttpRequest.newBuilder(URI.create(url + "/v3/api-docs")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return new ApiDocument(JsonMapper.builder().build().readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public JsonNode root() {
    return root;
  }

  public List<Operation> operations() {
    return known.stream().map(Known::operation).toList();
  }

  /** The operation that answers a request; empty when none is documented. */
  public Optional<Operation> find(String method, String path) {
    String plain = path.split("\\?", 2)[0];
    return known.stream()
        .filter(one -> one.operation().method().equals(method))
        .filter(one -> one.form().matcher(plain).matches())
        .map(Known::operation)
        .findFirst();
  }

  /** Fails when an answer has a status that the document does not name for its operation. */
  void check(Answer answer) {
    String[] request = answer.request().split(" ", 2);
    find(request[0], request[1])
        .filter(operation -> answer.status() < 500)
        .filter(operation -> operation.response(answer.status()).isEmpty())
        .ifPresent(operation -> {
          throw new AssertionError(
              "%s is not documented for %s: %s"
                  .formatted(answer.status(), operation, answer.body()));
        });
  }
}
