package banyan.platform.audit;

import banyan.platform.data.Database;
import java.util.List;

/**
 * One statement about the data that must hold at all times. A module contributes its books as
 * beans; {@code banyan audit} and the operations console read all of them.
 */
public interface Book {
  /** Violations a check lists at most; the first hundred say enough. */
  int VIOLATIONS_MAX = 100;

  /** Short and stable, for instance {@code stock-conserved}. */
  String name();

  /** The statement, as a sentence. */
  String statement();

  /**
   * Reads the primary of every shard and returns what contradicts the statement, at most {@link
   * #VIOLATIONS_MAX}.
   */
  List<String> violations();

  /** A book made of its three parts. */
  static Book of(
      String name, String statement, java.util.function.Supplier<List<String>> violations) {
    record Simple(String name, String statement, java.util.function.Supplier<List<String>> check)
        implements Book {
      @Override
      public List<String> violations() {
        return check.get();
      }
    }
    return new Simple(name, statement, violations);
  }

  /**
   * A book kept by one query over every database of a module.
   *
   * @param violations selects one text a violation, and ends with {@code LIMIT :limit}
   */
  static Book of(String name, String statement, Database database, String violations) {
    return of(
        name,
        statement,
        () ->
            database
                .each(jdbc ->
                    jdbc.sql(violations).param("limit", VIOLATIONS_MAX).query(String.class).list())
                .stream()
                .flatMap(List::stream)
                .limit(VIOLATIONS_MAX)
                .toList());
  }
}
