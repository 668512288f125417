package banyan.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.app.console.Binding.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The console says what would bind next, and says honestly that nothing would. */
class BindingTest {
  private static final String FIRST = "00-one-machine";

  private static Resource cpu(double cores) {
    return new Resource("cpu", cores, 2, 0, "cores");
  }

  private static Resource pool(double used, double waiting) {
    return new Resource("connections", used, 24, waiting / 24, "connections");
  }

  @Test
  void a_pool_whose_connections_are_all_taken_binds_though_the_cpu_is_busy_too() {
    Binding binding = Binding.of(List.of(cpu(1.7), pool(24, 30)), FIRST);

    assertThat(binding.resource().name()).isEqualTo("connections");
    assertThat(binding.near()).isTrue();
    assertThat(binding.relief()).isEqualTo("02-caches");
  }

  @Test
  void what_waits_counts_more_than_what_is_used() {
    Binding binding = Binding.of(List.of(cpu(2), pool(23, 12)), FIRST);

    assertThat(binding.resource().name()).isEqualTo("connections");
  }

  @Test
  void the_busy_cpu_of_one_machine_is_relieved_by_a_machine_for_the_database() {
    Binding binding = Binding.of(List.of(cpu(1.8), pool(3, 0)), FIRST);

    assertThat(binding)
        .extracting(b -> b.resource().name(), Binding::near, Binding::relief)
        .containsExactly("cpu", true, "01-separate-database");
  }

  @Test
  void nothing_is_near_a_limit_when_everything_has_room() {
    Binding binding = Binding.of(List.of(cpu(0.4), pool(2, 0)), FIRST);

    assertThat(binding.near()).isFalse();
  }

  @Test
  void work_that_waited_a_minute_ago_does_not_make_an_idle_machine_bind() {
    Resource cpu = new Resource("cpu", 0.2, 2, 3, "cores");

    assertThat(Binding.of(List.of(cpu), FIRST).near()).isFalse();
  }

  @Test
  void a_disk_may_be_fuller_than_what_has_a_queue() {
    Resource disk = new Resource("disk", 72, 100, 0, "bytes");

    assertThat(Binding.of(List.of(disk), FIRST).near()).isFalse();
    assertThat(Binding.of(List.of(new Resource("disk", 90, 100, 0, "bytes")), FIRST).near())
        .isTrue();
  }

  @Test
  void a_resource_without_a_known_limit_does_not_bind() {
    Resource unknown = new Resource("disk", 100, 0, 0, "bytes");

    assertThat(Binding.of(List.of(unknown, cpu(0.1)), FIRST).resource().name()).isEqualTo("cpu");
  }

  @Test
  void above_the_last_stage_nothing_relieves() {
    assertThat(Binding.of(List.of(cpu(2)), "14-cloud").relief()).isNull();
  }
}
