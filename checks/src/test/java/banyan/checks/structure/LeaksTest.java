package banyan.checks.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is committed runs anywhere: no registry's host, no path of somebody's machine. */
class LeaksTest {
  private static final List<Pattern> FORBIDDEN =
      Stream.of(
              // a folder of one machine
              "(?<![\\w.}/$])/(?:[w]ork|[r]oot|[h]ome/\\w+|[U]sers/\\w+)/[\\w.]",
              // where packages are kept
              "\\b(?:[r]epo1?\\.maven|[r]epo\\.maven\\.apache|[c]entral\\.sonatype|[r]egistry\\.npmjs"
                  + "|[r]egistry-1\\.docker|[p]roxy\\.golang|[p]ypi\\.org)\\b",
              "\\b[\\w-]*(?:[a]rtifactory|[j]frog|[n]exus)[\\w-]*\\.[\\w.-]+\\.\\w+")
          .map(regex -> Pattern.compile(regex, Pattern.CASE_INSENSITIVE))
          .toList();

  static List<String> leaks(String name, String text) {
    List<String> leaks = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      for (Pattern forbidden : FORBIDDEN) {
        if (forbidden.matcher(lines.get(i)).find()) {
          leaks.add(name + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }
    return leaks;
  }

  @Test
  void no_committed_file_names_a_registry_or_a_machine() {
    List<Path> files = Repository.tracked();
    assertThat(files).hasSizeGreaterThan(50);
    assertThat(
            files.stream()
                .filter(path -> path.toFile().length() < 2_000_000)
                .flatMap(path -> leaks(Repository.name(path), Repository.text(path)).stream())
                .toList())
        .isEmpty();
  }

  @Test
  void a_registry_and_a_machine_are_caught_and_namespaces_and_links_are_not() {
    String text =
        String.join(
            "\n",
            "cd /" + "work/main",
            "<url>https://repo" + ".maven.apache.org/maven2</url>",
            "mirror: packages." + "jfrog" + ".example.com",
            "xmlns=\"http://maven.apache.org/POM/4.0.0\"",
            "https://example.com/home/page and ${user.home}/work/x and a/root/b");
    assertThat(leaks("notes", text))
        .extracting(leak -> leak.substring(0, 8))
        .containsExactly("notes:1:", "notes:2:", "notes:3:");
  }
}
