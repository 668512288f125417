package banyan.business.order;

import banyan.business.cart.Carts;
import banyan.business.order.Orders.Checkout;
import banyan.business.order.Orders.Item;
import banyan.business.order.Orders.Placed;
import banyan.business.order.Orders.Refused;
import banyan.business.payment.Payments;
import banyan.business.pricing.Pricing;
import banyan.business.pricing.Pricing.CouponRefused;
import banyan.business.pricing.Pricing.MixedCurrencies;
import banyan.business.pricing.Pricing.NotPriced;
import banyan.business.pricing.Pricing.Quote;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.web.Allow;
import banyan.platform.web.Buyer;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.openfeature.sdk.Client;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Quotes and checkouts, for members and guests. */
@RestController
class CheckoutApi {
  private final Counter counter;
  private final Orders orders;
  private final Carts carts;
  private final Payments payments;
  private final Promise promise;

  /** What keeps a quote, counts what became of it, and stops it all. */
  @org.springframework.stereotype.Component
  record Promise(Pricing pricing, Clock clock, MeterRegistry meters, Client toggles) {
    /** One checkout at its end; the outcome is {@code placed} or the code of a refusal. */
    void count(String outcome) {
      meters.counter("checkout.outcomes", "outcome", outcome).increment();
    }

    /** Nothing is promised while checkout is switched off: no order, and no price for one. */
    private void open() {
      if (!toggles.getBooleanValue("checkout", true)) {
        throw Problem.paused(
            "checkout_paused", "Nothing can be bought for a while; the cart is kept. Come back.");
      }
    }
  }

  CheckoutApi(Counter counter, Orders orders, Carts carts, Payments payments, Promise promise) {
    this.counter = counter;
    this.orders = orders;
    this.carts = carts;
    this.payments = payments;
    this.promise = promise;
  }

  record LineRequest(
      @NotBlank @Size(max = 20) String skuId,
      @NotNull @Min(1) @Max(Pricing.QUANTITY_MAX) Integer quantity) {}

  record AddressRequest(
      @NotBlank @Size(max = 120) String name,
      @NotBlank @Size(max = 200) String line1,
      @Nullable @Size(max = 200) String line2,
      @NotBlank @Size(max = 100) String city,
      @NotBlank @Size(max = 20) String postcode,
      @NotBlank
          @Pattern(
              regexp = "[A-Z]{2}",
              message = "must be two letters of ISO 3166-1, for instance GB")
          String country) {}

  record PaymentRequest(
      @NotBlank @Size(max = 40) String method, @NotBlank @Size(max = 255) String token) {}

  record CheckoutRequest(
      @Nullable @Valid @Size(max = Orders.LINES_MAX) List<@NotNull @Valid LineRequest> lines,
      @NotNull @Valid AddressRequest address,
      @Nullable @Email @Size(max = 254) String email,
      @Nullable @Size(max = 40) String coupon,
      @Nullable @Size(max = 20) String quoteId,
      @Nullable Money expectedTotal,
      @NotNull @Valid PaymentRequest payment) {}

  /** Buys the lines of the request, or, without lines, all that is in the cart. */
  @Allow(everyone = true)
  @Refuses({HttpStatus.PAYMENT_REQUIRED, HttpStatus.NOT_FOUND, HttpStatus.CONFLICT})
  @PostMapping("/api/checkouts")
  ResponseEntity<OrderView.TradeView> checkout(
      Buyer buyer, IdempotencyKey key, @RequestBody @Valid CheckoutRequest request) {
    promise.open();
    if (!payments.methods().contains(request.payment().method())) {
      throw Problem.invalid("/payment/method", "must be one of " + payments.methods());
    }
    if (CardNumber.looksLike(request.payment().token())) {
      throw Problem.invalid(
          "/payment/token", "is a card's number; send the provider's token for it");
    }
    boolean fromCart = request.lines() == null || request.lines().isEmpty();
    List<Item> items = fromCart ? cart(buyer) : items(request.lines());
    AddressRequest to = request.address();
    Checkout checkout =
        new Checkout(
            key.value() == null ? UUID.randomUUID().toString() : key.value(),
            buyer.id(),
            items,
            fromCart,
            new Orders.Address(
                to.name(), to.line1(), to.line2(), to.city(), to.postcode(), to.country()),
            request.email(),
            request.coupon() == null || request.coupon().isBlank()
                ? null
                : request.coupon().strip(),
            request.quoteId() == null ? null : Ids.parse(request.quoteId()).orElse(0),
            request.expectedTotal(),
            request.payment().method(),
            request.payment().token(),
            null);
    return switch (begun(checkout)) {
      case Placed placed -> {
        promise.count("placed");
        if (fromCart) {
          carts.remove(buyer.id(), items.stream().map(Item::skuId).toList());
        }
        yield ResponseEntity.status(HttpStatus.CREATED).body(OrderView.of(placed));
      }
      case Refused refused -> {
        promise.count(refused.code());
        throw problem(refused);
      }
    };
  }

