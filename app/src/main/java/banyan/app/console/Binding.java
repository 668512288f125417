package banyan.app.console;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What would bind next, by the USE method (Brendan Gregg): for each resource its utilisation and
 * its saturation, which is the work that waits for it.
 *
 * @param resource the one that is nearest to its limit
 * @param near whether that is near enough to do something about it
 * @param relief the folder of the stage that gives more of it; null when no later one does
 */
record Binding(Resource resource, boolean near, @Nullable String relief) {
  /** Where queues begin to grow faster than the load. */
  private static final double UTILISATION_NEAR = 0.7;

  /** What has no queue may be fuller before anybody has to hurry. */
  private static final Map<String, Double> UTILISATION_NEAR_OF =
      Map.of("disk", 0.85, "heap", 0.8, "http-connections", 0.8);

  /** A tenth of what fits inside waits outside: no accident of one moment. */
  private static final double SATURATION_NEAR = 0.1;

  /** CPU's run queue is an average of the last minute: short of this use it tells of the past. */
  private static final double USE_BEHIND_SATURATION = 0.5;

  /**
   * @param name {@code cpu}, {@code connections}, {@code admission-gate} …
   * @param used in {@code unit}
   * @param limit in {@code unit}; 0 when it is not known, then the resource cannot bind
   * @param saturation what waits, as a share of the limit
   * @param unit {@code cores}, {@code connections}, {@code places}, {@code bytes}, {@code events}
   */
  record Resource(String name, double used, double limit, double saturation, String unit) {
    double utilisation() {
      return limit > 0 ? used / limit : 0;
    }

    private boolean waits() {
      return saturation >= SATURATION_NEAR && utilisation() >= USE_BEHIND_SATURATION;
    }

    private boolean near() {
      return nearness() >= 1 || waits();
    }

    /** 1 where it becomes worth a thought. */
    private double nearness() {
      return utilisation() / UTILISATION_NEAR_OF.getOrDefault(name, UTILISATION_NEAR);
    }

    /** What waits counts more than what is merely used. */
    private double pressure() {
      return nearness() + (waits() ? 1 + Math.min(saturation, 1) : 0);
    }
  }

  /**
   * @throws IllegalArgumentException when there is no resource
   */
  static Binding of(List<Resource> resources, String stage) {
    Resource nearest =
        resources.stream()
            .max(Comparator.comparingDouble(Resource::pressure))
            .orElseThrow(() -> new IllegalArgumentException("nothing to compare"));
    return new Binding(nearest, nearest.near(), Ladder.relief(nearest.name(), stage));
  }
}
