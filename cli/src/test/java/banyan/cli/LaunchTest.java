package banyan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LaunchTest {
  private static final Map<String, List<String>> SERVICES =
      new TreeMap<>(
          Map.of("app", List.of("cache", "database"), "cache", List.of(), "database", List.of()));

  private static Compose.Node node(String name, String state, String health) {
    return new Compose.Node(name, "shop-" + name + "-1", state, health);
  }

  @Test
  void each_node_says_what_it_waits_for() {
    List<Compose.Node> nodes =
        List.of(
            node("app", "created", ""),
            node("cache", "running", "healthy"),
            node("database", "running", "starting"));

    assertThat(Launch.waiting(SERVICES, nodes))
        .isEqualTo("app waits for database · database gets ready");
  }

  @Test
  void a_node_that_is_not_there_yet_is_being_made() {
    assertThat(Launch.waiting(SERVICES, List.of()))
        .isEqualTo("app waits for cache, database · cache is being made · database is being made");
  }

  @Test
  void nobody_waits_when_all_are_well() {
    List<Compose.Node> nodes =
        List.of(
            node("app", "running", "healthy"),
            node("cache", "running", ""),
            node("database", "running", "healthy"));

    assertThat(Launch.waiting(SERVICES, nodes)).isEmpty();
  }

  @Test
  void a_node_that_stands_still_or_is_ill_is_not_well() {
    assertThat(node("app", "paused", "").well()).isFalse();
    assertThat(node("app", "running", "unhealthy").well()).isFalse();
    assertThat(node("app", "running", "starting").well()).isFalse();
    assertThat(node("app", "exited", "").well()).isFalse();
  }
}
