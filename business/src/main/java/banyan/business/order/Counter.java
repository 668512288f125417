package banyan.business.order;

import banyan.business.catalog.Catalog;
import banyan.business.catalog.Catalog.SkuCard;
import banyan.business.flashsale.FlashSales;
import banyan.business.flashsale.FlashSales.Offer;
import banyan.business.inventory.Inventory;
import banyan.business.inventory.Inventory.Stock;
import banyan.business.order.Orders.Checkout;
import banyan.business.order.Orders.Item;
import banyan.business.order.Orders.Outcome;
import banyan.business.order.Orders.Refused;
import banyan.business.pricing.Pricing;
import banyan.business.pricing.Pricing.CouponRefused;
import banyan.business.pricing.Pricing.MixedCurrencies;
import banyan.business.pricing.Pricing.NotPriced;
import banyan.business.pricing.Pricing.Quote;
import banyan.platform.data.AtOnce;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.money.UnitPrice;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a checkout is looked at, priced and written down before it is driven. Decisions read the
 * primary.
 */
@Component
class Counter {
  private final Database database;
  private final OrderRows rows;
  private final TradeWriter writer;
  private final CheckoutSaga saga;
  private final Window window;

  /** What the counter looks at, and what it stamps with. */
  @Component
  record Window(
      Catalog catalog,
      Pricing pricing,
      FlashSales flashSales,
      Inventory inventory,
      Ids ids,
      Clock clock,
      JsonMapper json) {}

  Counter(
      Databases databases, OrderRows rows, TradeWriter writer, CheckoutSaga saga, Window window) {
    this.database = databases.module("order");
    this.rows = rows;
    this.writer = writer;
    this.saga = saga;
    this.window = window;
  }

  Outcome checkout(Checkout checkout) {
    byte[] request = digest(checkout);
    return switch (priced(checkout, request)) {
      case Priced(NewTrade trade) ->
          writer.write(trade) ? saga.drive(trade.held()) : repeat(checkout, request).orElseThrow();
      // A first call with this key may have taken the last unit, or seen the old price: then its
      // answer is ours.
      case NotSold(Refused refusal) -> repeat(checkout, request).orElse(refusal);
    };
  }

  /** What became of the first call with this key. */
  private Optional<Outcome> repeat(Checkout checkout, byte[] request) {
    return database
        .fresh(
            checkout.buyerId(),
            jdbc -> rows.byKey(jdbc, checkout.buyerId(), checkout.idempotencyKey()))
        .map(trade ->
            MessageDigest.isEqual(trade.request(), request)
                ? saga.drive(trade.tradeId())
                : new Refused(
                    "key_reused", "This Idempotency-Key was used for another checkout.", Map.of()));
  }

  /** What looking at a checkout came to. */
  sealed interface Look permits Priced, NotSold {}

  record Priced(NewTrade trade) implements Look {}

  record NotSold(Refused refusal) implements Look {}

  private Look priced(Checkout checkout, byte[] request) {
    if (checkout.items().isEmpty()) {
      return new NotSold(
          new Refused("cart_empty", "The cart is empty; name lines, or fill it first.", Map.of()));
    }
    boolean now = checkout.placedAt() == null;
    Asked asked = ask(checkout, now);
    for (Item item : checkout.items()) {
      SkuCard card = asked.cards().get(item.skuId());
      if (card == null || (!card.published() && item.agreed() == null)) {
        return new NotSold(
            new Refused(
                "not_for_sale",
                "One of the goods is not for sale any more.",
                Map.of("skuId", Long.toString(item.skuId()))));
      }
    }
    Optional<Refused> soldOut = now ? soldOut(checkout, asked) : Optional.empty();
    if (soldOut.isPresent()) {
      return new NotSold(soldOut.get());
    }
    if (checkout.quoteId() != null) {
      Quote kept = window.pricing().recall(checkout.buyerId(), checkout.quoteId());
      return kept == null || !sameGoods(kept, checkout.items())
          ? new NotSold(
              new Refused("quote_expired", "The quote has expired; ask for a new one.", Map.of()))
          : new Priced(trade(checkout, request, kept, asked.cards(), Map.of()));
    }
    return switch (window.pricing().quote(request(checkout, asked))) {
      case Quote quote -> seen(checkout, request, quote, asked);
      case NotPriced(long skuId) ->
          new NotSold(
              new Refused(
                  "not_for_sale",
                  "One of the goods has no price.",
                  Map.of("skuId", Long.toString(skuId))));
      case MixedCurrencies(String one, String other) ->
          new NotSold(
              new Refused(
                  "mixed_currencies",
                  "One payment has one currency: " + one + " or " + other + ".",
                  Map.of()));
      case CouponRefused(String coupon, String reason) ->
          new NotSold(
              new Refused(
                  "coupon_refused",
                  "The coupon cannot be used: " + reason.replace('_', ' ') + ".",
                  Map.of("coupon", coupon, "reason", reason)));
    };
  }

  /**
   * What was asked about the goods of a checkout; but for the cards an answer is waited for where
   * it is needed.
   */
  private record Asked(
      Map<Long, SkuCard> cards,
      Supplier<Map<Long, Offer>> offers,
      Supplier<Map<Long, Stock>> stock,
      Supplier<Map<Long, UnitPrice>> prices) {
    /** Null when there is none. */
    @Nullable UnitPrice price(Item item) {
      Offer offer = offers.get().get(item.skuId());
      return offer != null
          ? offer.price()
          : item.agreed() != null ? item.agreed() : prices.get().get(item.skuId());
    }
  }

