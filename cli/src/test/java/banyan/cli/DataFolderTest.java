package banyan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path path;

  private final long me = ProcessHandle.current().pid();
  private final long myStart = Processes.startTicks(me).orElseThrow();

  @Test
  void the_running_marketplace_is_the_process_with_the_same_number_and_the_same_start()
      throws IOException {
    says(me, myStart, Processes.bootId());

    DataFolder.Running running = new DataFolder(path).running().orElseThrow();

    assertThat(running.pid()).isEqualTo(me);
    assertThat(running.shop()).isEqualTo("http://localhost:8080");
  }

  @Test
  void a_number_that_another_process_has_by_now_is_not_the_marketplace() throws IOException {
    says(me, myStart - 1, Processes.bootId());

    assertThat(new DataFolder(path).running()).isEmpty();
  }

  @Test
  void a_file_from_before_the_machine_was_restarted_names_nobody() throws IOException {
    says(me, myStart, "another boot");

    assertThat(new DataFolder(path).running()).isEmpty();
  }

  @Test
  void half_a_file_and_no_file_name_nobody() throws IOException {
    assertThat(new DataFolder(path).running()).isEmpty();

    Files.writeString(path.resolve("running.json"), "{\"pid\": 12");

    assertThat(new DataFolder(path).running()).isEmpty();
  }

  @Test
  void a_pid_file_that_names_a_foreign_process_is_not_our_database() throws IOException {
    Files.createDirectories(path.resolve("postgres/data"));
    Files.writeString(path.resolve("postgres/data/postmaster.pid"), me + "\n");

    assertThat(new DataFolder(path).database()).isEmpty();
  }

  @Test
  void data_of_a_newer_build_is_refused_in_one_line_that_names_the_way_out() throws IOException {
    Files.writeString(path.resolve("format"), (DataFolder.FORMAT + 1) + "\n");

    assertThatThrownBy(() -> new DataFolder(path).checkUsable())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("newer build")
        .hasMessageContaining("--data");
  }

  @Test
  void a_file_in_the_place_of_the_folder_is_refused_in_one_line_that_names_the_way_out()
      throws IOException {
    Path file = Files.createFile(path.resolve("file"));

    assertThatThrownBy(() -> new DataFolder(file).checkUsable())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("--data");
  }

  private void says(long pid, long ticks, String boot) throws IOException {
    Files.writeString(
        path.resolve("running.json"),
        Invocation.JSON.writeValueAsString(
            Map.of(
                "pid",
                pid,
                "startTicks",
                ticks,
                "bootId",
                boot,
                "state",
                "ready",
                "port",
                8080,
                "managementPort",
                8081,
                "since",
                "2026-11-21T10:00:00Z")));
  }
}
