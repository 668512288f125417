package banyan.checks.security;

import banyan.business.account.Accounts;
import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Shelf;
import banyan.platform.web.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A marketplace with somebody of every kind in it, goods and orders, to be shot at. */
final class Crowd implements AutoCloseable {
  /** Everybody; the empty name is somebody who is not signed in. */
  static final List<String> ALL = List.of("", "BUYER", "OTHER", "SELLER", "SUPPORT", "ADMIN");

  private static final String PASSWORD = "correct horse";

  private final Marketplace market = Marketplace.another();
  private final Map<String, String> emails = new LinkedHashMap<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private final Pool pool = new Pool();

  Crowd() {
    ALL.stream().filter(who -> !who.isEmpty()).forEach(this::signUp);
    Client seller = client("SELLER");
    learn(client("ADMIN").post("/api/admin/categories", Map.of("slug", "tea", "name", "Tea")));
    Client buyer = client("BUYER");
    learn(buyer.post("/api/account/addresses", Shelf.ADDRESS));
    for (int i = 0; i < 3; i++) {
      Shelf shelf = Shelf.onSale(seller, 1_000);
      learn(market.stranger().get("/api/products/" + shelf.productId()));
      learn(buyer.post("/api/checkouts", shelf.checkout(2, "tok_approve")).expect(201));
    }
    learn(buyer.get("/api/orders?limit=1"));
    learn(seller.get("/api/seller/products?limit=1"));
    pool.learn("provider", "sandbox");
    pool.learn("slug", "tea");
    pool.learn("dryRun", "true");
  }

  private void learn(Answer answer) {
    pool.learn(answer.request().split("[ ?]")[1], answer.body());
  }

  Marketplace market() {
    return market;
  }

  Pool pool() {
    return pool;
  }

  /** The session's token; empty for whoever is not signed in. */
  String token(String who) {
    return tokens.getOrDefault(who, "");
  }

  private Client client(String who) {
    return market.stranger().with("Authorization", "Bearer " + token(who));
  }

  /** A new account of this role. */
  private void signUp(String who) {
    String email = Marketplace.unique(who.toLowerCase(Locale.ROOT)) + "@example.com";
    Role role = who.equals("OTHER") ? Role.BUYER : Role.valueOf(who);
    Set<Role> roles = role == Role.BUYER ? Set.of(role) : Set.of(role, Role.BUYER);
    market.part(Accounts.class).ensure(email, who, PASSWORD, roles);
    emails.put(who, email);
    signIn(who).expect(201);
    if (role == Role.SELLER) {
      learn(client(who).post("/api/seller/shop", Map.of("name", "Fuzz")).expect(201));
    }
  }

  private Answer signIn(String who) {
    Map<String, String> said = Map.of("email", emails.getOrDefault(who, ""), "password", PASSWORD);
    Answer session = market.stranger().post("/api/sessions", said);
    if (session.status() == 201) {
      tokens.put(who, session.text("/token"));
    }
    return session;
  }

  /**
   * A shot may have ended a session, taken a role or changed a password; then there is somebody
   * new.
   *
   * @param status of an answer to somebody who may
   */
  void mend(String who, int status) {
    boolean gone = status == 401 && client(who).get("/api/account").status() != 200;
    if (!who.isEmpty() && (status == 403 || gone && signIn(who).status() != 201)) {
      signUp(who);
    }
  }

  /** What somebody's account answers. */
  int statusOf(String who) {
    return who.isEmpty() ? 200 : client(who).get("/api/account").status();
  }

  /** A shot may have turned something off. */
  void turnEverythingOn() {
    if (client("ADMIN").get("/api/admin/toggles").status() != 200) {
      signUp("ADMIN");
    }
    Client admin = client("ADMIN");
    for (JsonNode toggle : admin.get("/api/admin/toggles").expect(200).at("/data")) {
      if (!toggle.at("/enabled").asBoolean()) {
        admin
            .put(
                "/api/admin/toggles/" + toggle.at("/name").asString(),
                Map.of("enabled", true, "reason", "after a shot"))
            .expect(200);
      }
    }
  }

  @Override
  public void close() {
    market.close();
  }
}
