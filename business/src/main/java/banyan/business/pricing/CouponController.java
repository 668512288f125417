package banyan.business.pricing;

import banyan.platform.audit.Staff;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Coupons as sellers and the house give them out. */
@RestController
class CouponController {
  /** Uses a limit may name: more than people will ever buy. */
  private static final int USES_MAX = 1_000_000_000;

  /** Beyond any real coupon, and inside what the database can keep. */
  private static final Instant MOMENT_MIN = Instant.parse("2000-01-01T00:00:00Z");

  private static final Instant MOMENT_MAX = Instant.parse("2200-01-01T00:00:00Z");

  private static final long AMOUNT_MAX = 1_000_000_000_000L;

  /**
   * @param code letters, digits and dashes; upper and lower case are the same
   * @param basisPointsOff hundredths of a percent; this or {@code amountOff}
   * @param minimum worth of the covered goods from which it can be used
   * @param startsAt null for now
   * @param endsAt null for never
   */
  record NewCoupon(
      @NotNull
          @Pattern(
              regexp = "[A-Za-z0-9-]{3,40}",
              message = "must have 3 to 40 letters, digits or dashes")
          String code,
      @Min(1) @Max(10_000) @Nullable Integer basisPointsOff,
      @Nullable Money amountOff,
      @Nullable Money minimum,
      @Min(1) @Max(USES_MAX) @Nullable Integer usesMax,
      @Min(1) @Max(USES_MAX) @Nullable Integer usesPerBuyerMax,
      @Nullable Instant startsAt,
      @Nullable Instant endsAt) {

    Coupons.Draft draft() {
      if ((basisPointsOff == null) == (amountOff == null)) {
        throw Problem.invalid("/basisPointsOff", "or /amountOff must be given, and not both");
      }
      checkAmount("/amountOff/amount", amountOff, 1);
      checkAmount("/minimum/amount", minimum, 0);
      if (amountOff != null
          && minimum != null
          && !amountOff.currency().equals(minimum.currency())) {
        throw Problem.invalid("/minimum/currency", "must be that of amountOff");
      }
      checkMoment("/startsAt", startsAt);
      checkMoment("/endsAt", endsAt);
      if (startsAt != null && endsAt != null && !endsAt.isAfter(startsAt)) {
        throw Problem.invalid("/endsAt", "must be after startsAt");
      }
      Money money = amountOff != null ? amountOff : minimum;
      return new Coupons.Draft(
          Coupon.normal(code),
          basisPointsOff,
          amountOff == null ? null : amountOff.amount(),
          minimum == null ? 0 : minimum.amount(),
          money == null ? null : money.currency(),
          usesMax,
          usesPerBuyerMax,
          startsAt,
          endsAt);
    }
  }

  /** What is null stays as it is; limits can only rise; a past {@code endsAt} ends the coupon. */
  record CouponChange(
      @Min(1) @Max(USES_MAX) @Nullable Integer usesMax,
      @Min(1) @Max(USES_MAX) @Nullable Integer usesPerBuyerMax,
      @Nullable Instant endsAt) {}

  record CouponView(
      String id,
      String code,
      @Nullable String sellerId,
      @Nullable Integer basisPointsOff,
      @Nullable Money amountOff,
      @Nullable Money minimum,
      @Nullable Integer usesMax,
      @Nullable Integer usesPerBuyerMax,
      Instant startsAt,
      @Nullable Instant endsAt,
      int used) {
    static CouponView of(Coupon coupon) {
      String currency = coupon.currency();
      Long amount = coupon.amount();
      return new CouponView(
          Long.toString(coupon.couponId()),
          coupon.code(),
          coupon.sellerId() == Coupon.PLATFORM ? null : Long.toString(coupon.sellerId()),
          coupon.basisPoints(),
          amount == null || currency == null ? null : new Money(amount, currency),
          coupon.minimum() == 0 || currency == null ? null : new Money(coupon.minimum(), currency),
          coupon.usesMax(),
          coupon.usesPerBuyerMax(),
          coupon.startsAt(),
          coupon.endsAt(),
          coupon.used());
    }
  }

