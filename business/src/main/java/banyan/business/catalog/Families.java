package banyan.business.catalog;

import banyan.platform.data.Database;
import banyan.platform.ids.Ids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a list of ids so that each part is asked for in one statement on the database it lies on.
 */
final class Families {
  /** Ids one statement asks for. */
  static final int PART_MAX = 1_000;

  /**
   * @param ids none twice
   */
  record Family(Long[] ids) {
    /** What several ask for, all of it on one database. */
    static Family of(Collection<? extends Collection<Long>> asked) {
      return new Family(asked.stream().flatMap(Collection::stream).distinct().toArray(Long[]::new));
    }

    long key() {
      return ids[0];
    }

    /** The shards of the ids, for the statement to name. */
    Short[] shards() {
      return java.util.Arrays.stream(ids)
          .map(id -> (short) Ids.shardOf(id))
          .distinct()
          .toArray(Short[]::new);
    }
  }

  private Families() {}

  static List<Family> of(Database database, Collection<Long> ids) {
    Map<Integer, List<Long>> byNode = new LinkedHashMap<>();
    ids.stream()
        .distinct()
        .forEach(
            id -> byNode.computeIfAbsent(database.nodeNumber(id), n -> new ArrayList<>()).add(id));
    return byNode.values().stream()
        .flatMap(part -> parts(part).stream())
        .map(part -> new Family(part.toArray(Long[]::new)))
        .toList();
  }

  /** Parts of at most {@link #PART_MAX}. */
  static <T> List<List<T>> parts(List<T> whole) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < whole.size(); from += PART_MAX) {
      parts.add(whole.subList(from, Math.min(whole.size(), from + PART_MAX)));
    }
    return parts;
  }
}
