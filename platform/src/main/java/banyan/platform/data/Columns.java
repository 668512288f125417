package banyan.platform.data;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Turns rows into columns: the arrays that a statement on many rows {@code unnest}s. */
public final class Columns {
  private Columns() {}

  public static <T> Long[] numbers(Collection<T> rows, ToLongFunction<? super T> number) {
    return rows.stream().map(number::applyAsLong).toArray(Long[]::new);
  }

  public static <T> Integer[] integers(Collection<T> rows, ToIntFunction<? super T> number) {
    return rows.stream().map(number::applyAsInt).toArray(Integer[]::new);
  }

  public static <T> @Nullable String[] texts(
      Collection<T> rows, Function<? super T, ? extends @Nullable String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }

  /** Exact to the microsecond, as the database is. */
  public static <T> Timestamp[] times(Collection<T> rows, Function<? super T, Instant> time) {
    return rows.stream().map(row -> Timestamp.from(time.apply(row))).toArray(Timestamp[]::new);
  }
}
