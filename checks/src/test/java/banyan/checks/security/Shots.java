package banyan.checks.security;

import banyan.checks.ApiDocument;
import banyan.checks.ApiDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes requests for an operation out of what the document says of it: some likely, most spoilt in
 * one way, a few in several.
 */
final class Shots {
  private static final List<String> TYPES =
      List.of(
          "text/plain",
          "application/xml",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data; boundary=x",
          "application/json; charset=utf-16",
          "application/json; charset=nonsense",
          "image/png",
          "text/csv",
          "a/b;q=x",
          "nonsense",
          "*/*",
          "");

  private static final List<String> TOKENS =
      List.of(
          "",
          "Bearer",
          "Bearer ",
          "Bearer x",
          "Basic eDp5",
          "bearer 000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
          "Bearer 3ff.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u00e9",
          "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
          "Bearer " + "A".repeat(4_000));

  private static final List<String> KEYS =
      List.of(" ", "x", "\u00e9\u00ff", "a".repeat(255), "a".repeat(256), "\t", "{}", "'--");

  private static final List<String> COOKIES =
      List.of(
          "banyan_session=x",
          "banyan_session=; banyan_guest=",
          "banyan_guest=\"; $x=;",
          "banyan_session=" + "a".repeat(3_000),
          "=;;=;\u00e9",
          "banyan_guest=AAAAAAAAAAA.AAAA; banyan_guest=x");

  private static final List<String> ACCEPTS =
      List.of("text/html", "image/png", "nonsense", "*/*;q=0", "application/json;q=2", "");

  private final Likely likely;
  private final Pool pool;
  private final Random random;

  Shots(ApiDocument api, Pool pool, Random random) {
    this.pool = pool;
    this.random = random;
    this.likely = new Likely(api.root(), pool, random);
  }

  /**
   * @param authorization empty for somebody who is not signed in
   */
  Shot next(Operation operation, String who, String authorization) {
    int way = random.nextInt(100);
    Map<String, String> headers = new LinkedHashMap<>();
    if (!authorization.isEmpty()) {
      headers.put("Authorization", authorization);
    }
    parameters(operation, headers);
    byte[] body = body(operation, headers, way);
    if (way >= 88) {
      spoil(headers);
    }
    boolean badPath = way >= 70 && way < 80;
    boolean badQuery = way >= 76 && way < 88;
    String target = path(operation, badPath) + query(operation, badQuery);
    return new Shot(who, operation.method(), target, headers, body);
  }

  private void parameters(Operation operation, Map<String, String> headers) {
    for (JsonNode parameter : operation.said().path("parameters")) {
      if (parameter.path("in").asString().equals("header") && random.nextInt(3) == 0) {
        // few keys, so that some come twice with other bodies
        headers.put(parameter.path("name").asString(), "k" + random.nextInt(20));
      }
    }
  }

  private void spoil(Map<String, String> headers) {
    switch (random.nextInt(6)) {
      case 0 -> headers.put("Authorization", Nasty.any(TOKENS, random));
      case 1 -> headers.put("Idempotency-Key", Nasty.any(KEYS, random));
      case 2 -> headers.put("Accept", Nasty.any(ACCEPTS, random));
      case 3 -> {
        headers.remove("Authorization");
        headers.put("Cookie", Nasty.any(COOKIES, random));
        headers.put("Sec-Fetch-Site", random.nextBoolean() ? "same-origin" : "cross-site");
      }
      case 4 -> headers.put("Guest-Token", Nasty.any(KEYS, random) + ".x");
      default -> {
        headers.put("X-Request-Id", Nasty.any(KEYS, random));
        headers.put("X-HTTP-Method-Override", "DELETE");
        headers.put("X-Forwarded-For", "999.1.1.1, <x>");
        headers.put("Range", "bytes=0-,-1,5-2");
        headers.put("If-None-Match", "W/\"x\", \"");
        headers.put("If-Modified-Since", "yesterday");
        headers.put("Accept-Language", "zz-ZZ;q=9, ,;");
        headers.put("Origin", "null");
      }
    }
  }

  private String path(Operation operation, boolean bad) {
    StringBuilder path = new StringBuilder();
    String before = "";
    for (String step : operation.path().substring(1).split("/")) {
      path.append('/');
      if (step.startsWith("{")) {
        String name = step.substring(1, step.length() - 1);
        String value = pool.known(name.startsWith("id") ? before : name, random).orElse("1");
        path.append(encoded(bad ? Nasty.any(Nasty.TEXT, random) : value));
      } else {
        path.append(step);
      }
      before = step;
    }
    return path.toString();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String query(Operation operation, boolean bad) {
    if (bad && random.nextInt(6) == 0) {
      return "?" + Nasty.any(Nasty.QUERY, random);
    }
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : operation.said().path("parameters")) {
      boolean needed = parameter.path("required").asBoolean(false);
      if (parameter.path("in").asString().equals("query") && (needed || random.nextInt(3) == 0)) {
        String name = parameter.path("name").asString();
        String value =
            bad && random.nextBoolean()
                ? Nasty.any(Nasty.TEXT, random)
                : pool.known(name, random)
                    .orElseGet(() -> likely.word(parameter.path("schema"), name));
        query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encoded(value));
        if (bad && random.nextInt(8) == 0) {
          query.append('&').append(name).append("=again");
        }
      }
    }
    return query.toString();
  }

  private byte @Nullable [] body(Operation operation, Map<String, String> headers, int way) {
    JsonNode content = operation.said().path("requestBody").path("content");
    if (content.isEmpty()) {
      return operation.method().equals("GET") || random.nextInt(4) > 0 ? null : new byte[] {'{'};
    }
    String type = Nasty.any(List.copyOf(content.propertyNames()), random);
    headers.put("Content-Type", type);
    byte[] body;
    if (type.equals("application/json")) {
      String text = likely.body(content.path(type).path("schema"), way);
      body = text.getBytes(StandardCharsets.UTF_8);
    } else {
      body = Files.any(type, headers, random);
    }
    if (way >= 60 && way < 66) {
      body = broken(body);
    }
    if (way >= 66 && way < 70) {
      headers.put("Content-Type", Nasty.any(TYPES, random));
    }
    return body;
  }

  /** The same bytes but for some: what a torn line or a wrong encoding makes of a body. */
  private byte[] broken(byte[] body) {
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
      case 1 -> twice(body);
      case 2 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
      case 3 -> "[".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
      case 4 ->
          ("\uFEFF" + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
      default -> {
        byte[] bent = body.clone();
        for (int i = 0; i < 3 && bent.length > 0; i++) {
          bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
        }
        yield bent;
      }
    };
  }

  private static byte[] twice(byte[] body) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(body);
    both.writeBytes(body);
    return both.toByteArray();
  }
}
