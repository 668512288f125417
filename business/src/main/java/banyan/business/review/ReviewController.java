package banyan.business.review;

import banyan.business.catalog.Catalog;
import banyan.business.order.Orders;
import banyan.business.order.Orders.ReceivedLine;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import dev.openfeature.sdk.Client;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What buyers say of what they received: one review for each order line. */
@RestController
class ReviewController {
  private static final String PLAIN_TEXT = "[\\P{Cc}\\n\\r\\t]*";

  /**
   * @param orderId which order is meant; null for the oldest one without a review
   */
  record NewReview(
      @NotNull @Min(1) @Max(5) Integer rating,
      @Nullable @Size(max = 120) @Pattern(regexp = PLAIN_TEXT, message = "must be plain text")
          String title,
      @Nullable @Size(max = 5_000) @Pattern(regexp = PLAIN_TEXT, message = "must be plain text")
          String text,
      @Nullable @Size(max = 19) String orderId) {}

  /** Only who has received the product can have written it, so it says nothing of the writer. */
  record ReviewView(
      String id,
      String productId,
      String skuId,
      int rating,
      @Nullable String title,
      @Nullable String text,
      Instant at) {
    static ReviewView of(Reviews.Review review) {
      return new ReviewView(
          Long.toString(review.reviewId()),
          Long.toString(review.productId()),
          Long.toString(review.skuId()),
          review.rating(),
          review.title(),
          review.text(),
          review.at());
    }
  }

  /**
   * @param average with two places; null without reviews
   * @param histogram how many reviews gave one star, two, … five
   */
  record SummaryView(long count, @Nullable BigDecimal average, Map<String, Long> histogram) {
    static SummaryView of(Reviews.Summary summary) {
      Map<String, Long> histogram = new LinkedHashMap<>();
      histogram.put("1", summary.ones());
      histogram.put("2", summary.twos());
      histogram.put("3", summary.threes());
      histogram.put("4", summary.fours());
      histogram.put("5", summary.fives());
      BigDecimal average =
          summary.count() == 0
              ? null
              : BigDecimal.valueOf(summary.stars())
                  .divide(BigDecimal.valueOf(summary.count()), 2, RoundingMode.HALF_UP);
      return new SummaryView(summary.count(), average, histogram);
    }
  }

  private final Reviews reviews;
  private final Catalog catalog;
  private final Orders orders;
  private final Client toggles;

  ReviewController(Reviews reviews, Catalog catalog, Orders orders, Client toggles) {
    this.reviews = reviews;
    this.catalog = catalog;
    this.orders = orders;
    this.toggles = toggles;
  }

  @PostMapping("/api/products/{id}/reviews")
  @Allow({Role.BUYER, Role.SELLER})
  @Refuses(HttpStatus.CONFLICT)
  ResponseEntity<ReviewView> write(
      Caller caller,
      IdempotencyKey key,
      @PathVariable String id,
      @Valid @RequestBody NewReview review) {
    if (!toggles.getBooleanValue("reviews", true)) {
      throw Problem.paused(
          "reviews_paused", "Reviews can be read but not written for a while; come back.");
    }
    Catalog.ProductCard product = product(id);
    long productId = product.productId();
    List<ReceivedLine> received = received(caller.accountId(), productId, review.orderId());
    if (received.isEmpty() && !shownTo(Optional.of(caller), product)) {
      throw unknown();
    }
    if (received.isEmpty()) {
      throw Problem.of(
          HttpStatus.CONFLICT,
          "not_received",
          "Only a buyer who has received the product can review it.");
    }
    Intent intent =
        Intent.of("review:" + caller.accountId() + ":" + productId, key.value(), review);
    Reviews.Draft draft =
        new Reviews.Draft(review.rating(), blankToNull(review.title()), blankToNull(review.text()));
    OptionalLong made = reviews.write(intent, productId, caller.accountId(), received, draft);
    if (made.isEmpty()) {
      throw Problem.of(
          HttpStatus.CONFLICT,
          "already_reviewed",
          "Every order of this product that was received has its review.");
    }
    return ResponseEntity.created(URI.create("/api/products/" + productId + "/reviews"))
        .body(ReviewView.of(reviews.find(productId, made.getAsLong())));
  }

  private List<ReceivedLine> received(long buyerId, long productId, @Nullable String orderId) {
    List<ReceivedLine> all = orders.receivedLines(buyerId, productId);
    if (orderId == null) {
      return all;
    }
    long wanted =
        Ids.parse(orderId).orElseThrow(() -> Problem.invalid("/orderId", "must be an id"));
    return all.stream().filter(line -> line.orderId() == wanted).toList();
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  @GetMapping("/api/products/{id}/reviews")
  @Allow(everyone = true)
  Page<ReviewView> list(
      @PathVariable String id,
      Optional<Caller> caller,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    long productId = shown(id, caller);
    return Page.of(
            reviews.list(productId, Page.decodeId(cursor), limit + 1),
            limit,
            review -> Long.toString(review.reviewId()))
        .map(ReviewView::of);
  }

  @GetMapping("/api/products/{id}/reviews/summary")
  @Allow(everyone = true)
  SummaryView summary(@PathVariable String id, Optional<Caller> caller) {
    return SummaryView.of(reviews.summary(shown(id, caller)));
  }

  /** A product that is not on show is there for its seller only. */
  private long shown(String id, Optional<Caller> caller) {
    Catalog.ProductCard product = product(id);
    if (!shownTo(caller, product)) {
      throw unknown();
    }
    return product.productId();
  }

  private static boolean shownTo(Optional<Caller> caller, Catalog.ProductCard product) {
    return product.published()
        || caller.filter(who -> who.accountId() == product.sellerId()).isPresent();
  }

  private Catalog.ProductCard product(String id) {
    return Ids.parse(id).stream()
        .mapToObj(catalog::product)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(ReviewController::unknown);
  }

  private static Problem unknown() {
    return Problem.notFound("product");
  }
}
