package banyan.platform.web;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. Lists are cut by key, never by offset, and never counted.
 *
 * @param nextCursor opaque; give it back to get the next part; null at the end
 */
public record Page<T>(List<T> data, @Nullable String nextCursor, boolean hasMore)
    implements Serializable {
  public static final int LIMIT_MAX = 100;

  public Page {
    data = List.copyOf(data);
  }

  /**
   * Cuts rows that were read with one more than asked for.
   *
   * @param position what identifies a row's place in the order of the list
   */
  public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> position) {
    boolean more = rows.size() > limit;
    List<T> data = more ? rows.subList(0, limit) : rows;
    return new Page<>(data, more ? encode(position.apply(data.getLast())) : null, more);
  }

  /** The same page with other rows. */
  public <R> Page<R> map(Function<? super T, ? extends R> change) {
    return new Page<R>(data.stream().<R>map(change).toList(), nextCursor, hasMore);
  }

  public static String encode(String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The position inside a cursor.
   *
   * @throws Problem 400 when the cursor is not one of ours
   */
  public static String decode(String cursor) {
    try {
      String position = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (!PlainText.isPlain(position)) {
        throw badCursor();
      }
      return position;
    } catch (IllegalArgumentException notBase64) {
      throw badCursor();
    }
  }

  /**
   * An id used as a cursor; {@link Long#MAX_VALUE} for the first part of a list that runs from new
   * to old.
   */
  public static long decodeId(@Nullable String cursor) {
    if (cursor == null) {
      return Long.MAX_VALUE;
    }
    return banyan.platform.ids.Ids.parse(decode(cursor)).orElseThrow(Page::badCursor);
  }

  public static Problem badCursor() {
    return Problem.invalid("cursor", "is not one that this list gave out");
  }
}