  private final Coupons coupons;

  CouponController(Coupons coupons) {
    this.coupons = coupons;
  }

  @PostMapping("/api/seller/coupons")
  @ResponseStatus(HttpStatus.CREATED)
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  CouponView create(Caller caller, IdempotencyKey key, @Valid @RequestBody NewCoupon coupon) {
    return make(caller.accountId(), key, coupon, null);
  }

  @GetMapping("/api/seller/coupons")
  @Allow(Role.SELLER)
  Page<CouponView> list(
      Caller caller,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return page(caller.accountId(), limit, cursor);
  }

  @PutMapping("/api/seller/coupons/{id}")
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.CONFLICT)
  CouponView change(
      Caller caller, @PathVariable String id, @Valid @RequestBody CouponChange change) {
    return change(caller.accountId(), id, change, null);
  }

  @PostMapping("/api/admin/coupons")
  @ResponseStatus(HttpStatus.CREATED)
  @Allow(Role.ADMIN)
  @Refuses(HttpStatus.CONFLICT)
  CouponView createForHouse(Staff staff, IdempotencyKey key, @Valid @RequestBody NewCoupon coupon) {
    return make(Coupon.PLATFORM, key, coupon, staff);
  }

  @GetMapping("/api/admin/coupons")
  @Allow(Role.ADMIN)
  Page<CouponView> listOfHouse(
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return page(Coupon.PLATFORM, limit, cursor);
  }

  @PutMapping("/api/admin/coupons/{id}")
  @Allow(Role.ADMIN)
  @Refuses(HttpStatus.CONFLICT)
  CouponView changeOfHouse(
      Staff staff, @PathVariable String id, @Valid @RequestBody CouponChange change) {
    return change(Coupon.PLATFORM, id, change, staff);
  }

  private CouponView make(long sellerId, IdempotencyKey key, NewCoupon coupon, @Nullable Staff by) {
    return coupons
        .create(sellerId, key.value(), coupon.draft(), by)
        .flatMap(coupons::find)
        .map(CouponView::of)
        .orElseThrow(() ->
            Problem.of(
                HttpStatus.CONFLICT,
                "coupon_code_taken",
                "There is a coupon with this code already; choose another code."));
  }

  private Page<CouponView> page(long sellerId, int limit, @Nullable String cursor) {
    return Page.of(
            coupons.list(sellerId, Page.decodeId(cursor), limit + 1),
            limit,
            coupon -> Long.toString(coupon.couponId()))
        .map(CouponView::of);
  }

  private CouponView change(long sellerId, String id, CouponChange change, @Nullable Staff by) {
    checkMoment("/endsAt", change.endsAt());
    long couponId = Ids.parse(id).orElseThrow(() -> Problem.notFound("coupon"));
    return switch (coupons.change(
        sellerId, couponId, change.usesMax(), change.usesPerBuyerMax(), change.endsAt(), by)) {
      case DONE -> CouponView.of(coupons.find(couponId).orElseThrow());
      case UNKNOWN -> throw Problem.notFound("coupon");
      case LOWERED ->
          throw Problem.of(
              HttpStatus.CONFLICT,
              "limit_lowered",
              "A coupon's limits can only rise; set endsAt to end it.");
    };
  }

  private static void checkAmount(String pointer, @Nullable Money money, long least) {
    if (money != null && (money.amount() < least || money.amount() > AMOUNT_MAX)) {
      throw Problem.invalid(pointer, "must be " + least + ".." + AMOUNT_MAX);
    }
  }

  private static void checkMoment(String pointer, @Nullable Instant moment) {
    if (moment != null && (moment.isBefore(MOMENT_MIN) || moment.isAfter(MOMENT_MAX))) {
      throw Problem.invalid(pointer, "must be between " + MOMENT_MIN + " and " + MOMENT_MAX);
    }
  }
}
