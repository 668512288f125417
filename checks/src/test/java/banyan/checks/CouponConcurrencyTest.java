package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.business.pricing.Pricing;
import banyan.platform.audit.Book;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CouponConcurrencyTest {
  private final Marketplace market = Marketplace.open();
  private final Pricing pricing = market.part(Pricing.class);
  private final Ids ids = market.part(Ids.class);

  @Test
  void fifty_buyers_share_the_seven_uses_of_a_coupon() throws Exception {
    String coupon = coupon(Map.of("basisPointsOff", 1_000, "usesMax", 7));

    List<Callable<Pricing.Redemption>> buyers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      long buyer = ids.nextRoot();
      long trade = ids.next(buyer);
      buyers.add(() -> pricing.redeem(trade, buyer, coupon));
    }
    List<Pricing.Redemption> answers = atOnce(buyers);

    assertThat(answers).filteredOn(Pricing.Redeemed.class::isInstance).hasSize(7);
    assertThat(answers)
        .filteredOn(Pricing.CouponRefused.class::isInstance)
        .hasSize(43)
        .containsOnly(new Pricing.CouponRefused(coupon, "used_up"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void one_buyer_with_twenty_trades_gets_no_more_than_his_two() throws Exception {
    String coupon = coupon(Map.of("basisPointsOff", 1_000, "usesPerBuyerMax", 2));
    long buyer = ids.nextRoot();

    List<Callable<Pricing.Redemption>> trades = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long trade = ids.next(buyer);
      trades.add(() -> pricing.redeem(trade, buyer, coupon));
    }
    List<Pricing.Redemption> answers = atOnce(trades);

    assertThat(answers).filteredOn(Pricing.Redeemed.class::isInstance).hasSize(2);
    assertThat(answers).contains(new Pricing.CouponRefused(coupon, "used_by_buyer"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void the_same_trade_sent_ten_times_at_once_uses_the_coupon_once() throws Exception {
    String coupon = coupon(Map.of("basisPointsOff", 1_000, "usesMax", 2));
    long buyer = ids.nextRoot();
    long trade = ids.next(buyer);

    List<Pricing.Redemption> answers =
        atOnce(java.util.Collections.nCopies(10, () -> pricing.redeem(trade, buyer, coupon)));

    assertThat(answers).containsOnly(new Pricing.Redeemed(coupon));
    long another = ids.nextRoot();
    assertThat(pricing.redeem(ids.next(another), another, coupon))
        .isEqualTo(new Pricing.Redeemed(coupon));
    assertThat(violations()).isEmpty();
  }

  @Test
  void a_coupon_given_back_ten_times_at_once_is_free_once() throws Exception {
    String coupon = coupon(Map.of("basisPointsOff", 1_000, "usesMax", 1));
    long buyer = ids.nextRoot();
    long trade = ids.next(buyer);
    assertThat(pricing.redeem(trade, buyer, coupon)).isEqualTo(new Pricing.Redeemed(coupon));

    atOnce(
        java.util.Collections.nCopies(
            10,
            () -> {
              pricing.giveBack(trade, buyer);
              return true;
            }));

    long next = ids.nextRoot();
    assertThat(pricing.redeem(ids.next(next), next, coupon))
        .isEqualTo(new Pricing.Redeemed(coupon));
    assertThat(pricing.redeem(ids.next(next), next, coupon))
        .isEqualTo(new Pricing.CouponRefused(coupon, "used_up"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void redeeming_and_giving_back_at_once_leaves_nothing_behind() throws Exception {
    String coupon = coupon(Map.of("basisPointsOff", 1_000, "usesMax", 100));
    List<Callable<Boolean>> both = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      long buyer = ids.nextRoot();
      long trade = ids.next(buyer);
      both.add(() -> pricing.redeem(trade, buyer, coupon) instanceof Pricing.Redeemed);
      both.add(() -> {
        pricing.giveBack(trade, buyer);
        return true;
      });
    }

    atOnce(both);

    assertThat(violations()).isEmpty();
  }

  @Test
  void a_counter_changed_by_hand_is_found() {
    String coupon = coupon(Map.of("basisPointsOff", 1_000, "usesMax", 5));
    long buyer = ids.nextRoot();
    pricing.redeem(ids.next(buyer), buyer, coupon);
    Database database = market.part(Databases.class).module("pricing");
    String add = "UPDATE coupon SET used = used + :more WHERE shard = 0 AND code = :coupon";

    database.change(0, jdbc -> jdbc.sql(add).param("more", 1).param("coupon", coupon).update());
    List<String> found = violations();
    database.change(0, jdbc -> jdbc.sql(add).param("more", -1).param("coupon", coupon).update());

    assertThat(found).hasSize(1).first().asString().contains("counts 2 uses, has 1");
    assertThat(violations()).isEmpty();
  }

  private String coupon(Map<String, Object> terms) {
    String code = Marketplace.unique("C").toUpperCase(java.util.Locale.ROOT);
    Map<String, Object> body = new java.util.HashMap<>(terms);
    body.put("code", code);
    market.staff(Role.ADMIN).post("/api/admin/coupons", body).expect(201);
    return code;
  }

  private List<String> violations() {
    return market.parts(Book.class).stream()
        .filter(book -> book.name().equals("coupon-limits-kept"))
        .findFirst()
        .orElseThrow()
        .violations();
  }

  static <T> List<T> atOnce(List<? extends Callable<T>> work) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> one : work) {
        running.add(
            threads.submit(() -> {
              start.await();
              return one.call();
            }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    }
  }
}
