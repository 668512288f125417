package banyan.app.console;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stages, and which of them relieve which resource, as data. */
final class Ladder {
  static final List<String> STAGES =
      List.of(
          "00-one-machine",
          "01-separate-database",
          "02-caches",
          "03-reverse-proxy",
          "04-read-replicas",
          "05-business-databases",
          "06-sharded-tables",
          "07-layer-4",
          "08-two-data-centres",
          "09-search-and-nosql",
          "10-split-apps",
          "11-microservices",
          "12-service-bus",
          "13-containers",
          "14-cloud");

  /** Numbers of the stages that give more of a resource, or need less of it; in their order. */
  private static final Map<String, List<Integer>> RELIEF =
      Map.of(
          // the database leaves the machine; fewer questions; more machines; rented ones
          "cpu", List.of(1, 2, 3, 14),
          // fewer questions; replicas answer them; a pool for each business, then for each shard
          "connections", List.of(2, 4, 5, 6),
          "database-connections", List.of(2, 4, 5, 6),
          // what fits inside is what processor and database get done: the same as for the processor
          "admission-gate", List.of(1, 2, 3, 14),
          // copies leave the heap; more processes
          "heap", List.of(2, 3, 13),
          // a machine for the data; history and files go where disks are many
          "disk", List.of(1, 6, 9),
          // a proxy holds them; several proxies do
          "http-connections", List.of(3, 7));

  private Ladder() {}

  /** The number of a stage by its folder's name; -1 for one that is not on the ladder. */
  static int number(String stage) {
    return STAGES.indexOf(stage);
  }

  /** The first stage above this one that relieves the resource; null when there is none. */
  static @Nullable String relief(String resource, String stage) {
    return RELIEF.getOrDefault(resource, List.of()).stream()
        .filter(number -> number > number(stage))
        .findFirst()
        .map(STAGES::get)
        .orElse(null);
  }
}
