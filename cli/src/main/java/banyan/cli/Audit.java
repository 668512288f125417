package banyan.cli;

import banyan.cli.load.Journal;
import banyan.cli.load.LoadFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
      "  banyan audit --journal orders.journal",
      "  banyan audit --json | jq '.books[] | select(.violations != [])'"
    })
final class Audit implements Callable<Integer> {
  /** Reading every row of a big shop takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final int VIOLATIONS_SHOWN = 5;

  private static final int LINES = 1_000;

  @Mixin private Invocation invocation = new Invocation();

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = "Also ask for every acknowledged order that a load test has written down.")
  private @Nullable Path journal;

  @Override
  public Integer call() {
    Marketplace running = invocation.folder().reachable();
    invocation.progress("reading the books");
    Management.Answer answer = Management.get(running.management() + "/audit", PATIENCE);
    if (answer.status() != 200) {
      throw Refusal.unreachable(
          "the audit answered with status %d; see ./banyan logs".formatted(answer.status()));
    }
    JsonNode report = answer.body();
    boolean balanced = report.path("balanced").asBoolean(false);
    if (journal != null) {
      JsonNode witness = witness(journal, running.management());
      balanced &= witness.path("violations").isEmpty();
      ((ArrayNode) report.path("books")).add(witness);
      ((ObjectNode) report).put("balanced", balanced);
    }
    if (invocation.json()) {
      invocation.out().println(Invocation.JSON.writeValueAsString(report));
    } else {
      table(report).forEach(invocation.out()::println);
    }
    invocation.out().flush();
    return balanced ? Exit.OK : Exit.INVARIANT_BROKEN;
  }

  /** A book that is kept outside of the shop. */
  static JsonNode witness(Path journal, String management) {
    long start = System.nanoTime();
    List<Journal.Acknowledged> orders;
    try {
      orders = Journal.read(journal);
    } catch (LoadFailed unreadable) {
      throw Refusal.failed(String.valueOf(unreadable.getMessage()));
    }
    List<String> wrong = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int from = 0; from < orders.size(); from += LINES) {
      StringBuilder lines = new StringBuilder();
      for (Journal.Acknowledged order :
          orders.subList(from, Math.min(orders.size(), from + LINES))) {
        lines.append(order.orderId()).append(' ').append(order.total()).append('\n');
        if (!seen.add(order.orderId())) {
          wrong.add("order " + order.orderId() + " was acknowledged twice");
        }
      }
      Management.Answer compared =
          Management.post(
              management + "/journal", Map.of("acknowledged", lines.toString()), PATIENCE);
      if (compared.status() != 200) {
        throw Refusal.failed("the journal could not be compared; see ./banyan logs");
      }
      compared.body().path("wrong").forEach(line -> wrong.add(line.asString()));
    }
    return Invocation.JSON.valueToTree(
        Map.of(
            "name",
            "acknowledged-orders",
            "statement",
            "each of the %,d acknowledged orders is there once, paid, for its money"
                .formatted(orders.size()),
            "violations",
            wrong,
            "millis",
            (System.nanoTime() - start) / 1_000_000));
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
