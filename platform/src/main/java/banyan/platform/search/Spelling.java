package banyan.platform.search;

import banyan.platform.data.Database;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Knows which words occur, and what a word that does not may have meant: the nearest by trigrams
 * are looked up, the one with the fewest slips of the finger wins.
 */
final class Spelling {
  /** Shorter words have too many neighbours. */
  private static final int LETTERS_MIN = 3;

  private static final int LETTERS_MAX = 40;

  /** Words of one query that are looked at; the rest is taken as it is. */
  private static final int WORDS_MAX = 8;

  /** Neighbours by trigrams among which the slips are counted. */
  private static final int NEIGHBOURS = 40;

  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  /** Words remembered: as many as a large dictionary has that people use. */
  private static final int KNOWN_MAX = 20_000;

  private final Database database;

  /** A word that has occurred is never forgotten, so nobody has to ask for it again. */
  private final Cache<String, Boolean> known = Caffeine.newBuilder().maximumSize(KNOWN_MAX).build();

  Spelling(Database database) {
    this.database = database;
  }

  /** Remembers the words of texts. Runs in the transaction of the documents. */
  static void learn(JdbcClient jdbc, Collection<String> texts) {
    Set<String> words = new TreeSet<>();
    for (String text : texts) {
      words.addAll(wordsOf(text));
    }
    jdbc.sql(
            """
            INSERT INTO search_word (word, stem)
            SELECT w.word, coalesce((ts_lexize('english_stem', w.word))[1], w.word)
              FROM unnest(:words::text[]) AS w(word)
             WHERE NOT EXISTS (SELECT 1 FROM search_word known WHERE known.word = w.word)
             ORDER BY w.word
            ON CONFLICT DO NOTHING
            """)
        .param("words", words.toArray(String[]::new))
        .update();
  }

  /** The text with unknown words replaced, or null when there is nothing to replace. */
  @Nullable String correct(String text) {
    List<String> strange =
        wordsOf(text).stream()
            .limit(WORDS_MAX)
            .filter(word -> known.getIfPresent(word) == null)
            .toList();
    if (strange.isEmpty()) {
      return null;
    }
    occurring(strange).forEach(word -> known.put(word, Boolean.TRUE));
    Map<String, String> better = new LinkedHashMap<>();
    for (String word : strange) {
      if (known.getIfPresent(word) == null) {
        nearest(word).ifPresent(found -> better.put(word, found));
      }
    }
    if (better.isEmpty()) {
      return null;
    }
    Matcher matcher = WORD.matcher(text);
    return matcher.replaceAll(match -> {
      String word = match.group();
      return Matcher.quoteReplacement(better.getOrDefault(word.toLowerCase(Locale.ROOT), word));
    });
  }

  private List<String> occurring(List<String> words) {
    return database.read(
        0,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT w.word FROM unnest(:words::text[]) AS w(word)
                     WHERE ts_lexize('english_stem', w.word) = '{}'
                        OR EXISTS (SELECT 1 FROM search_word v
                                    WHERE v.stem = (ts_lexize('english_stem', w.word))[1])
                     LIMIT 100
                    """)
                .param("words", words.toArray(String[]::new))
                .query(String.class)
                .list());
  }

  private Optional<String> nearest(String word) {
    List<String> neighbours =
        database.read(
            0,
            jdbc ->
                jdbc.sql(
                        """
                        SELECT word FROM search_word ORDER BY word <-> :word LIMIT :limit
                        """)
                    .param("word", word)
                    .param("limit", NEIGHBOURS)
                    .query(String.class)
                    .list());
    int slipsMax = word.length() <= 5 ? 1 : 2;
    String best = null;
    int fewest = slipsMax + 1;
    for (String neighbour : neighbours) {
      int slips = slips(word, neighbour);
      if (slips < fewest) {
        fewest = slips;
        best = neighbour;
      }
    }
    return Optional.ofNullable(best);
  }

  private static List<String> wordsOf(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      int letters = matcher.end() - matcher.start();
      if (letters >= LETTERS_MIN && letters <= LETTERS_MAX) {
        words.add(matcher.group());
      }
    }
    return words;
  }

  /** Letters left out, added, changed, or swapped with their neighbour (Damerau, restricted). */
  static int slips(String one, String other) {
    int[][] cost = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1));
        boolean swapped =
            i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[one.length()][other.length()];
  }
}
