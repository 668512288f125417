package banyan.app.console;

import banyan.platform.audit.Book;
import banyan.platform.audit.Checked;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The books as lamps. Reading one costs queries over all data, so one is read at a time: those that
 * somebody wants at once, and, while somebody watches, the one that was not read for the longest.
 */
final class Lamps {
  /** A book may cost this part of the time at most when nobody asked for it: one twentieth. */
  private static final int REST = 20;

  /** Violations that are shown; {@code banyan audit} lists more. */
  private static final int SHOWN_MAX = 5;

  /**
   * @param state {@code right}, {@code wrong}, or {@code unread} when it was not read since the
   *     start
   * @param violations how many contradict the statement, at most {@link Book#VIOLATIONS_MAX}
   * @param examples the first of them
   * @param waiting it is being read, or will be next
   */
  record Lamp(
      String name,
      String statement,
      String state,
      @Nullable Instant checkedAt,
      long millis,
      int violations,
      List<String> examples,
      boolean waiting) {}

  private record Reading(Instant at, Checked checked) {}

  private final Map<String, Book> books = new TreeMap<>();
  private final Map<String, Reading> readings = new TreeMap<>();
  private final Set<String> wanted = new LinkedHashSet<>();
  private final Clock clock;
  private final Duration pause;
  private boolean reading;
  private boolean closed;
  private Instant next = Instant.EPOCH;

  Lamps(Collection<Book> books, Clock clock, Duration pause) {
    books.forEach(book -> this.books.put(book.name(), book));
    this.clock = clock;
    this.pause = pause;
  }

  synchronized List<Lamp> all() {
    return books.values().stream().map(this::lamp).toList();
  }

  private Lamp lamp(Book book) {
    Reading read = readings.get(book.name());
    boolean waiting = wanted.contains(book.name());
    if (read == null) {
      return new Lamp(book.name(), book.statement(), "unread", null, 0, 0, List.of(), waiting);
    }
    List<String> violations = read.checked().violations();
    return new Lamp(
        book.name(),
        book.statement(),
        violations.isEmpty() ? "right" : "wrong",
        read.at(),
        read.checked().millis(),
        violations.size(),
        violations.stream().limit(SHOWN_MAX).toList(),
        waiting);
  }

  /**
   * Has a book read as soon as those before it are, or all of them.
   *
   * @param name null for all
   * @return false when there is no such book
   */
  synchronized boolean want(@Nullable String name) {
    if (name != null && !books.containsKey(name)) {
      return false;
    }
    wanted.addAll(name == null ? books.keySet() : Set.of(name));
    begin();
    return true;
  }

  /** Somebody watches: reads the book that was not read for the longest, if it is time for one. */
  synchronized void turn() {
    if (reading || clock.instant().isBefore(next)) {
      return;
    }
    Instant oldest = Instant.MAX;
    String stalest = null;
    for (String name : books.keySet()) {
      Reading read = readings.get(name);
      Instant at = read == null ? Instant.EPOCH : read.at();
      if (at.isBefore(oldest)) {
        oldest = at;
        stalest = name;
      }
    }
    if (stalest != null) {
      wanted.add(stalest);
      begin();
    }
  }

  private void begin() {
    if (!reading && !closed) {
      reading = true;
      Thread.ofVirtual().name("console-books").start(this::read);
    }
  }

  private void read() {
    for (Book book = take(); book != null; book = take()) {
      Checked checked = Checked.of(book);
      keep(checked);
    }
  }

  private synchronized @Nullable Book take() {
    String name = closed || wanted.isEmpty() ? null : new ArrayList<>(wanted).getFirst();
    reading = name != null;
    return name == null ? null : books.get(name);
  }

  private synchronized void keep(Checked checked) {
    wanted.remove(checked.name());
    readings.put(checked.name(), new Reading(clock.instant(), checked));
    Duration rest = Duration.ofMillis(checked.millis() * REST);
    next = clock.instant().plus(rest.compareTo(pause) > 0 ? rest : pause);
  }

  /** Reads no further book; one that is being read is read to its end. */
  synchronized void close() {
    closed = true;
    wanted.clear();
  }
}
