package banyan.platform.toggles;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param refresh how often this node looks whether another one has turned a toggle
 * @param defaults every toggle there is, and whether it is on while nobody has turned it
 * @param optional those that go off by themselves on an overloaded node, and on again
 */
@ConfigurationProperties("banyan.toggles")
public record ToggleSettings(
    @DefaultValue("1s") Duration refresh,
    @Nullable Map<String, Boolean> defaults,
    @DefaultValue Set<String> optional) {
  public ToggleSettings {
    defaults = defaults == null ? Map.of() : Map.copyOf(defaults);
    optional = Set.copyOf(optional);
    if (!defaults.keySet().containsAll(optional)) {
      throw new IllegalArgumentException(
          "banyan.toggles.optional names toggles that are not in banyan.toggles.defaults");
    }
    if (refresh.toMillis() < 100) {
      throw new IllegalArgumentException("banyan.toggles.refresh must be 100ms or more");
    }
  }

  /** {@link #defaults} by name. */
  Map<String, Boolean> sorted() {
    return defaults == null ? Map.of() : new TreeMap<>(defaults);
  }
}
