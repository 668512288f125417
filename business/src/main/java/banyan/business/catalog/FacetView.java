package banyan.business.catalog;

import banyan.platform.search.SearchIndex;
import dev.openfeature.sdk.Client;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * How many products another choice of a filter would find.
 *
 * @param categories a category counts what is below it too
 * @param prices ranges in minor units; {@code to} is not in the range any more, and absent in the
 *     last one
 * @param capped whether counting stopped early: then a count means "at least"
 */
record FacetView(
    List<CategoryCount> categories,
    List<SellerCount> sellers,
    List<PriceCount> prices,
    long inStock,
    boolean capped) {

  record CategoryCount(String id, String slug, String name, long count) {}

  record SellerCount(String id, String name, long count) {}

  record PriceCount(long from, @Nullable Long to, long count) {}

  /** Counts, and gives the numbers their names. */
  @Component
  static class Maker {
    private static final int SELLERS_MAX = 20;

    private final Categories categories;
    private final Shops shops;
    private final Client toggles;

    Maker(Categories categories, Shops shops, Client toggles) {
      this.categories = categories;
      this.shops = shops;
      this.toggles = toggles;
    }

    /** Counting costs more than finding, so it can be switched off. */
    boolean wanted() {
      return toggles.getBooleanValue("search-facets", true);
    }

    FacetView of(SearchIndex.Facets facets) {
      return new FacetView(
          categories(facets.categories()),
          sellers(facets.sellers()),
          prices(facets.prices()),
          facets.inStock(),
          facets.capped());
    }

    private List<CategoryCount> categories(Map<Long, Long> counts) {
      Categories.Tree tree = categories.tree();
      Map<Categories.Category, Long> sums = new LinkedHashMap<>();
      counts.forEach((categoryId, count) ->
          tree.path(categoryId).forEach(step -> sums.merge(step, count, Long::sum)));
      return sums.entrySet().stream()
          .map(entry ->
              new CategoryCount(
                  Long.toString(entry.getKey().categoryId()),
                  entry.getKey().slug(),
                  entry.getKey().name(),
                  entry.getValue()))
          .sorted(
              Comparator.comparingLong(CategoryCount::count)
                  .reversed()
                  .thenComparing(CategoryCount::name))
          .toList();
    }

    private List<SellerCount> sellers(Map<Long, Long> counts) {
      List<Map.Entry<Long, Long>> biggest = counts.entrySet().stream().limit(SELLERS_MAX).toList();
      Map<Long, String> names = shops.names(biggest.stream().map(Map.Entry::getKey).toList());
      return biggest.stream()
          .map(entry ->
              new SellerCount(
                  Long.toString(entry.getKey()),
                  names.getOrDefault(entry.getKey(), ""),
                  entry.getValue()))
          .toList();
    }

    private static List<PriceCount> prices(Map<Long, Long> counts) {
      List<Long> bounds = SearchIndex.PRICE_BOUNDS;
      return counts.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(entry -> {
            int next = bounds.indexOf(entry.getKey()) + 1;
            return new PriceCount(
                entry.getKey(), next < bounds.size() ? bounds.get(next) : null, entry.getValue());
          })
          .toList();
    }
  }
}
