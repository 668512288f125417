package banyan.platform.search;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds products by words and filters. It holds a copy that may lag; who shows a hit reads its
 * price and stock where they are decided.
 */
public interface SearchIndex {
  /** Hits one call returns at most, one more than the longest page. */
  int HITS_MAX = 101;

  /** Products a count looks at; beyond it a count says "at least". */
  int COUNTED_MAX = 5_000;

  /**
   * A product on show.
   *
   * @param category its own category; who asks for a branch of the tree names all its categories
   * @param keywords other words to find it by: codes, options, the names of its categories
   * @param priceMin of its cheapest SKU, in minor units
   * @param inStock whether any of its SKUs can be bought
   */
  record Document(
      long productId,
      long sellerId,
      @Nullable Long category,
      String title,
      String keywords,
      String description,
      String currency,
      long priceMin,
      long priceMax,
      boolean inStock)
      implements Serializable {}

  /**
   * Writes documents. A document that was written with a higher version stays as it is, so writers
   * need no order among them.
   *
   * @param version drawn before the content was read
   */
  void put(long version, List<Document> documents);

  /** Takes products off the show; the versions work as for {@link #put}. */
  void remove(long version, Collection<Long> productIds);

  /**
   * What to find; filters that are null or empty let everything through.
   *
   * @param text as a person types it: words, "a phrase", or, -without
   * @param categories any of them
   * @param priceMin in minor units; a product matches when one of its prices can lie in the range
   */
  record Filter(
      @Nullable String text,
      List<Long> categories,
      @Nullable Long sellerId,
      @Nullable Long priceMin,
      @Nullable Long priceMax,
      boolean inStockOnly)
      implements Serializable {
    public Filter {
      categories = List.copyOf(categories);
    }
  }

  /** The order of hits; without a text, relevance is the newest first. */
  enum Sort {
    RELEVANCE,
    NEWEST,
    PRICE_ASC,
    PRICE_DESC
  }

  /** A hit's place in the order: what comes after it is the next page. */
  record Position(long key, long productId) implements Serializable {}

  /**
   * @param corrected the text that was searched for instead, when words of the text occur nowhere
   *     and others that are spelt like them do
   */
  record Hits(List<Position> positions, @Nullable String corrected) implements Serializable {
    public Hits {
      positions = List.copyOf(positions);
    }
  }

  /**
   * @param after the last hit of the page before; null for the first page
   * @param limit 1..{@link #HITS_MAX}
   */
  Hits find(Filter filter, Sort sort, @Nullable Position after, int limit);

  /**
   * How many hits there would be with another choice of one filter, all others kept. Each count
   * looks at {@link #COUNTED_MAX} products at most.
   *
   * @param categories by category, the biggest first
   * @param sellers by seller, the biggest first
   * @param prices by the lower bound of the price range, in minor units
   * @param capped whether a count was cut off
   */
  record Facets(
      Map<Long, Long> categories,
      Map<Long, Long> sellers,
      Map<Long, Long> prices,
      long inStock,
      boolean capped)
      implements Serializable {}

  Facets facets(Filter filter);

  /**
   * What a page shows.
   *
   * @param counted whether the facets are wanted, too
   */
  record Question(Filter filter, Sort sort, @Nullable Position after, int limit, boolean counted) {}

  /**
   * @param facets of the same hits; null when they were not asked for
   */
  record Answer(Hits hits, @Nullable Facets facets) {}

  /** Finds and counts; both are of one moment, or as good as that. */
  default Answer answer(Question question) {
    Hits hits = find(question.filter(), question.sort(), question.after(), question.limit());
    return new Answer(hits, question.counted() ? facets(question.filter()) : null);
  }

  /** Lower bounds of the price ranges that are counted, in minor units. */
  List<Long> PRICE_BOUNDS = List.of(0L, 1_000L, 2_500L, 5_000L, 10_000L, 25_000L);

  /** Titles with a word that begins like this, for a search box; at most {@code limit}. */
  List<String> suggest(String beginning, int limit);
}
