package banyan.business.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import banyan.business.pricing.Pricing.Destination;
import banyan.business.pricing.Pricing.Line;
import banyan.business.pricing.Pricing.PricedLine;
import banyan.business.pricing.Pricing.Quote;
import banyan.business.pricing.Pricing.SellerPart;
import banyan.platform.money.Money;
import banyan.platform.money.UnitPrice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CalculationTest {
  private static final Shipping.Table BY_COUNTRY =
      new Shipping.Table(
          List.of(
              new PricingSettings.Band("*", 0, 1_500),
              new PricingSettings.Band("GB", 0, 399),
              new PricingSettings.Band("GB", 5_000, 0),
              new PricingSettings.Band("DE", 2_000, 799)));
  private static final Tax.Table RATES = new Tax.Table(Map.of("GB", 2_000, "DE", 1_900), 0);

  @Test
  void whatever_is_bought_every_total_is_the_sum_of_its_parts() {
    long seed = System.nanoTime();
    System.out.println("CalculationTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      List<Calculation.Charge> charges = charges(random);
      Calculation calculation =
          new Calculation(
              random.nextBoolean() ? BY_COUNTRY : new Shipping.Flat(random.nextInt(1_000)),
              random.nextBoolean() ? RATES : new Tax.Flat(random.nextInt(3_000)));
      Calculation.@Nullable Discount discount = discount(random, charges);
      Destination destination =
          List.of(new Destination("GB", "N1"), new Destination("FR", "75001"))
              .get(random.nextInt(2));
      check(
          "seed " + seed + " round " + round,
          calculation.quote(charges, discount, destination),
          charges,
          discount);
    }
  }

  private static void check(
      String at,
      Quote quote,
      List<Calculation.Charge> charges,
      Calculation.@Nullable Discount discount) {
    long total = 0;
    long taken = 0;
    long goods = 0;
    int lines = 0;
    for (SellerPart part : quote.sellers()) {
      assertThat(sum(part.lines().stream().map(PricedLine::goods).toList()))
          .as(at)
          .isEqualTo(part.goods().amount());
      assertThat(sum(part.lines().stream().map(PricedLine::discount).toList()))
          .as(at)
          .isEqualTo(part.discount().amount());
      assertThat(sum(part.lines().stream().map(PricedLine::tax).toList()))
          .as(at)
          .isEqualTo(part.tax().amount());
      assertThat(part.total())
          .as(at)
          .isEqualTo(part.goods().minus(part.discount()).plus(part.shipping()).plus(part.tax()));
      for (PricedLine line : part.lines()) {
        assertThat(line.discount().amount()).as(at).isBetween(0L, line.goods().amount());
        assertThat(line.goods()).as(at).isEqualTo(line.unitPrice().times(line.quantity()));
      }
      boolean platform = discount != null && discount.ofPlatform();
      assertThat(part.platformDiscount().amount())
          .as(at)
          .isEqualTo(platform ? part.discount().amount() : 0);
      if (discount == null || (!platform && part.sellerId() != discount.sellerId())) {
        assertThat(part.discount().amount()).as(at).isZero();
      }
      total += part.total().amount();
      taken += part.discount().amount();
      goods += part.goods().amount();
      lines += part.lines().size();
    }
    assertThat(quote.total().amount()).as(at).isEqualTo(total);
    assertThat(taken).as(at).isEqualTo(discount == null ? 0 : discount.amount());
    assertThat(goods).as(at).isEqualTo(Calculation.covered(charges, Coupon.PLATFORM));
    assertThat(lines).as(at).isEqualTo(charges.size());
    assertThat(quote.sellers())
        .as(at)
        .isSortedAccordingTo(java.util.Comparator.comparingLong(SellerPart::sellerId));
  }

  private static List<Calculation.Charge> charges(Random random) {
    List<Calculation.Charge> charges = new ArrayList<>();
    int lines = 1 + random.nextInt(8);
    for (int line = 0; line < lines; line++) {
      charges.add(
          new Calculation.Charge(
              new Line(line + 1, 1 + random.nextInt(4), 1 + random.nextInt(50), null),
              new UnitPrice(random.nextInt(5) == 0 ? 0 : random.nextLong(20_000_000), "GBP")));
    }
    return charges;
  }

  private static Calculation.@Nullable Discount discount(
      Random random, List<Calculation.Charge> charges) {
    long seller = random.nextInt(3) == 0 ? Coupon.PLATFORM : charges.getFirst().line().sellerId();
    long covered = Calculation.covered(charges, seller);
    if (covered == 0 || random.nextInt(4) == 0) {
      return null;
    }
    return new Calculation.Discount("TEN", seller, 1 + random.nextLong(covered));
  }

  private static long sum(List<Money> parts) {
    return parts.stream().mapToLong(Money::amount).sum();
  }

  @Test
  void a_coupon_of_the_house_is_spread_over_the_sellers_without_losing_a_penny() {
    Quote quote =
        new Calculation(new Shipping.Flat(0), new Tax.Flat(0))
            .quote(
                List.of(charge(1, 10, "1.00"), charge(2, 20, "1.00"), charge(3, 30, "1.00")),
                new Calculation.Discount("HOUSE", Coupon.PLATFORM, 100),
                null);

    assertThat(quote.sellers().stream().map(part -> part.platformDiscount().amount()))
        .containsExactly(34L, 33L, 33L);
    assertThat(quote.total()).isEqualTo(new Money(200, "GBP"));
  }

  @Test
  void a_sellers_coupon_leaves_the_other_sellers_alone() {
    Quote quote =
        new Calculation(new Shipping.Flat(0), new Tax.Flat(0))
            .quote(
                List.of(charge(1, 10, "1.00"), charge(2, 20, "1.00")),
                new Calculation.Discount("TWENTY", 20, 100),
                null);

    assertThat(quote.sellers().get(0).total()).isEqualTo(new Money(100, "GBP"));
    assertThat(quote.sellers().get(1).total()).isEqualTo(new Money(0, "GBP"));
    assertThat(quote.sellers().get(1).platformDiscount()).isEqualTo(new Money(0, "GBP"));
  }

  @Test
  void a_tenth_of_a_penny_is_rounded_once_for_the_line_and_not_for_each_unit() {
    Quote quote =
        new Calculation(new Shipping.Flat(0), new Tax.Flat(0))
            .quote(
                List.of(
                    new Calculation.Charge(
                        new Line(1, 10, 1_000, null), UnitPrice.parse("0.001", "GBP"))),
                null,
                null);

    assertThat(quote.total()).isEqualTo(new Money(100, "GBP"));
  }

  @Test
  void shipping_and_tax_follow_the_country_and_the_worth_of_the_goods() {
    assertThat(BY_COUNTRY.fee(new Destination("GB", ""), gbp(4_999))).isEqualTo(gbp(399));
    assertThat(BY_COUNTRY.fee(new Destination("GB", ""), gbp(5_000))).isEqualTo(gbp(0));
    assertThat(BY_COUNTRY.fee(new Destination("DE", ""), gbp(1_999))).isEqualTo(gbp(1_500));
    assertThat(BY_COUNTRY.fee(new Destination("JP", ""), gbp(9_999))).isEqualTo(gbp(1_500));
    assertThat(BY_COUNTRY.fee(null, gbp(1))).isEqualTo(gbp(1_500));
    assertThat(RATES.basisPoints(new Destination("DE", ""))).isEqualTo(1_900);
    assertThat(RATES.basisPoints(new Destination("JP", ""))).isZero();
    assertThat(RATES.basisPoints(null)).isZero();
  }

  @Test
  void a_shipping_table_that_forgets_a_country_is_refused() {
    List<PricingSettings.Band> onlyBritain = List.of(new PricingSettings.Band("GB", 0, 399));

    assertThatThrownBy(() -> new Shipping.Table(onlyBritain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("banyan.pricing.shipping.bands");
  }

  private static Money gbp(long amount) {
    return new Money(amount, "GBP");
  }

  private static Calculation.Charge charge(long skuId, long sellerId, String price) {
    return new Calculation.Charge(
        new Line(skuId, sellerId, 1, null), UnitPrice.parse(price, "GBP"));
  }
}
