package banyan.checks;

import banyan.app.Banyan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One real marketplace on a real PostgreSQL, started once for all tests of this JVM and spoken to
 * over HTTP.
 */
public final class Marketplace implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final AtomicLong NAMES = new AtomicLong(System.nanoTime());
  private static @Nullable Marketplace running;

  private final ConfigurableApplicationContext context;
  private final Path home;
  private final String url;

  private Marketplace(ConfigurableApplicationContext context, Path home) {
    this.context = context;
    this.home = home;
    this.url =
        "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port");
  }

  /** The running marketplace; the first call starts it, the end of the JVM stops it. */
  public static synchronized Marketplace open() {
    if (running == null) {
      Marketplace market = another();
      Runtime.getRuntime().addShutdownHook(new Thread(market::close));
      running = market;
    }
    return running;
  }

  /** One more marketplace, for tests that leave a mess behind; close it. */
  public static Marketplace another(String... settings) {
    try {
      Path home = Files.createTempDirectory("banyan-checks-");
      List<String> all = new ArrayList<>(List.of(settings));
      // arguments outrank application.yaml, which names the ports of a real one
      for (String usual :
          List.of(
              "--banyan.home=" + home,
              "--server.port=0",
              "--management.server.port=0",
              "--banyan.account.signUpsPerMinute=1000000",
              "--banyan.account.signInsPerMinute=1000000",
              "--banyan.account.passwordCost=4",
              "--banyan.payment.reconcile=3s",
              // a brown-out that comes and goes while a test waits
              "--banyan.admission.brownOutAfter=1500ms",
              "--banyan.admission.brownOutCalm=1s",
              // a test looks at once at what it has changed
              "--banyan.web.shared=0s",
              // a watch that ends soon: tests read answers to their end
              "--banyan.console.live=100ms",
              "--banyan.console.watch=300ms")) {
        String name = usual.substring(0, usual.indexOf('=') + 1);
        if (all.stream().noneMatch(given -> given.startsWith(name))) {
          all.add(usual);
        }
      }
      return new Marketplace(
          new SpringApplication(Banyan.class).run(all.toArray(String[]::new)), home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it, and takes its data away. */
  @Override
  public void close() {
    context.close();
    try {
      FileSystemUtils.deleteRecursively(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A bean of the application: a module's door, the databases. */
  public <T> T part(Class<T> type) {
    return context.getBean(type);
  }

  /** All beans of a type, for instance the books. */
  public <T> List<T> parts(Class<T> type) {
    return List.copyOf(context.getBeansOfType(type).values());
  }

  public String url() {
    return url;
  }

  /** Where whoever runs it asks: another port, no accounts. */
  public String managementUrl() {
    return "http://127.0.0.1:"
        + context.getEnvironment().getRequiredProperty("local.management.port");
  }

  /** The status of a path on the management port. */
  public int managed(String path) {
    return ofManagement(path).status();
  }

  /** What whoever runs it is told. */
  public Answer ofManagement(String path) {
    return new Client(managementUrl(), Map.of()).get(path);
  }

  /** Waits for something that has to happen within a while. */
  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(1, TimeUnit.MINUTES)) {
        throw new AssertionError("it did not happen within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A name nobody else has in this run. */
  public static String unique(String prefix) {
    return prefix + "-" + Long.toString(NAMES.incrementAndGet(), 36);
  }

  /** Somebody who calls the API without being signed in. */
  public Client stranger() {
    return new Client(url, Map.of());
  }

  /** A new account, signed in. */
  public Client buyer() {
    String email = unique("buyer") + "@example.com";
    Answer made =
        stranger()
            .post(
                "/api/accounts",
                Map.of("email", email, "password", "correct horse", "name", "Ada"));
    made.expect(201);
    Answer session =
        stranger().post("/api/sessions", Map.of("email", email, "password", "correct horse"));
    session.expect(201);
    return new Client(url, Map.of("Authorization", "Bearer " + session.text("/token")));
  }

  /** An account with a role that only the house can give. */
  public Client staff(banyan.platform.web.Role role) {
    String email = unique("staff") + "@example.com";
    part(banyan.business.account.Accounts.class)
        .ensure(email, "Staff", "correct horse", Set.of(role));
    Answer session =
        stranger().post("/api/sessions", Map.of("email", email, "password", "correct horse"));
    session.expect(201);
    return new Client(url, Map.of("Authorization", "Bearer " + session.text("/token")));
  }

  /** A new account with a shop. */
  public Client seller() {
    Client seller = buyer();
    seller.post("/api/seller/shop", Map.of("name", unique("Shop"))).expect(201);
    return seller;
  }

  /** What came back. */
  public record Answer(
      String request, int status, JsonNode body, Map<String, List<String>> headers) {
    public Answer expect(int expected) {
      if (status != expected) {
        throw new AssertionError(
            request + ": expected " + expected + ", got " + status + ": " + body);
      }
      return this;
    }

    public JsonNode at(String pointer) {
      return body.at(pointer);
    }

    public String text(String pointer) {
      return body.at(pointer).asString();
    }

    public long number(String pointer) {
      return body.at(pointer).asLong();
    }

    public @Nullable String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().getFirst())
          .findFirst()
          .orElse(null);
    }
  }

  /** Speaks JSON with the same headers in every request. */
  public static final class Client {
    private final String url;
    private final Map<String, String> headers;

    Client(String url, Map<String, String> headers) {
      this.url = url;
      this.headers = headers;
    }

    /** The same caller with one more header. */
    public Client with(String name, String value) {
      Map<String, String> more = new HashMap<>(headers);
      more.put(name, value);
      return new Client(url, more);
    }

    /** What this caller says who it is; empty for a stranger. */
    public String authorization() {
      return headers.getOrDefault("Authorization", "");
    }

    public Answer get(String path) {
      return send("GET", path, null);
    }

    public Answer post(String path, Object body) {
      return send("POST", path, JSON.writeValueAsString(body));
    }

    public Answer put(String path, Object body) {
      return send("PUT", path, JSON.writeValueAsString(body));
    }

    public Answer delete(String path) {
      return send("DELETE", path, null);
    }

    /** Sends any text as the body; null for none. */
    public Answer send(String method, String path, @Nullable String body) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url + path))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body));
      if (body != null && !headers.containsKey("Content-Type")) {
        request.header("Content-Type", "application/json");
      }
      headers.forEach(request::header);
      try {
        HttpResponse<String> response =
            HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        Answer answer =
            new Answer(
                method + " " + path,
                response.statusCode(),
                json ? JSON.readTree(response.body()) : JSON.valueToTree(response.body()),
                response.headers().map());
        ApiDocument.of(url).check(answer);
        return answer;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
