package banyan.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes a likely body from its schema, and spoils it at one place at a time. */
final class Bodies {
  /** Lists in lists in lists say nothing new. */
  private static final int DEPTH_MAX = 4;

  private static final List<String> NASTY =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1.5",
          "9223372036854775807",
          "9223372036854775808",
          "-1e400",
          "1e999999999",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"\\udc00x\"",
          "\"\\ud83d\\ude00\"",
          "\"\\u202e\"",
          "\"\\n\"",
          "\"'; DROP TABLE x\"",
          "\"" + "x".repeat(100_000) + "\"",
          "\"" + "é".repeat(120) + "\"",
          "[]",
          "{}",
          "[null]",
          "[[[[[[]]]]]]",
          "{\"a\":{\"a\":{}}}",
          "\"2026-13-45T99:99:99Z\"",
          "2147483648",
          "\"-9223372036854775809\"",
          "{\"amount\":9223372036854775807,\"currency\":\"GBP\"}",
          "{\"amount\":1,\"currency\":\"XXZ\"}",
          "{\"amount\":-1,\"currency\":null}");

  private final JsonNode api;
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param api the document of {@code /v3/api-docs}
   */
  Bodies(JsonNode api) {
    this.api = api;
  }

  /** A likely body, then the same with each of its values replaced by each nasty one. */
  List<String> spoilt(JsonNode schema) {
    JsonNode likely = likely(schema, 0);
    List<String> bodies = new ArrayList<>();
    bodies.add(json.writeValueAsString(likely));
    spoil(likely, likely, bodies);
    return bodies;
  }

  private void spoil(JsonNode root, JsonNode at, List<String> bodies) {
    JsonNode here = nodes.stringNode("\u0001here\u0001");
    if (at instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        JsonNode before = object.get(name);
        object.set(name, here);
        write(root, bodies);
        object.remove(name);
        bodies.add(json.writeValueAsString(root));
        object.set(name, before);
        spoil(root, before, bodies);
      }
    } else if (at instanceof ArrayNode array && !array.isEmpty()) {
      JsonNode before = array.get(0);
      array.set(0, here);
      write(root, bodies);
      array.set(0, before);
      List<JsonNode> many = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        many.add(before);
      }
      array.removeAll();
      array.addAll(many);
      bodies.add(json.writeValueAsString(root));
      array.removeAll();
      array.add(before);
      spoil(root, before, bodies);
    }
  }

  private void write(JsonNode root, List<String> bodies) {
    String text = json.writeValueAsString(root);
    String place = json.writeValueAsString(nodes.stringNode("\u0001here\u0001"));
    for (String nasty : NASTY) {
      bodies.add(text.replace(place, nasty));
    }
  }

  private JsonNode likely(JsonNode schema, int depth) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asString();
      return likely(api.at(name.substring(1)), depth);
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(0);
    }
    if (schema.has("oneOf")) {
      return likely(schema.get("oneOf").get(0), depth);
    }
    JsonNode type = schema.path("type");
    String kind = type.isArray() ? type.get(0).asString() : type.asString("object");
    return switch (kind) {
      case "string" -> nodes.stringNode(text(schema));
      case "integer", "number" -> nodes.numberNode(Math.max(1, schema.path("minimum").asInt(1)));
      case "boolean" -> nodes.booleanNode(true);
      case "array" -> {
        ArrayNode array = nodes.arrayNode();
        if (depth < DEPTH_MAX) {
          array.add(likely(schema.path("items"), depth + 1));
        }
        yield array;
      }
      default -> object(schema, depth);
    };
  }

  private JsonNode object(JsonNode schema, int depth) {
    ObjectNode object = nodes.objectNode();
    if (depth < DEPTH_MAX) {
      for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
        object.set(property.getKey(), likely(property.getValue(), depth + 1));
      }
      if (schema.path("additionalProperties").isObject()) {
        object.set("key", likely(schema.get("additionalProperties"), depth + 1));
      }
    }
    return object;
  }

  private static String text(JsonNode schema) {
    if (schema.path("format").asString("").equals("date-time")) {
      return "2030-01-01T00:00:00Z";
    }
    String pattern = schema.path("pattern").asString("");
    if (pattern.contains("@")) {
      return Marketplace.unique("bad") + "@example.com";
    }
    if (pattern.contains("A-Z")) {
      return "G".repeat(Math.max(2, schema.path("minLength").asInt(2)));
    }
    return "1".repeat(Math.max(1, schema.path("minLength").asInt(1)));
  }
}
