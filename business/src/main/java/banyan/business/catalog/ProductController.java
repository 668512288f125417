package banyan.business.catalog;

import banyan.platform.ids.Ids;
import banyan.platform.search.SearchIndex;
import banyan.platform.search.SearchIndex.Filter;
import banyan.platform.search.SearchIndex.Position;
import banyan.platform.search.SearchIndex.Sort;
import banyan.platform.web.Allow;
import banyan.platform.web.Answers;
import banyan.platform.web.Caller;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Looking at products. */
@RestController
class ProductController {
  /** A browser asks again; a cache for everybody may be a little late. */
  static final CacheControl SHARED =
      CacheControl.maxAge(Duration.ZERO).sMaxAge(Duration.ofSeconds(10)).cachePublic();

  private final SearchIndex index;
  private final Showcase showcase;
  private final Display display;
  private final Categories categories;
  private final FacetView.Maker facets;

  ProductController(
      SearchIndex index,
      Showcase showcase,
      Display display,
      Categories categories,
      FacetView.Maker facets) {
    this.index = index;
    this.showcase = showcase;
    this.display = display;
    this.categories = categories;
    this.facets = facets;
  }

  /**
   * A part of the hits.
   *
   * @param facets on the first page only: they are the same for the others; absent while switched
   *     off
   * @param correctedTo what was searched for instead of a text with words that occur nowhere
   */
  record Found(
      List<Display.ProductCardView> data,
      @Nullable String nextCursor,
      boolean hasMore,
      @Nullable FacetView facets,
      @Nullable String correctedTo) {}

  /**
   * Finds products.
   *
   * @param category slug or id; finds what is in the categories below it too
   * @param priceMin in minor units
   * @param sort {@code relevance}, {@code newest}, {@code price_asc} or {@code price_desc}
   */
  @GetMapping("/api/products")
  @Allow(everyone = true)
  Found find(
      @RequestParam(required = false) @Size(max = 200) @Nullable String q,
      @RequestParam(required = false) @Size(max = 100) @Nullable String category,
      @RequestParam(required = false) @Size(max = 19) @Nullable String seller,
      @RequestParam(required = false) @Min(0) @Nullable Long priceMin,
      @RequestParam(required = false) @Min(0) @Nullable Long priceMax,
      @RequestParam(defaultValue = "false") boolean inStock,
      @RequestParam(defaultValue = "relevance") @Size(max = 20) String sort,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Size(max = 200) @Nullable String cursor) {
    Filter filter =
        new Filter(
            q == null || q.isBlank() ? null : q.strip(),
            branchOf(category),
            sellerOf(seller),
            priceMin,
            priceMax,
            inStock);
    Sort order = orderOf(sort);
    SearchIndex.Answer answer =
        index.answer(
            new SearchIndex.Question(
                filter,
                order,
                cursor == null ? null : position(order, cursor),
                limit + 1,
                cursor == null && facets.wanted()));
    SearchIndex.Hits hits = answer.hits();
    Page<Position> page =
        Page.of(hits.positions(), limit, last -> order + ":" + last.key() + ":" + last.productId());
    return new Found(
        display.cards(page.data().stream().map(Position::productId).toList(), false),
        page.nextCursor(),
        page.hasMore(),
        answer.facets() == null ? null : facets.of(answer.facets()),
        hits.corrected());
  }

  private List<Long> branchOf(@Nullable String category) {
    if (category == null || category.isBlank()) {
      return List.of();
    }
    Categories.Tree tree = categories.tree();
    // a category that is no more has no products; an old link is not an error
    return tree.named(category).map(c -> tree.branch(c.categoryId())).orElse(List.of(-1L));
  }

  private static @Nullable Long sellerOf(@Nullable String seller) {
    if (seller == null || seller.isBlank()) {
      return null;
    }
    OptionalLong id = Ids.parse(seller);
    return id.orElseThrow(() -> Problem.invalid("seller", "is not an id"));
  }

  private static Sort orderOf(String sort) {
    return switch (sort.toLowerCase(Locale.ROOT)) {
      case "relevance" -> Sort.RELEVANCE;
      case "newest" -> Sort.NEWEST;
      case "price_asc", "price" -> Sort.PRICE_ASC;
      case "price_desc", "-price" -> Sort.PRICE_DESC;
      default ->
          throw Problem.invalid("sort", "must be relevance, newest, price_asc or price_desc");
    };
  }

  /** A cursor belongs to the order it was given out for. */
  private static Position position(Sort order, String cursor) {
    String[] parts = Page.decode(cursor).split(":", -1);
    if (parts.length != 3 || !parts[0].equals(order.name())) {
      throw Page.badCursor();
    }
    return new Position(
        Ids.parse(parts[1]).orElseThrow(Page::badCursor),
        Ids.parse(parts[2]).orElseThrow(Page::badCursor));
  }

  /** One product; what is not published is shown to its seller only. */
  @GetMapping("/api/products/{idOrSlug}")
  @Allow(everyone = true)
  Display.ProductView look(
      @PathVariable String idOrSlug, Optional<Caller> caller, HttpServletResponse response) {
    OptionalLong id = Ids.parse(idOrSlug);
    boolean byId = id.isPresent();
    OptionalLong productId = byId ? id : Slug.idOf(idOrSlug);
    if (productId.isEmpty()) {
      throw Problem.notFound("product");
    }
    Product product =
        showcase
            .product(productId.getAsLong())
            .filter(found -> byId || found.slug().equals(idOrSlug))
            .filter(found ->
                found.onShow() || caller.filter(c -> c.accountId() == found.sellerId()).isPresent())
            .orElseThrow(() -> Problem.notFound("product"));
    response.setHeader(
        HttpHeaders.CACHE_CONTROL,
        (product.onShow() ? SHARED : CacheControl.noStore()).getHeaderValue());
    response.addHeader(Answers.TAG, Answers.ofProduct(product.productId()));
    return display.whole(product);
  }
}
