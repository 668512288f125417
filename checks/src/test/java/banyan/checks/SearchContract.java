package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.platform.search.SearchIndex;
import banyan.platform.search.SearchIndex.Document;
import banyan.platform.search.SearchIndex.Facets;
import banyan.platform.search.SearchIndex.Filter;
import banyan.platform.search.SearchIndex.Hits;
import banyan.platform.search.SearchIndex.Position;
import banyan.platform.search.SearchIndex.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every engine behind the port keeps. Each test has a seller of its own. */
abstract class SearchContract {
  private static final AtomicLong IDS = new AtomicLong(System.nanoTime());

  private final long seller = IDS.incrementAndGet();

  abstract SearchIndex index();

  private Document document(String title, String description, @Nullable Long category, long price) {
    return new Document(
        IDS.incrementAndGet(), seller, category, title, "", description, "GBP", price, price, true);
  }

  private Filter mine(@Nullable String text) {
    return new Filter(text, List.of(), seller, null, null, false);
  }

  private List<Long> found(Filter filter, Sort sort) {
    return index().find(filter, sort, null, 100).positions().stream()
        .map(Position::productId)
        .toList();
  }

  @Test
  void a_late_older_version_changes_nothing_not_even_after_a_removal() {
    Document first = document("Amphora", "", null, 100);
    Document second =
        new Document(first.productId(), seller, null, "Krater", "", "", "GBP", 100, 100, true);
    index().put(2, List.of(second));
    index().put(1, List.of(first));
    assertThat(found(mine("krater"), Sort.RELEVANCE)).containsExactly(first.productId());
    assertThat(found(mine("\"amphora\""), Sort.RELEVANCE)).isEmpty();

    index().remove(3, List.of(first.productId()));
    index().put(2, List.of(second));
    assertThat(found(mine(null), Sort.NEWEST)).isEmpty();

    index().put(4, List.of(first));
    assertThat(found(mine(null), Sort.NEWEST)).containsExactly(first.productId());
  }

  @Test
  void the_title_outranks_the_description_and_word_forms_are_one_word() {
    Document described = document("Rack", "Bottles, bottles, and a bottle for bottles.", null, 1);
    Document titled = document("Bottle", "", null, 1);
    index().put(1, List.of(described, titled));

    assertThat(found(mine("bottles"), Sort.RELEVANCE))
        .containsExactly(titled.productId(), described.productId());
    assertThat(found(mine("bottle -rack"), Sort.RELEVANCE)).containsExactly(titled.productId());
  }

  @Test
  void a_mistyped_word_is_corrected_and_a_known_one_is_not() {
    Document kiln = document("Porcelain figurine", "", null, 1);
    index().put(1, List.of(kiln));

    Hits hits = index().find(mine("porcelian"), Sort.RELEVANCE, null, 10);
    assertThat(hits.positions()).extracting(Position::productId).containsExactly(kiln.productId());
    assertThat(hits.corrected()).isEqualTo("porcelain");
    assertThat(index().find(mine("porcelain"), Sort.RELEVANCE, null, 10).corrected()).isNull();
  }

  @Test
  void pages_of_every_order_join_without_gap_or_overlap() {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      documents.add(document("Pebble " + i % 3, "pebble ".repeat(i % 2), null, i % 5));
    }
    index().put(1, documents);

    for (Sort sort : Sort.values()) {
      List<Position> walked = new ArrayList<>();
      List<Position> page = index().find(mine("pebble"), sort, null, 4).positions();
      while (!page.isEmpty() && walked.size() < 100) {
        walked.addAll(page);
        page = index().find(mine("pebble"), sort, page.getLast(), 4).positions();
      }
      assertThat(walked)
          .as(sort.name())
          .isEqualTo(index().find(mine("pebble"), sort, null, 100).positions())
          .hasSize(25)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void a_count_leaves_its_own_filter_out_and_keeps_the_others() {
    long red = IDS.incrementAndGet();
    long blue = IDS.incrementAndGet();
    index()
        .put(
            1,
            List.of(
                document("Kite", "", red, 500),
                document("Kite", "", red, 6_000),
                document("Kite", "", blue, 500)));

    Facets all = index().facets(mine("kite"));
    assertThat(all.categories()).containsEntry(red, 2L).containsEntry(blue, 1L);
    assertThat(all.sellers()).containsEntry(seller, 3L);
    assertThat(all.prices()).containsEntry(0L, 2L).containsEntry(5_000L, 1L);
    assertThat(all.inStock()).isEqualTo(3);
    assertThat(all.capped()).isFalse();

    Facets narrowed = index().facets(new Filter("kite", List.of(red), seller, null, 1_000L, false));
    assertThat(narrowed.categories()).containsEntry(red, 1L).containsEntry(blue, 1L);
    assertThat(narrowed.prices()).containsEntry(0L, 1L).containsEntry(5_000L, 1L);
  }

  @Test
  void what_people_type_by_accident_finds_nothing_or_something_and_never_fails() {
    for (String text :
        List.of("\"", "-", "or", "' OR 1=1 --", "& | ! <->", "the", "%", ":*", "茶")) {
      assertThat(index().find(mine(text), Sort.RELEVANCE, null, 5).positions()).as(text).isEmpty();
      assertThat(index().facets(mine(text)).inStock()).as(text).isZero();
      assertThat(index().suggest(text, 5)).as(text).hasSizeLessThan(6);
    }
  }
}
