package banyan.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The witness of the marketplace: what it must object to, and what it must not. */
class WareTest {
  private final Ware ware =
      new Ware(
          new Ware.Seller("1", new String[0]), new Ware.Made("1", "tea", "2", "T", "Tea", 500));

  @Test
  void a_price_is_out_of_date_once_a_newer_one_was_acknowledged_before_the_question() {
    long before = System.nanoTime();
    ware.changing(550);
    assertThat(ware.outdated(500, System.nanoTime())).as("under way: either may show").isFalse();
    assertThat(ware.outdated(550, System.nanoTime())).isFalse();

    ware.changed(550, System.nanoTime());
    assertThat(ware.outdated(500, before)).as("asked before it was acknowledged").isFalse();
    assertThat(ware.outdated(500, System.nanoTime() + 1)).isTrue();
    assertThat(ware.outdated(550, System.nanoTime() + 1)).isFalse();
    assertThat(ware.outdated(123, System.nanoTime())).as("never its price").isTrue();
  }

  @Test
  void a_change_of_which_nobody_knows_the_end_may_show_at_any_time() {
    ware.changing(550);
    ware.changing(600);
    ware.changed(600, System.nanoTime());
    assertThat(ware.outdated(550, System.nanoTime() + 1)).isFalse();
    assertThat(ware.outdated(500, System.nanoTime() + 1)).isTrue();
    assertThat(ware.another(550)).as("a price tells which change it is from").isEqualTo(551);
  }

  @Test
  void dashboards_that_disagree_are_told_apart_from_those_that_agree() {
    String agrees =
        """
        {"openOrders": {"count": 1, "byState": {"PAID": 1}, "oldest": [{"state": "PAID"}]},
         "totals": [{"units": 3}], "days": [{"units": 1}, {"units": 2}], "bestSkus": [{"units": 3}]}
        """;
    assertThat(disagreement(agrees)).isEmpty();
    assertThat(disagreement(agrees.replace("\"count\": 1", "\"count\": 2"))).contains("listed");
    assertThat(
            disagreement(agrees.replace("[{\"state\": \"PAID\"}]", "[{\"state\": \"SHIPPED\"}]")))
        .contains("SHIPPED");
    assertThat(disagreement(agrees.replace("\"bestSkus\": [{\"units\": 3}]", "\"bestSkus\": []")))
        .contains("SKUs 0");
  }

  private static String disagreement(String dashboard) {
    return Dashboards.disagreement(Shop.JSON.readTree(dashboard)).orElse("");
  }
}
