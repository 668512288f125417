package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drills with the real command; all of them take minutes: {@code -Dbanyan.drills=true}. */
class DrillTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  @Test
  @EnabledIfSystemProperty(named = "banyan.drills", matches = "true")
  void nothing_acknowledged_is_lost_whatever_breaks() throws Exception {
    Machine.assumePackaged();
    try (Machine machine = new Machine(folder)) {
      machine.ok("up", "--empty", "--port", "18560");
      JsonNode drills = machine.json("drill", "list").at("/drills");
      assertThat(drills.size()).isGreaterThanOrEqualTo(12);
      for (JsonNode listed : drills) {
        String name = listed.at("/name").asString();
        Machine.Outcome told = machine.banyan("drill", "run", name, "--rate", "10", "--json");
        // 99: a figure of speed was missed, as it may be on a busy machine
        assertThat(told.status()).as(name + ": " + told.err()).isIn(0, 99);
        JsonNode drill = JSON.readTree(told.out()).at("/drills/0");
        assertThat(drill.at("/violations").size()).as(drill.toString()).isZero();
        assertThat(drill.at("/back").asBoolean()).as(drill.toString()).isTrue();
        assertThat(drill.at("/acknowledged").asLong()).as(drill.toString()).isGreaterThan(100);
        for (JsonNode figure : drill.at("/figures")) {
          if (figure.at("/must").asString().equals("0")) {
            assertThat(figure.at("/met").asBoolean()).as(drill.toString()).isTrue();
          }
        }
      }
    }
  }

  @Test
  void what_a_drill_that_died_has_left_is_put_right() throws Exception {
    Machine.assumePackaged();
    Machine machine = new Machine(folder);
    assertThat(machine.json("drill", "undo").at("/undone").asString()).isEmpty();

    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path ballast = Files.writeString(disk.resolve("ballast"), "full");
    Path note = folder.resolve("drill.undo");
    Files.writeString(
        note,
        """
        {"drill": "disk-full", "undo": "in words", "data": "%s", "port": 0, "journal": "none"}
        """
            .formatted(disk));
    assertThat(machine.json("drill", "undo").at("/undone").asString()).isEqualTo("disk-full");
    assertThat(ballast).doesNotExist();
    assertThat(note).doesNotExist();

    Files.writeString(note, "something else");
    assertThat(machine.banyan("drill", "undo").err()).contains("by hand");
    assertThat(note).exists();
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
