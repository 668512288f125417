package banyan.checks.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that a schema allows, and bodies that are such a value but for one place. */
final class Likely {
  private static final int DEPTH_MAX = 4;
  private static final String HERE = "\u0001here\u0001";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final JsonNode api;
  private final Pool pool;
  private final Random random;

  Likely(JsonNode api, Pool pool, Random random) {
    this.api = api;
    this.pool = pool;
    this.random = random;
  }

  /**
   * A body as text.
   *
   * @param way below 30 it is likely; below 60 one place of it is spoilt, missing or too much
   */
  String body(JsonNode schema, int way) {
    JsonNode whole = make(schema, "", 0);
    if (way < 30 || way >= 60 && random.nextInt(4) > 0) {
      return JSON.writeValueAsString(whole);
    }
    List<Runnable> places = new ArrayList<>();
    places(whole, places);
    if (places.isEmpty() || random.nextInt(12) == 0) {
      return Nasty.any(Nasty.JSON, random);
    }
    Nasty.any(places, random).run();
    String here = JSON.writeValueAsString(nodes.stringNode(HERE));
    return JSON.writeValueAsString(whole).replace(here, Nasty.any(Nasty.JSON, random));
  }

  /** What can be done to a body, one change each. */
  private void places(JsonNode at, List<Runnable> places) {
    if (at instanceof ObjectNode object) {
      places.add(() -> object.put("unknown", "field"));
      for (String name : List.copyOf(object.propertyNames())) {
        JsonNode value = object.get(name);
        places.add(() -> object.put(name, HERE));
        places.add(() -> object.put(name, HERE));
        places.add(() -> object.remove(name));
        places(value, places);
      }
    } else if (at instanceof ArrayNode array && !array.isEmpty()) {
      JsonNode first = array.get(0);
      places.add(() -> array.set(0, nodes.stringNode(HERE)));
      places.add(array::removeAll);
      places.add(() -> {
        int many = random.nextBoolean() ? 2 : 1_500;
        for (int i = 0; i < many; i++) {
          array.add(first);
        }
      });
      places(first, places);
    }
  }

  /** A value as a query has it: of a list one. */
  String word(JsonNode schema, String name) {
    return make(schema.has("items") ? schema.get("items") : schema, name, 0).asString();
  }

  private JsonNode make(JsonNode schema, String name, int depth) {
    if (schema.has("$ref")) {
      return make(api.at(schema.get("$ref").asString().substring(1)), name, depth);
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    }
    JsonNode type = schema.path("type");
    return switch (type.isArray() ? type.get(0).asString() : type.asString("object")) {
      case "string" -> nodes.stringNode(text(schema, name));
      case "integer", "number" -> nodes.numberNode(number(schema));
      case "boolean" -> nodes.booleanNode(random.nextBoolean());
      case "array" -> {
        ArrayNode array = nodes.arrayNode();
        for (int i = random.nextInt(3); i >= 0 && depth < DEPTH_MAX; i--) {
          array.add(make(schema.path("items"), name, depth + 1));
        }
        yield array;
      }
      default -> object(schema, depth);
    };
  }

  private JsonNode object(JsonNode schema, int depth) {
    ObjectNode object = nodes.objectNode();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asString()));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      boolean needed = required.contains(property.getKey());
      if (depth < DEPTH_MAX && (needed || random.nextBoolean())) {
        object.set(property.getKey(), make(property.getValue(), property.getKey(), depth + 1));
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      object.set("Size", make(schema.get("additionalProperties"), "Size", depth + 1));
    }
    return object;
  }

  private long number(JsonNode schema) {
    long least = schema.path("minimum").asLong(0);
    long most = schema.path("maximum").asLong(Integer.MAX_VALUE);
    return switch (random.nextInt(5)) {
      case 0 -> least;
      case 1 -> most;
      default -> Math.min(most, least + random.nextInt(20));
    };
  }

  private String text(JsonNode schema, String name) {
    if (random.nextInt(3) > 0 && pool.known(name, random).isPresent()) {
      return pool.known(name, random).orElseThrow();
    }
    if (schema.path("format").asString("").equals("date-time")) {
      return "2026-1%d-0%dT00:00:00Z".formatted(random.nextInt(3), 1 + random.nextInt(9));
    }
    String pattern = schema.path("pattern").asString("");
    if (pattern.contains("@") || name.equals("email")) {
      return "f" + Long.toString(random.nextLong() >>> 1, 36) + "@example.com";
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "currency" -> "GBP";
      case "country" -> "GB";
      case "method" -> "sandbox";
      case "token" -> "tok_approve";
      case "password", "current" -> "correct horse";
      default -> letters(schema, pattern.contains("A-Z") ? "ABCDEFGH" : "ab Cd9-é 树'&<");
    };
  }

  /** As many as the schema allows, most times few. */
  private String letters(JsonNode schema, String some) {
    int least = Math.max(1, schema.path("minLength").asInt(1));
    int most = schema.path("maxLength").asInt(200);
    int length = random.nextInt(8) == 0 ? most : Math.min(most, least + random.nextInt(12));
    return some.repeat(length / some.length() + 1).substring(0, length);
  }
}