  private Asked ask(Checkout checkout, boolean stockToo) {
    List<Long> skuIds = skuIds(checkout.items());
    List<Long> unpriced =
        skuIds(checkout.items().stream().filter(item -> item.agreed() == null).toList());
    Supplier<Map<Long, Offer>> offers =
        checkout.placedAt() == null
            ? AtOnce.ask(() -> window.flashSales().running(skuIds))
            : Map::of;
    Supplier<Map<Long, Stock>> stock =
        stockToo ? AtOnce.ask(() -> window.inventory().stock(skuIds)) : Map::of;
    Supplier<Map<Long, UnitPrice>> prices =
        checkout.quoteId() == null && !unpriced.isEmpty()
            ? AtOnce.ask(() -> window.pricing().prices(unpriced))
            : Map::of;
    return new Asked(window.catalog().skus(skuIds), offers, stock, prices);
  }

  /**
   * Refuses what is plainly gone before anything is written; the reservation decides about the
   * rest.
   */
  private Optional<Refused> soldOut(Checkout checkout, Asked asked) {
    Map<Long, Offer> offers = asked.offers().get();
    Map<Long, Stock> stock = asked.stock().get();
    Map<Long, Integer> wanted =
        checkout.items().stream()
            .filter(item -> !offers.containsKey(item.skuId()))
            .collect(
                Collectors.toMap(Item::skuId, Item::quantity, Integer::sum, LinkedHashMap::new));
    return wanted.entrySet().stream()
        .filter(line -> available(stock, line.getKey()) < line.getValue())
        .findFirst()
        .map(line -> CheckoutSaga.outOfStock(line.getKey(), available(stock, line.getKey())));
  }

  private static long available(Map<Long, Stock> stock, long skuId) {
    Stock there = stock.get(skuId);
    return there == null ? 0 : there.available();
  }

  private Look seen(Checkout checkout, byte[] request, Quote quote, Asked asked) {
    return checkout.expectedTotal() != null && !checkout.expectedTotal().equals(quote.total())
        ? new NotSold(
            new Refused(
                "price_changed",
                "The total is different from the one you have seen.",
                Map.of(
                    "total",
                    Long.toString(quote.total().amount()),
                    "currency",
                    quote.total().currency())))
        : new Priced(trade(checkout, request, quote, asked.cards(), asked.offers().get()));
  }

  private NewTrade trade(
      Checkout checkout,
      byte[] request,
      Quote quote,
      Map<Long, SkuCard> cards,
      Map<Long, Offer> offers) {
    return NewTrade.of(
        window.ids(), checkout, request, window.clock().instant(), quote, cards, offers);
  }

  private Pricing.Request request(Checkout checkout, Asked asked) {
    List<Pricing.Line> lines = new ArrayList<>();
    // one line for each SKU and price: the same SKU twice is one line, an imported invoice may have
    // two prices for it
    Map<List<Object>, Item> merged = new LinkedHashMap<>();
    for (Item item : checkout.items()) {
      List<Object> kind =
          item.agreed() == null ? List.of(item.skuId()) : List.of(item.skuId(), item.agreed());
      merged.merge(
          kind,
          item,
          (a, b) -> new Item(a.skuId(), Math.addExact(a.quantity(), b.quantity()), a.agreed()));
    }
    for (Item item : merged.values()) {
      SkuCard card = asked.cards().get(item.skuId());
      if (card != null) {
        lines.add(
            new Pricing.Line(item.skuId(), card.sellerId(), item.quantity(), asked.price(item)));
      }
    }
    return new Pricing.Request(
        checkout.buyerId(),
        lines,
        new Pricing.Destination(checkout.address().country(), checkout.address().postcode()),
        checkout.coupon(),
        checkout.placedAt() == null ? window.clock().instant() : checkout.placedAt());
  }

  private static boolean sameGoods(Quote quote, List<Item> items) {
    Map<Long, Integer> asked =
        items.stream().collect(Collectors.toMap(Item::skuId, Item::quantity, Integer::sum));
    Map<Long, Integer> quoted =
        quote.sellers().stream()
            .flatMap(part -> part.lines().stream())
            .collect(
                Collectors.toMap(
                    Pricing.PricedLine::skuId, Pricing.PricedLine::quantity, Integer::sum));
    return asked.equals(quoted);
  }

  private static List<Long> skuIds(List<Item> items) {
    return items.stream().map(Item::skuId).distinct().toList();
  }

  /** Prices goods for somebody who wants to know the total first. */
  Pricing.@Nullable Answer quote(Checkout draft) {
    Asked asked = ask(draft, false);
    return draft.items().stream().allMatch(item -> sold(asked.cards().get(item.skuId())))
        ? window.pricing().quote(request(draft, asked))
        : null;
  }

  private static boolean sold(@Nullable SkuCard card) {
    return card != null && card.published();
  }

  /** What makes two calls with the same key the same request. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Essence(
      List<Item> items,
      Orders.Address address,
      @Nullable String email,
      @Nullable String coupon,
      @Nullable Long quoteId,
      String method,
      String token) {}

  private byte[] digest(Checkout checkout) {
    Essence essence =
        new Essence(
            checkout.wholeCart() ? List.of() : checkout.items(),
            checkout.address(),
            checkout.email(),
            checkout.coupon(),
            checkout.quoteId(),
            checkout.paymentMethod(),
            checkout.paymentToken());
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(window.json().writeValueAsString(essence).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
