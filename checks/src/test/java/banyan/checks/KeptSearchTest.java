package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import banyan.platform.broadcast.LocalBroadcast;
import banyan.platform.cache.CacheSettings;
import banyan.platform.search.KeptSearch;
import banyan.platform.search.SearchIndex;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is remembered of a search, and for how long, on the index of a running marketplace. */
class KeptSearchTest {
  private static final AtomicLong IDS = new AtomicLong(System.nanoTime());
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final CacheSettings SETTINGS =
      new CacheSettings(
          "caffeine", 1_000, Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(1));

  private final long seller = IDS.incrementAndGet();
  private final LocalBroadcast broadcast = new LocalBroadcast();
  private final Counted counted = new Counted(Marketplace.open().part(SearchIndex.class));
  private final KeptSearch search = kept(Duration.ZERO);

  private KeptSearch kept(Duration lag) {
    return new KeptSearch(
        counted, TEN_MINUTES, SETTINGS, lag, broadcast, new SimpleMeterRegistry());
  }

  /** The marketplace's index, and how often it was asked; while it lags it answers of the past. */
  private static final class Counted implements SearchIndex {
    final SearchIndex index;
    final AtomicInteger asked = new AtomicInteger();
    volatile @Nullable Answer past;

    Counted(SearchIndex index) {
      this.index = index;
    }

    @Override
    public Answer answer(Question question) {
      asked.incrementAndGet();
      Answer old = past;
      return old == null ? SearchIndex.super.answer(question) : old;
    }

    @Override
    public void put(long version, List<Document> documents) {
      index.put(version, documents);
    }

    @Override
    public void remove(long version, Collection<Long> productIds) {
      index.remove(version, productIds);
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

  private SearchIndex.Question question(int limit) {
    return new SearchIndex.Question(
        new SearchIndex.Filter("astrolabe", List.of(), seller, null, null, false),
        SearchIndex.Sort.NEWEST,
        null,
        limit,
        true);
  }

  private long show(SearchIndex through) {
    long id = IDS.incrementAndGet();
    through.put(
        1,
        List.of(
            new SearchIndex.Document(
                id, seller, null, "Astrolabe", "", "", "GBP", 100, 100, true)));
    return id;
  }

  private static int hits(SearchIndex.Answer answer) {
    SearchIndex.Facets facets = Objects.requireNonNull(answer.facets());
    // both were asked together and say the same
    assertThat(facets.inStock()).isEqualTo(answer.hits().positions().size());
    return answer.hits().positions().size();
  }

  @Test
  void the_same_question_is_asked_once_and_another_one_for_itself() {
    show(counted);
    for (int i = 0; i < 50; i++) {
      assertThat(hits(search.answer(question(10)))).isEqualTo(1);
    }
    assertThat(counted.asked).hasValue(1);
    assertThat(hits(search.answer(question(11)))).isEqualTo(1);
    assertThat(counted.asked).hasValue(2);
  }

  @Test
  void a_change_on_one_node_is_found_on_all_within_a_second() {
    KeptSearch other = kept(Duration.ZERO);
    long first = show(search);
    assertThat(hits(search.answer(question(10)))).isEqualTo(1);
    assertThat(hits(other.answer(question(10)))).isEqualTo(1);

    show(search);
    for (SearchIndex node : List.of(search, other)) {
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(hits(node.answer(question(10)))).isEqualTo(2));
    }
    search.remove(2, List.of(first));
    for (SearchIndex node : List.of(search, other)) {
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(hits(node.answer(question(10)))).isEqualTo(1));
    }
  }

  @Test
  void what_a_lagging_copy_of_the_index_answers_after_a_change_is_not_kept_for_long() {
    KeptSearch lagging = kept(Duration.ofSeconds(1));
    show(counted);
    counted.past = counted.index.answer(question(10));
    show(lagging);
    assertThat(hits(lagging.answer(question(10)))).isEqualTo(1);
    counted.past = null;
    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(hits(lagging.answer(question(10)))).isEqualTo(2));
  }

  @Test
  void a_change_that_was_missed_is_found_as_soon_as_one_hears_again() {
    show(counted);
    assertThat(hits(search.answer(question(10)))).isEqualTo(1);
    show(counted);
    assertThat(hits(search.answer(question(10)))).isEqualTo(1);
    broadcast.missed();
    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(hits(search.answer(question(10)))).isEqualTo(2));
  }
}
