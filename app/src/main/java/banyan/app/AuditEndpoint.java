package banyan.app;

import banyan.platform.audit.Book;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The books, checked now: {@code GET /actuator/audit} on the management port. A book that cannot be
 * read is not a book that is right: it counts as a violation and says why.
 */
@Endpoint(id = "audit")
class AuditEndpoint {
  /**
   * @param balanced no book has a violation
   * @param books one entry a book, by name
   */
  record Report(Instant at, boolean balanced, List<Checked> books) {}

  /**
   * @param violations what contradicts the statement, at most {@link Book#VIOLATIONS_MAX}
   * @param millis how long the check took
   */
  record Checked(String name, String statement, List<String> violations, long millis) {}

  private final List<Book> books;
  private final Clock clock;

  AuditEndpoint(List<Book> books, Clock clock) {
    this.books = books.stream().sorted(Comparator.comparing(Book::name)).toList();
    this.clock = clock;
  }

  @ReadOperation
  Report check() {
    List<Checked> checked = books.stream().map(AuditEndpoint::check).toList();
    boolean balanced = checked.stream().allMatch(book -> book.violations().isEmpty());
    return new Report(clock.instant(), balanced, checked);
  }

  private static Checked check(Book book) {
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
