package banyan.app;

import banyan.platform.audit.Book;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The books, checked now: {@code GET /actuator/audit} on the management port. */
@Endpoint(id = "audit")
class AuditEndpoint {
  record Checked(String name, String statement, List<String> violations, long millis) {}

  private final List<Book> books;

  AuditEndpoint(List<Book> books) {
    this.books = books.stream().sorted(Comparator.comparing(Book::name)).toList();
  }

  @ReadOperation
  List<Checked> check() {
    return books.stream()
        .map(book -> {
          long start = System.nanoTime();
          List<String> violations = book.violations();
          return new Checked(
              book.name(), book.statement(), violations, (System.nanoTime() - start) / 1_000_000);
        })
        .toList();
  }
}
