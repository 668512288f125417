package banyan.platform.search;

import banyan.platform.broadcast.Broadcast;
import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.NearCopies;
import banyan.platform.cache.NearCopies.Found;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search index that remembers what it was asked: many ask for the same few words, and to rank and
 * count a thousand hits costs a hundred times what it takes to show twenty. An answer is kept for
 * some seconds, and for {@link #AFTER_CHANGE} at most once the index has changed, on whichever
 * node; so a shop whose goods change all the time still asks each question a few times a second
 * only, however many shoppers have it. Prices and stock are not part of it.
 *
 * <p>What is kept stays in the process: it is small, and every node soon has what is wanted often.
 */
public final class KeptSearch implements SearchIndex, Broadcast.Listener {
  /** An answer of before a change is given for so long at most. */
  private static final Duration AFTER_CHANGE = Duration.ofMillis(500);

  /** Answers kept; one is a few kilobytes. */
  private static final int ANSWERS_MAX = 1_000;

  private static final String TOPIC = "search";

  private final SearchIndex index;
  private final Broadcast broadcast;
  private final Duration life;
  private final Duration lag;
  private final NearCopies<Question, Answer> answers;

  /**
   * @param life of an answer while the index does not change
   * @param lag what is found for so long after a change may be of before it
   */
  public KeptSearch(
      SearchIndex index,
      Duration life,
      CacheSettings settings,
      Duration lag,
      Broadcast broadcast,
      MeterRegistry meters) {
    this.index = index;
    this.broadcast = broadcast;
    this.life = life;
    this.lag = lag;
    this.answers =
        new NearCopies<>(
            "search",
            new CacheSettings(
                settings.engine(),
                Math.min(ANSWERS_MAX, settings.entriesMax()),
                life,
                AFTER_CHANGE.compareTo(life) < 0 ? AFTER_CHANGE : life.dividedBy(2),
                settings.staleMax()),
            meters);
    broadcast.listen(TOPIC, this);
  }

  @Override
  public void put(long version, List<Document> documents) {
    index.put(version, documents);
    changed(documents);
  }

  @Override
  public void remove(long version, Collection<Long> productIds) {
    index.remove(version, productIds);
    changed(productIds);
  }

  private void changed(Collection<?> what) {
    if (!what.isEmpty()) {
      broadcast.tell(TOPIC, List.of("changed"));
    }
  }

  @Override
  public void heard(List<String> words) {
    answers.missed(lag);
  }

  @Override
  public void missed() {
    answers.missed(lag);
  }

  @Override
  public Answer answer(Question question) {
    Answer kept = answers.get(question, asked -> new Found<>(index.answer(asked), life));
    return kept == null ? index.answer(question) : kept;
  }

  @Override
  public Hits find(Filter filter, Sort sort, @Nullable Position after, int limit) {
    return index.find(filter, sort, after, limit);
  }

  @Override
  public Facets facets(Filter filter) {
    return index.facets(filter);
  }

  @Override
  public List<String> suggest(String beginning, int limit) {
    return index.suggest(beginning, limit);
  }
}
