package banyan.checks.security;

import banyan.checks.ApiDocument.Operation;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether an answer is one that the document promises. */
final class Answers {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PROBLEM = "application/problem+json";

  private final JsonNode api;

  Answers(JsonNode api) {
    this.api = api;
  }

  /** What is wrong with it; empty when nothing is. */
  Optional<String> objection(Operation operation, HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    boolean pause = answer.headers().firstValue("Retry-After").isPresent();
    if (status >= 500 && !(status == 503 && pause)) {
      return Optional.of("a fault: " + status + " " + text(answer));
    }
    Optional<JsonNode> response = operation.response(status);
    if (response.isEmpty()) {
      return Optional.of("not documented: " + status + " " + text(answer));
    }
    JsonNode promised = response.get().path("content");
    String type = answer.headers().firstValue("Content-Type").orElse("").split(";")[0];
    if (answer.body().length > 0 && !promised.has(type)) {
      return Optional.of(status + " as " + type + ", documented: " + promised.propertyNames());
    }
    List<String> faults = new ArrayList<>();
    if (type.endsWith("json")) {
      JsonNode body = read(answer);
      check(promised.path(type).path("schema"), body, "", faults);
      if (status >= 400) {
        problem(body, answer, faults);
      }
    }
    return faults.isEmpty() ? Optional.empty() : Optional.of(status + " " + faults);
  }

  static JsonNode read(HttpResponse<byte[]> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (JacksonException broken) {
      return JSON.nullNode();
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    return text.length() > 500 ? text.substring(0, 500) + "…" : text;
  }

  private static void problem(JsonNode body, HttpResponse<byte[]> answer, List<String> faults) {
    String id = answer.headers().firstValue("X-Request-Id").orElse("none");
    boolean retry = answer.statusCode() == 429 || answer.statusCode() == 503;
    boolean whole =
        answer.headers().firstValue("Content-Type").orElse("").startsWith(PROBLEM)
            && body.path("type").asString("").startsWith("/problems/")
            && !body.path("title").asString("").isEmpty()
            && !body.path("detail").asString("").isEmpty()
            && body.path("status").asInt(0) == answer.statusCode()
            && body.path("code").asString("").matches("[a-z_]{3,60}")
            && body.path("requestId").asString("").equals(id)
            && body.path("retryable").asBoolean(!retry) == retry
            && retry == answer.headers().firstValue("Retry-After").isPresent();
    if (!whole) {
      faults.add("not a whole problem: " + body + " " + answer.headers().map());
    }
    if (body.toString().matches("(?s).*(?:Exception|\\bat [a-z]+\\.[a-z]+\\.|SQL|banyan\\.).*")) {
      faults.add("tells of the inside: " + body);
    }
  }

  /** Types, required members, unknown members and words that the document does not list. */
  private void check(JsonNode schema, JsonNode value, String at, List<String> faults) {
    if (schema.has("$ref")) {
      check(api.at(schema.get("$ref").asString().substring(1)), value, at, faults);
      return;
    }
    JsonNode types = schema.path("type");
    Set<String> allowed = new java.util.TreeSet<>();
    if (types.isArray()) {
      types.forEach(type -> allowed.add(type.asString()));
    } else if (types.isString()) {
      allowed.add(types.asString());
    }
    if (!allowed.isEmpty() && allowed.stream().noneMatch(type -> is(type, value))) {
      faults.add(at + " is " + value.getNodeType() + ", documented: " + allowed);
      return;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      faults.add(at + " is " + value + ", documented: " + schema.get("enum"));
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.path("items"), value.get(i), at + "/" + i, faults);
      }
    }
    if (value.isObject()) {
      members(schema, value, at, faults);
    }
  }

  private void members(JsonNode schema, JsonNode value, String at, List<String> faults) {
    JsonNode properties = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    value.forEachEntry((name, member) -> {
      if (properties.has(name)) {
        check(properties.get(name), member, at + "/" + name, faults);
      } else if (others.isObject()) {
        check(others, member, at + "/" + name, faults);
      } else if (!properties.isEmpty() && !others.asBoolean(false)) {
        faults.add(at + "/" + name + " is not documented");
      }
    });
    schema
        .path("required")
        .forEach(name -> {
          if (!value.has(name.asString())) {
            faults.add(at + "/" + name.asString() + " is missing");
          }
        });
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode one : values) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> true;
    };
  }
}
