package banyan.checks.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/asvs.md} has a row for each requirement, and the tests that it names are there. */
class AsvsTest {
  private static final Path TABLE = Repository.ROOT.resolve("docs/asvs.md");
  private static final Path NUMBERS =
      Repository.ROOT.resolve("checks/src/test/resources/asvs-5.0-level-2.txt");
  private static final Pattern ROW =
      Pattern.compile("\\| ([0-9.]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]*) \\|");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)(?:#(\\w+))?`");
  private static final Set<String> STATUSES = Set.of("met", "**not met**", "n/a");

  /** Texts of the tests by the name of their class. */
  private static final Map<String, String> TESTS = tests();

  private static Map<String, String> tests() {
    Map<String, String> tests = new TreeMap<>();
    for (Path file : Repository.files("Test.java")) {
      String name = String.valueOf(file.getFileName());
      tests.put(name.substring(0, name.length() - ".java".length()), Repository.text(file));
    }
    return tests;
  }

  private static List<String> faults(String table, List<String> numbers) {
    List<String> faults = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Matcher row = ROW.matcher(table); row.find(); ) {
      String number = row.group(1);
      if (!seen.add(number)) {
        faults.add(number + " stands twice");
      }
      if (!STATUSES.contains(row.group(3))) {
        faults.add(number + " has no status: " + row.group(3));
      }
      if (row.group(4).isBlank()) {
        faults.add(number + " has neither test nor reason");
      }
      for (Matcher test = NAMED.matcher(row.group(4)); test.find(); ) {
        String text = TESTS.get(test.group(1));
        String method = test.group(2);
        if (text == null || method != null && !text.contains(" " + method + "(")) {
          faults.add(number + " names what is not there: " + test.group());
        }
      }
    }
    numbers.stream()
        .filter(number -> !seen.contains(number))
        .forEach(missing -> faults.add(missing + " has no row"));
    seen.stream()
        .filter(number -> !numbers.contains(number))
        .sorted()
        .forEach(unknown -> faults.add(unknown + " is no requirement of level 1 or 2"));
    return faults;
  }

  @Test
  void each_requirement_has_one_row_and_the_tests_that_it_names_are_there() {
    List<String> numbers =
        Repository.text(NUMBERS).lines().filter(line -> !line.startsWith("#")).toList();
    assertThat(numbers).hasSize(253).doesNotHaveDuplicates();
    assertThat(faults(Repository.text(TABLE), numbers)).isEmpty();
  }

  @Test
  void what_the_head_counts_is_what_the_rows_say() {
    String table = Repository.text(TABLE);
    Map<String, Integer> counts = new TreeMap<>();
    for (Matcher row = ROW.matcher(table); row.find(); ) {
      counts.merge(row.group(3), 1, Integer::sum);
    }
    assertThat(table)
        .contains(
            "%d met, %d not met, %d not applicable"
                .formatted(counts.get("met"), counts.get("**not met**"), counts.get("n/a")));
  }

  @Test
  void a_row_that_lies_is_caught() {
    String table =
        """
        | 1.1.1 | a | met | `AsvsTest#a_row_that_lies_is_caught` |
        | 1.1.1 | a | met | `NothingTest` |
        | 1.1.2 | a | perhaps | `AsvsTest#nothing` |
        | 1.1.3 | a | n/a |  |
        """;
    assertThat(faults(table, List.of("1.1.1", "1.1.2", "9.9.9")))
        .containsExactlyInAnyOrder(
            "1.1.1 stands twice",
            "1.1.1 names what is not there: `NothingTest`",
            "1.1.2 has no status: perhaps",
            "1.1.2 names what is not there: `AsvsTest#nothing`",
            "1.1.3 has neither test nor reason",
            "9.9.9 has no row",
            "1.1.3 is no requirement of level 1 or 2");
  }
}
