package banyan.app;

import banyan.platform.audit.Book;
import banyan.platform.audit.Checked;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The books, checked now: {@code GET /actuator/audit} on the management port. */
@Endpoint(id = "audit")
class AuditEndpoint {
  /**
   * @param balanced no book has a violation
   * @param books one entry a book, by name
   */
  record Report(Instant at, boolean balanced, List<Checked> books) {}

  private final List<Book> books;
  private final Clock clock;

  AuditEndpoint(List<Book> books, Clock clock) {
    this.books = books.stream().sorted(Comparator.comparing(Book::name)).toList();
    this.clock = clock;
  }

  @ReadOperation
  Report check() {
    List<Checked> checked = books.stream().map(Checked::of).toList();
    boolean balanced = checked.stream().allMatch(book -> book.violations().isEmpty());
    return new Report(clock.instant(), balanced, checked);
  }
}
