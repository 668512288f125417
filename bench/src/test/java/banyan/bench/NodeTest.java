package banyan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.bench.Node.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
  @TempDir private Path hierarchies;

  @Test
  void oneHierarchyForEachController() throws IOException {
    write("cpu/docker/abc/cpu.stat", "nr_periods 40\nnr_throttled 30\nthrottled_time 2500000000\n");
    write("cpuacct/docker/abc/cpuacct.usage", "1500000000\n");

    Count count =
        Node.count(
            """
            9:cpuset:/docker/wrong
            2:cpu,cpuacct:/docker/abc
            0::/docker/wrong
            """,
            hierarchies);

    assertThat(count).isEqualTo(new Count(40, 30, 2.5, 1.5));
    assertThat(count.share()).isEqualTo(0.75);
  }

  @Test
  void oneHierarchyForAll() throws IOException {
    write(
        "system.slice/docker-abc.scope/cpu.stat",
        """
        usage_usec 1500000
        user_usec 1000000
        nr_periods 40
        nr_throttled 30
        throttled_usec 2500000
        """);

    assertThat(Node.count("0::/system.slice/docker-abc.scope\n", hierarchies))
        .isEqualTo(new Count(40, 30, 2.5, 1.5));
  }

  @Test
  void aGroupWithoutAQuotaHasNoCountersAndThatIsSaid() throws IOException {
    write("docker-abc.scope/cpu.stat", "usage_usec 1500000\n");

    assertThatThrownBy(() -> Node.count("0::/docker-abc.scope\n", hierarchies))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nr_periods");
  }

  @Test
  void whatIsCountedIsADifference() {
    Count before = new Count(10, 4, 1, 2);
    Count after = new Count(30, 14, 3, 5);

    assertThat(after.since(before)).isEqualTo(new Count(20, 10, 2, 3));
    assertThat(after.since(before).and(before)).isEqualTo(after);
    assertThat(Count.NONE.share()).isZero();
  }

  private void write(String file, String text) throws IOException {
    Path path = hierarchies.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
