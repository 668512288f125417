package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.business.pricing.Pricing;
import banyan.business.pricing.Pricing.CouponRefused;
import banyan.business.pricing.Pricing.Line;
import banyan.business.pricing.Pricing.Quote;
import banyan.checks.Marketplace.Client;
import banyan.platform.ids.Ids;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import banyan.platform.web.Role;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PricingTest {
  private final Marketplace market = Marketplace.open();
  private final Pricing pricing = market.part(Pricing.class);
  private final Ids ids = market.part(Ids.class);

  @Test
  void a_price_set_is_the_price_asked_and_a_sku_without_one_is_absent() {
    long seller = ids.nextRoot();
    long red = sku(seller, "2.55");
    long unpriced = ids.next(seller);

    assertThat(pricing.prices(List.of(red, unpriced)))
        .containsExactly(Map.entry(red, UnitPrice.parse("2.55", "GBP")));
    assertThat(pricing.quote(request(seller, null, unpriced)))
        .isEqualTo(new Pricing.NotPriced(unpriced));
  }

  @Test
  void a_price_can_be_changed_and_a_strangers_sku_cannot_be_priced() {
    long seller = ids.nextRoot();
    long red = sku(seller, "2.55");
    pricing.setPrices(seller, Map.of(red, UnitPrice.parse("3", "EUR")));
    assertThat(pricing.prices(List.of(red))).containsEntry(red, UnitPrice.parse("3", "EUR"));

    long stranger = seller + 1;
    assertThatThrownBy(() -> pricing.setPrices(stranger, Map.of(red, UnitPrice.parse("1", "GBP"))))
        .isInstanceOf(IllegalArgumentException.class);
    long neighbourOnTheShard = seller + Ids.SHARDS;
    pricing.setPrices(neighbourOnTheShard, Map.of(red, UnitPrice.parse("1", "GBP")));
    assertThat(pricing.prices(List.of(red))).containsEntry(red, UnitPrice.parse("3", "EUR"));
  }

  @Test
  void prices_of_many_sellers_are_found_in_one_question() {
    Map<Long, UnitPrice> expected = new HashMap<>();
    for (int i = 1; i <= 40; i++) {
      expected.put(sku(ids.nextRoot(), i + ".00"), UnitPrice.parse(i + ".00", "GBP"));
    }

    assertThat(pricing.prices(expected.keySet())).isEqualTo(expected);
  }

  @Test
  void two_currencies_do_not_fit_into_one_payment() {
    long seller = ids.nextRoot();
    long pounds = sku(seller, "1.00");
    long euros = ids.next(seller);
    pricing.setPrices(seller, Map.of(euros, UnitPrice.parse("1.00", "EUR")));

    assertThat(pricing.quote(request(seller, null, pounds, euros)))
        .isEqualTo(new Pricing.MixedCurrencies("GBP", "EUR"));
  }

  @Test
  void a_kept_quote_comes_back_to_its_buyer_as_it_was_and_to_nobody_else() {
    long seller = ids.nextRoot();
    long buyer = ids.nextRoot();
    Quote quote = (Quote) pricing.quote(request(seller, null, sku(seller, "2.55")));
    long quoteId = pricing.keep(buyer, quote);

    assertThat(pricing.recall(buyer, quoteId)).isEqualTo(quote);
    assertThat(pricing.recall(buyer + Ids.SHARDS, quoteId)).isNull();
    assertThat(pricing.recall(buyer, ids.next(buyer))).isNull();
  }

  @Test
  void an_agreed_price_needs_no_price_tag() {
    long seller = ids.nextRoot();
    Pricing.Request request =
        new Pricing.Request(
            1,
            List.of(new Line(ids.next(seller), seller, 3, UnitPrice.parse("1.50", "GBP"))),
            null,
            null,
            Instant.now());

    assertThat(((Quote) pricing.quote(request)).total()).isEqualTo(new Money(450, "GBP"));
  }

  @Test
  void a_sellers_coupon_takes_off_his_goods_only() {
    Client shop = market.seller();
    String code = code();
    Marketplace.Answer made =
        shop.post("/api/seller/coupons", Map.of("code", code, "basisPointsOff", 2_500)).expect(201);
    long seller = Long.parseLong(made.text("/sellerId"));
    long other = ids.nextRoot();
    long his = sku(seller, "10.00");
    long others = sku(other, "10.00");

    Quote quote =
        (Quote)
            pricing.quote(
                new Pricing.Request(
                    ids.nextRoot(),
                    List.of(new Line(his, seller, 1, null), new Line(others, other, 1, null)),
                    null,
                    code.toLowerCase(Locale.ROOT),
                    Instant.now()));

    assertThat(quote.total()).isEqualTo(new Money(1_750, "GBP"));
    assertThat(quote.coupon()).isEqualTo(code);
    assertThat(quote.sellers())
        .allSatisfy(part ->
            assertThat(part.discount().amount()).isEqualTo(part.sellerId() == seller ? 250 : 0));
    assertThat(pricing.quote(request(other, code, others)))
        .isEqualTo(new CouponRefused(code, "nothing_to_discount"));
  }

  @Test
  void a_coupon_says_why_it_cannot_be_used() {
    long seller = ids.nextRoot();
    long sku = sku(seller, "10.00");
    String later = houseCoupon(Map.of("startsAt", "2100-01-01T00:00:00Z"));
    String over =
        houseCoupon(Map.of("startsAt", "2020-01-01T00:00:00Z", "endsAt", "2020-02-01T00:00:00Z"));
    String big = houseCoupon(Map.of("minimum", Map.of("amount", 1_001, "currency", "GBP")));
    String foreign = houseCoupon(Map.of("minimum", Map.of("amount", 1, "currency", "EUR")));
    String once = houseCoupon(Map.of("usesPerBuyerMax", 1));
    String only = houseCoupon(Map.of("usesMax", 1));
    pricing.redeem(ids.next(seller), seller, once);
    long somebody = ids.nextRoot();
    pricing.redeem(ids.next(somebody), somebody, only);

    assertThat(reason(seller, "NO-SUCH-CODE", sku)).isEqualTo("unknown");
    assertThat(reason(seller, later, sku)).isEqualTo("not_yet");
    assertThat(reason(seller, over, sku)).isEqualTo("expired");
    assertThat(reason(seller, big, sku)).isEqualTo("below_minimum");
    assertThat(reason(seller, foreign, sku)).isEqualTo("nothing_to_discount");
    assertThat(reason(seller, once, sku)).isEqualTo("used_by_buyer");
    assertThat(reason(seller, only, sku)).isEqualTo("used_up");
  }

  @Test
  void a_coupon_belongs_to_who_made_it_and_its_limits_only_rise() {
    Client shop = market.seller();
    Marketplace.Answer made =
        shop.post(
                "/api/seller/coupons",
                Map.of(
                    "code",
                    code(),
                    "amountOff",
                    Map.of("amount", 500, "currency", "GBP"),
                    "usesMax",
                    5))
            .expect(201);
    String path = "/api/seller/coupons/" + made.text("/id");

    market.seller().put(path, Map.of("usesMax", 9)).expect(404);
    assertThat(shop.put(path, Map.of("usesMax", 4)).expect(409).text("/code"))
        .isEqualTo("limit_lowered");
    assertThat(shop.put(path, Map.of("usesMax", 9)).expect(200).number("/usesMax")).isEqualTo(9);
    shop.put(path, Map.of("endsAt", "2024-01-01T00:00:00Z")).expect(200);
    assertThat(shop.get("/api/seller/coupons").expect(200).text("/data/0/endsAt"))
        .isEqualTo("2024-01-01T00:00:00Z");
    market
        .seller()
        .post("/api/seller/coupons", Map.of("code", made.text("/code"), "basisPointsOff", 1))
        .expect(409);
  }

  @Test
  void the_same_coupon_sent_twice_with_one_key_is_made_once() {
    Client shop = market.seller().with("Idempotency-Key", "k1");
    Map<String, Object> coupon = Map.of("code", code(), "basisPointsOff", 100);

    String first = shop.post("/api/seller/coupons", coupon).expect(201).text("/id");
    assertThat(shop.post("/api/seller/coupons", coupon).expect(201).text("/id")).isEqualTo(first);
    shop.post("/api/seller/coupons", Map.of("code", code(), "basisPointsOff", 200)).expect(422);
  }

  @Test
  void nonsense_is_refused_in_words() {
    Client shop = market.seller();
    for (String body :
        List.of(
            "{}",
            "[]",
            "nonsense",
            "{\"code\":\"A\",\"basisPointsOff\":1}",
            "{\"code\":\"ABCD\"}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":0}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":10001}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":1.5}",
            "{\"code\":\"AB\\u0000CD\",\"basisPointsOff\":1}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":1,\"amountOff\":{\"amount\":1,\"currency\":\"GBP\"}}",
            "{\"code\":\"ABCD\",\"amountOff\":{\"amount\":1,\"currency\":\"XXL\"}}",
            "{\"code\":\"ABCD\",\"amountOff\":{\"amount\":1}}",
            "{\"code\":\"ABCD\",\"amountOff\":{\"amount\":-1,\"currency\":\"GBP\"}}",
            "{\"code\":\"ABCD\",\"amountOff\":{\"amount\":99999999999999999999,\"currency\":\"GBP\"}}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":1,\"endsAt\":\"+999999999-01-01T00:00:00Z\"}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":1,\"endsAt\":\"tomorrow\"}",
            "{\"code\":\"ABCD\",\"basisPointsOff\":1,\"usesMax\":0}")) {
      assertThat(shop.send("POST", "/api/seller/coupons", body).status()).as(body).isEqualTo(400);
    }
    shop.get("/api/seller/coupons?limit=0").expect(400);
    shop.get("/api/seller/coupons?cursor=%21%21").expect(400);
    shop.put("/api/seller/coupons/seven", Map.of("usesMax", 1)).expect(404);
    shop.put("/api/seller/coupons/7", Map.of("usesMax", 1)).expect(404);
    market.buyer().get("/api/seller/coupons").expect(403);
    market.stranger().get("/api/seller/coupons").expect(401);
    shop.post("/api/admin/coupons", Map.of("code", code(), "basisPointsOff", 1)).expect(403);
  }

  private String reason(long seller, String code, long sku) {
    return ((CouponRefused) pricing.quote(request(seller, code, sku))).reason();
  }

  private String houseCoupon(Map<String, Object> terms) {
    Map<String, Object> body = new HashMap<>(terms);
    String code = code();
    body.put("code", code);
    body.put("basisPointsOff", 1_000);
    market.staff(Role.ADMIN).post("/api/admin/coupons", body).expect(201);
    return code;
  }

  private static String code() {
    return Marketplace.unique("C").toUpperCase(Locale.ROOT);
  }

  private long sku(long seller, String price) {
    long skuId = ids.next(seller);
    pricing.setPrices(seller, Map.of(skuId, UnitPrice.parse(price, "GBP")));
    return skuId;
  }

  /** A request of a buyer whose id is the seller's. */
  private static Pricing.Request request(long seller, @Nullable String coupon, long... skuIds) {
    return new Pricing.Request(
        seller,
        java.util.Arrays.stream(skuIds).mapToObj(sku -> new Line(sku, seller, 1, null)).toList(),
        null,
        coupon,
        Instant.now());
  }
}
