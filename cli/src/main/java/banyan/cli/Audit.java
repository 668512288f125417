package banyan.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** Asks the running marketplace whether its books are right. */
@Command(
    name = "audit",
    description = "Checks every book of a running marketplace: stock, money, orders, events.",
    footer = {
      "",
      "Exit codes: 0 all books balance, 3 one does not, 4 the marketplace is unreachable.",
      "",
      "Examples:",
      "  banyan audit",
      "  banyan audit --json | jq '.books[] | select(.violations != [])'"
    })
final class Audit implements Callable<Integer> {
  /** Reading every row of a big shop takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final int VIOLATIONS_SHOWN = 5;

  @Mixin private Invocation invocation = new Invocation();

  @Override
  public Integer call() {
    DataFolder.Running running = invocation.folder().reachable();
    invocation.progress("reading the books");
    Management.Answer answer = Management.get(running.management() + "/audit", PATIENCE);
    if (answer.status() != 200) {
      throw Refusal.unreachable(
          "the audit answered with status %d; see ./banyan logs".formatted(answer.status()));
    }
    JsonNode report = answer.body();
    boolean balanced = report.path("balanced").asBoolean(false);
    if (invocation.json()) {
      invocation.out().println(Invocation.JSON.writeValueAsString(report));
    } else {
      table(report).forEach(invocation.out()::println);
    }
    invocation.out().flush();
    return balanced ? Exit.OK : Exit.INVARIANT_BROKEN;
  }

  /** One line a book, the violations below it, the verdict last. */
  static List<String> table(JsonNode report) {
    List<String> lines = new ArrayList<>();
    int wrong = 0;
    for (JsonNode book : report.path("books")) {
      int violations = book.path("violations").size();
      wrong += violations > 0 ? 1 : 0;
      lines.add(
          "%s %-28s %4d ms  %s"
              .formatted(
                  violations == 0 ? "●" : "✗",
                  book.path("name").asString(),
                  book.path("millis").asLong(),
                  book.path("statement").asString()));
      for (int i = 0; i < Math.min(violations, VIOLATIONS_SHOWN); i++) {
        lines.add("    " + book.path("violations").get(i).asString());
      }
      if (violations > VIOLATIONS_SHOWN) {
        lines.add(
            "    … and %d more; --json lists up to 100".formatted(violations - VIOLATIONS_SHOWN));
      }
    }
    lines.add(
        wrong == 0
            ? "%d books, 0 violations: the books balance".formatted(report.path("books").size())
            : "%d of %d books are wrong".formatted(wrong, report.path("books").size()));
    return lines;
  }
}
