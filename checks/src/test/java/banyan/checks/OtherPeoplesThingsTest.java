package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Operations.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What is somebody else's looks like what is not there. The operations, and the ids in their paths
 * and bodies, come from the running application: a new one needs a thing of its own here, or a
 * reason.
 */
class OtherPeoplesThingsTest {
  /** Ids of nobody's own things, each with the reason. */
  private static final Map<String, String> NOBODYS =
      Map.ofEntries(
          Map.entry("GET /api/shops/{id}", "a shop is there for everybody"),
          Map.entry("POST /api/payments/webhooks/{provider}", "a name; the signature says who"),
          Map.entry("DELETE /api/cart/lines/{skuId}", "the cart is the caller's; a repeat is fine"),
          Map.entry("DELETE /api/favourites/{productId}", "the list is the caller's, as the cart"),
          Map.entry("GET /api/admin/accounts/{id}", "staff: any account"),
          Map.entry("PUT /api/admin/accounts/{id}/roles", "staff: any account"),
          Map.entry("DELETE /api/admin/accounts/{id}/sessions", "staff: any account"),
          Map.entry("GET /api/admin/products/{id}", "staff: anybody's product"),
          Map.entry("POST /api/admin/products/{id}/withdraw", "staff: anybody's product"),
          Map.entry("POST /api/admin/products/{id}/restore", "staff: anybody's product"),
          Map.entry("PUT /api/admin/toggles/{name}", "staff: the house's toggles"),
          Map.entry("PUT /api/admin/categories/{id}", "staff: one tree for all shops"),
          Map.entry("PUT /api/admin/coupons/{id}", "staff: the house's coupons"),
          Map.entry("GET /api/admin/orders/{id}", "staff: anybody's order"),
          Map.entry("POST /api/admin/orders/{id}/cancel", "staff: anybody's order"),
          Map.entry("POST /api/admin/orders/{id}/refunds", "staff: anybody's order"),
          Map.entry("POST /api/admin/orders/{id}/refunds skuId", "a line of that order"),
          Map.entry("GET /api/admin/orders/{id}/ledger", "staff: anybody's order"),
          Map.entry("POST /api/orders/{id}/refunds skuId", "a line of the order in the path"),
          Map.entry("POST /api/seller/orders/{id}/refunds skuId", "a line of that order"),
          Map.entry("POST /api/seller/orders/{id}/shipments skuId", "a line of that order"));

  private final Marketplace market = Marketplace.open();

  /** The operations with ids in their paths; those in a body stand after the operation. */
  private Set<String> withIds() {
    Set<String> all = new TreeSet<>();
    for (Operation operation : Operations.of(market)) {
      if (operation.path().contains("{")) {
        all.add(operation.toString());
      }
      operation.idsInBody().forEach(name -> all.add(operation + " " + name));
    }
    return all;
  }

  @Test
  void every_id_that_an_operation_takes_is_of_a_thing_below_or_of_nobodys() {
    Set<String> known = new TreeSet<>(Belongings.of(market).keySet());
    assertThat(NOBODYS.keySet()).as("somebody's and nobody's").doesNotContainAnyElementsOf(known);
    known.addAll(NOBODYS.keySet());
    assertThat(known).isEqualTo(withIds());
  }

  @Test
  void what_is_somebody_elses_looks_like_what_is_not_there() {
    List<String> wrong = new ArrayList<>();
    new TreeMap<>(Belongings.of(market))
        .forEach((operation, things) -> {
          boolean inPath = !operation.matches("\\S+ \\S+ \\S+");
          things.forEach(thing -> check(wrong, operation, inPath, thing));
        });
    assertThat(wrong).isEmpty();
  }

  private static void check(List<String> wrong, String operation, boolean inPath, Belonging thing) {
    for (Client other : thing.others()) {
      Answer answer = thing.asking().of(thing.id()).by(other);
      Answer nothing = thing.asking().of(thing.idOfNothing()).by(other);
      boolean refused = inPath ? answer.status() == 404 : answer.status() >= 400;
      if (!refused || !words(answer).equals(words(nothing))) {
        wrong.add(operation + " by another: " + words(answer) + ", of nothing: " + words(nothing));
      }
    }
    thing.grant().run();
    Answer own = thing.asking().of(thing.id()).by(thing.owner());
    if (own.status() / 100 != 2) {
      wrong.add(operation + " by the owner: " + own.status() + " " + own.body());
    }
  }

  /** What a refusal says, without the number of the request. */
  private static List<Object> words(Answer answer) {
    return List.of(answer.status(), answer.text("/code"), answer.text("/detail"));
  }
}
