package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Drills with the real command; all of them take minutes: {@code -Dbanyan.drills=true}. */
class DrillTest {
  @TempDir Path folder;

  @Test
  @EnabledIfSystemProperty(named = "banyan.drills", matches = "true")
  void nothing_acknowledged_is_lost_whatever_is_killed_or_frozen() throws Exception {
    Machine.assumePackaged();
    try (Machine machine = new Machine(folder)) {
      machine.ok("up", "--empty", "--port", "18560");
      JsonNode all = machine.json("drill", "all", "--rate", "10");
      assertThat(all.at("/drills").size()).isEqualTo(4);
      for (JsonNode drill : all.at("/drills")) {
        assertThat(drill.at("/violations").size()).as(drill.toString()).isZero();
        assertThat(drill.at("/back").asBoolean()).as(drill.toString()).isTrue();
        assertThat(drill.at("/acknowledged").asLong()).as(drill.toString()).isGreaterThan(100);
      }
    }
  }

  @Test
  void every_drill_says_what_it_breaks_and_how_it_is_put_right() throws Exception {
    Machine.assumePackaged();
    Machine machine = new Machine(folder);
    for (JsonNode drill : machine.json("drill", "list").at("/drills")) {
      assertThat(drill.at("/what").asString()).isNotEmpty();
      assertThat(drill.at("/undo").asString()).isNotEmpty();
    }
    assertThat(machine.banyan("drill", "run", "nothing").status()).isEqualTo(2);
    assertThat(machine.banyan("drill", "run", "kill-server").status())
        .as("no marketplace runs there")
        .isEqualTo(4);
  }
}