  /** While a provider is away nothing is begun. */
  private Orders.Outcome begun(Checkout checkout) {
    payments
        .away(checkout.paymentMethod())
        .ifPresent(pause -> {
          throw Problem.of(
                  HttpStatus.SERVICE_UNAVAILABLE,
                  "payment_unavailable",
                  "The payment provider does not answer at the moment; nothing was done.")
              .retryAfter(pause);
        });
    return orders.checkout(checkout);
  }

  private List<Item> cart(Buyer buyer) {
    return carts.lines(buyer.id(), buyer.guestId()).stream()
        .map(line -> new Item(line.skuId(), line.quantity(), null))
        .toList();
  }

  private static List<Item> items(@Nullable List<LineRequest> lines) {
    List<Item> items = new ArrayList<>();
    for (LineRequest line : lines == null ? List.<LineRequest>of() : lines) {
      // an id that cannot be one is as unknown as any other
      items.add(new Item(Ids.parse(line.skuId()).orElse(0), line.quantity(), null));
    }
    Map<Long, Long> sums = new java.util.HashMap<>();
    items.forEach(item -> sums.merge(item.skuId(), (long) item.quantity(), Long::sum));
    if (sums.values().stream().anyMatch(units -> units > Pricing.QUANTITY_MAX)) {
      throw Problem.invalid("/lines", "may ask for " + Pricing.QUANTITY_MAX + " units of a SKU");
    }
    return items;
  }

  static Problem problem(Refused refused) {
    HttpStatus status =
        switch (refused.code()) {
          case "payment_declined" -> HttpStatus.PAYMENT_REQUIRED;
          case "key_reused" -> HttpStatus.UNPROCESSABLE_CONTENT;
          default -> HttpStatus.CONFLICT;
        };
    Problem problem =
        Problem.of(
            status,
            refused.code().equals("key_reused") ? "idempotency_key_reused" : refused.code(),
            refused.detail());
    refused
        .facts()
        .forEach((name, value) ->
            problem.with(name, name.equals("available") ? Long.valueOf(value) : value));
    return problem;
  }

  record QuoteRequest(
      @NotEmpty @Valid @Size(max = Orders.LINES_MAX) List<@NotNull @Valid LineRequest> lines,
      @Nullable @Valid DestinationRequest address,
      @Nullable @Size(max = 40) String coupon) {}

  record DestinationRequest(
      @NotBlank
          @Pattern(
              regexp = "[A-Z]{2}",
              message = "must be two letters of ISO 3166-1, for instance GB")
          String country,
      @NotBlank @Size(max = 20) String postcode) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record QuoteView(
      String id, Instant expiresAt, String currency, List<SellerView> sellers, Money total) {}

  record SellerView(
      String sellerId,
      List<QuotedLine> lines,
      Money goods,
      Money discount,
      Money shipping,
      Money tax,
      Money total) {}

  record QuotedLine(
      String skuId, int quantity, Money unitPrice, Money goods, Money discount, Money tax) {}

  /** Says what lines would cost, and keeps that price for a quarter of an hour. */
  @Allow(everyone = true)
  @Refuses(HttpStatus.CONFLICT)
  @PostMapping("/api/quotes")
  ResponseEntity<QuoteView> quote(Buyer buyer, @RequestBody @Valid QuoteRequest request) {
    promise.open();
    DestinationRequest to = request.address();
    Orders.Address address =
        new Orders.Address(
            "", "", null, "", to == null ? "" : to.postcode(), to == null ? "" : to.country());
    Checkout draft =
        new Checkout(
            "",
            buyer.id(),
            items(request.lines()),
            false,
            address,
            null,
            request.coupon(),
            null,
            null,
            "",
            "",
            null);
    return switch (counter.quote(draft)) {
      case Quote quote -> {
        long id = promise.pricing().keep(buyer.id(), quote);
        yield ResponseEntity.status(HttpStatus.CREATED).body(view(id, quote));
      }
      case NotPriced(long skuId) ->
          throw Problem.of(HttpStatus.CONFLICT, "not_for_sale", "One of the goods has no price.")
              .with("skuId", Long.toString(skuId));
      case MixedCurrencies(String one, String other) ->
          throw Problem.of(
              HttpStatus.CONFLICT,
              "mixed_currencies",
              "One payment has one currency: " + one + " or " + other + ".");
      case CouponRefused(String coupon, String reason) ->
          throw Problem.of(HttpStatus.CONFLICT, "coupon_refused", "The coupon cannot be used.")
              .with("coupon", coupon)
              .with("reason", reason);
      case null ->
          throw Problem.of(
              HttpStatus.CONFLICT, "not_for_sale", "One of the goods is not for sale any more.");
    };
  }

  private QuoteView view(long id, Quote quote) {
    return new QuoteView(
        Long.toString(id),
        promise.clock().instant().plus(Pricing.QUOTE_LIFE),
        quote.currency(),
        quote.sellers().stream()
            .map(part ->
                new SellerView(
                    Long.toString(part.sellerId()),
                    part.lines().stream()
                        .map(line ->
                            new QuotedLine(
                                Long.toString(line.skuId()),
                                line.quantity(),
                                line.unitPrice().rounded(),
                                line.goods(),
                                line.discount(),
                                line.tax()))
                        .toList(),
                    part.goods(),
                    part.discount(),
                    part.shipping(),
                    part.tax(),
                    part.total()))
            .toList(),
        quote.total());
  }
}
