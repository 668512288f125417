package banyan.platform.audit;

import java.util.List;

/**
 * A book after it was read. One that cannot be read is not one that is right: it counts as a
 * violation and says why.
 *
 * @param violations what contradicts the statement, at most {@link Book#VIOLATIONS_MAX}
 * @param millis how long the check took
 */
public record Checked(String name, String statement, List<String> violations, long millis) {
  /** Reads the book now. */
  public static Checked of(Book book) {
    long start = System.nanoTime();
    List<String> violations;
    try {
      violations = book.violations().stream().limit(Book.VIOLATIONS_MAX).toList();
    } catch (RuntimeException fault) {
      violations = List.of("not readable: " + fault.getMessage());
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    return new Checked(book.name(), book.statement(), violations, millis);
  }
}
