package banyan.checks.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Ids, names and cursors that the shop has told, by what they are of, so that a request gets
 * further than its door: {@code skuId}, {@code skus/0/id} and {@code /api/seller/skus/{id}} mean
 * the same kind of thing.
 */
final class Pool {
  private static final int KEPT_MAX = 30;
  private static final int LENGTH_MAX = 200;

  private final Map<String, List<String>> values = new TreeMap<>();

  /**
   * Remembers what an answer names.
   *
   * @param path of the operation that gave it
   */
  void learn(String path, JsonNode answer) {
    String[] steps = path.split("/");
    String last = steps[steps.length - 1];
    learnAs(thing(last.startsWith("{") ? steps[steps.length - 2] : last), answer);
  }

  private void learnAs(String thing, JsonNode answer) {
    if (answer.isArray()) {
      answer.forEach(one -> learnAs(thing, one));
    }
    answer.forEachEntry((name, value) -> {
      if (value.isString()) {
        learn(name.equals("id") ? thing : name, value.asString());
      }
      learnAs(name.equals("data") ? thing : thing(name), value);
    });
  }

  void learn(String name, String value) {
    List<String> kept = values.computeIfAbsent(thing(name), unknown -> new ArrayList<>());
    if (!value.isEmpty() && value.length() <= LENGTH_MAX && !kept.contains(value)) {
      kept.add(value);
    }
    if (kept.size() > KEPT_MAX) {
      // the first ones were made on purpose, the later ones by shots
      kept.remove(KEPT_MAX / 2);
    }
  }

  /** A value that was told under this name. */
  Optional<String> known(String name, Random random) {
    List<String> kept = values.getOrDefault(thing(name), List.of());
    return kept.isEmpty() ? Optional.empty() : Optional.of(Nasty.any(kept, random));
  }

  /** What a name is of: {@code skuId}, {@code skus} → sku. */
  private static String thing(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("(?:orslug|id|ids)$", "");
    return plain
        .replaceAll("ies$", "y")
        .replaceAll("sses$", "ss")
        .replaceAll("(?<=[a-z])(?<!s)s$", "")
        .replaceAll("^nextcursor$", "cursor");
  }
}
