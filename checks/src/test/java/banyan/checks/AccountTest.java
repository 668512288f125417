package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.business.account.Accounts;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import banyan.platform.ids.Ids;
import banyan.platform.web.Authenticator;
import banyan.platform.web.Caller;
import banyan.platform.web.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final String PASSWORD = "correct horse";

  private final Marketplace market = Marketplace.open();
  private final Client stranger = market.stranger();

  private static String email() {
    return Marketplace.unique("ada") + "@example.com";
  }

  private Answer signUp(String email) {
    return stranger.post(
        "/api/accounts", Map.of("email", email, "password", PASSWORD, "name", "Ada"));
  }

  private Answer signIn(String email, String password) {
    return stranger.post("/api/sessions", Map.of("email", email, "password", password));
  }

  private Client as(Answer session) {
    return stranger.with("Authorization", "Bearer " + session.expect(201).text("/token"));
  }

  private Database database() {
    return market.part(Databases.class).module("account");
  }

  @Test
  void somebody_signs_up_signs_in_and_sees_the_account() {
    String email = email();
    Answer made = signUp(email).expect(201);

    Answer session = signIn(email, PASSWORD).expect(201);
    assertThat(session.at("/account")).isEqualTo(made.body());
    assertThat(session.text("/expiresAt")).startsWith("20").endsWith("Z");

    Answer mine = as(session).get("/api/account").expect(200);
    assertThat(mine.body()).isEqualTo(made.body());
    assertThat(mine.text("/roles/0")).isEqualTo("BUYER");
    assertThat(mine.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void an_address_has_one_account_however_it_is_written() {
    String email = email();
    signUp(email).expect(201);

    Answer second = signUp(email.toUpperCase(java.util.Locale.ROOT)).expect(409);
    assertThat(second.text("/code")).isEqualTo("email_taken");
    signIn("  " + email.toUpperCase(java.util.Locale.ROOT) + " ", PASSWORD).expect(201);
  }

  @Test
  void of_sixteen_who_take_the_same_address_at_once_one_gets_it() throws Exception {
    String email = email();
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      all.add(() -> signUp(email).status());
    }
    assertThat(atOnce(all)).containsOnly(201, 409).containsOnlyOnce(201);
  }

  @Test
  void the_same_sign_up_sent_three_times_at_once_gets_one_account_and_one_answer()
      throws Exception {
    Map<String, String> request = Map.of("email", email(), "password", PASSWORD, "name", "Ada");
    Client same = stranger.with("Idempotency-Key", "one");
    List<Callable<Answer>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(() -> same.post("/api/accounts", request));
    }
    List<Answer> answers = atOnce(all);
    assertThat(answers).allSatisfy(answer -> answer.expect(201));
    assertThat(answers.stream().map(Answer::body).distinct()).hasSize(1);

    Map<String, String> other = new HashMap<>(request);
    other.put("name", "Eve");
    Answer reused = same.post("/api/accounts", other).expect(422);
    assertThat(reused.text("/code")).isEqualTo("idempotency_key_reused");
  }

  @Test
  void the_id_of_an_account_carries_the_shard_that_its_address_names() {
    String email = email();
    long id = Long.parseLong(signUp(email).expect(201).text("/id"));
    int shard =
        database()
            .fresh(
                id,
                jdbc ->
                    jdbc.sql("SELECT shard FROM account WHERE shard = :shard AND email = :email")
                        .param("shard", Ids.shardOf(id))
                        .param("email", email)
                        .query(Integer.class)
                        .single());
    assertThat(shard).isEqualTo(Ids.shardOf(id));
  }

  @Test
  void weak_and_oversized_passwords_are_refused_and_the_longest_allowed_one_counts_to_the_end() {
    for (String weak : List.of("short", "我的密码是我", "Password123", "é".repeat(37), "x".repeat(201))) {
      Answer refused =
          stranger
              .post("/api/accounts", Map.of("email", email(), "password", weak, "name", "Ada"))
              .expect(400);
      assertThat(refused.text("/errors/0/pointer")).isEqualTo("/password");
    }
    String email = email();
    String longest = "x".repeat(72);
    stranger
        .post("/api/accounts", Map.of("email", email, "password", longest, "name", "Ada"))
        .expect(201);
    signIn(email, longest).expect(201);
    signIn(email, longest + "y").expect(401);
  }

  @Test
  void a_wrong_password_and_an_unknown_address_are_told_in_the_same_words() {
    String email = email();
    signUp(email).expect(201);

    Answer wrong = signIn(email, "wrong horse").expect(401);
    Answer unknown = signIn(email(), "wrong horse").expect(401);
    assertThat(wrong.text("/code")).isEqualTo("wrong_credentials");
    for (String member : List.of("/code", "/detail", "/title", "/type", "/instance")) {
      assertThat(wrong.at(member)).as(member).isEqualTo(unknown.at(member));
    }
  }

  @Test
  void who_guesses_on_is_told_when_to_come_back_and_others_are_not_held_up() {
    String email = email();
    signUp(email).expect(201);
    int refused = 0;
    for (int i = 0; i < 70; i++) {
      Answer answer = signIn(email, "wrong horse " + i);
      if (answer.status() == 429) {
        refused++;
        assertThat(answer.text("/code")).isEqualTo("too_many_attempts");
        assertThat(answer.at("/retryable").asBoolean()).isTrue();
        assertThat(Integer.parseInt(String.valueOf(answer.header("Retry-After")))).isBetween(1, 60);
      }
    }
    // 30 a minute; the minute may turn over once in between
    assertThat(refused).isBetween(10, 40);
    market.buyer().get("/api/account").expect(200);
  }

  @Test
  void an_account_without_a_password_lets_nobody_in() {
    String email = email();
    market.part(Accounts.class).ensure(email, "Import", null, Set.of(Role.BUYER));
    signIn(email, "nobody has this password").expect(401);
    signIn(email, "").expect(401);
  }

  @Test
  void after_sign_out_the_token_is_worth_nothing() {
    Client ada = market.buyer();
    ada.get("/api/account").expect(200);
    ada.delete("/api/sessions/current").expect(204);
    Answer refused = ada.get("/api/account").expect(401);
    assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
  }

  @Test
  void only_the_hash_of_a_token_is_kept() {
    String email = email();
    signUp(email).expect(201);
    String token = signIn(email, PASSWORD).expect(201).text("/token");
    List<String> rows =
        database()
            .each(jdbc ->
                jdbc.sql("SELECT s::text FROM account_session s -- every shard")
                    .query(String.class)
                    .list())
            .stream()
            .flatMap(List::stream)
            .toList();
    String secret = token.substring(4);
    assertThat(rows).isNotEmpty().noneMatch(row -> row.contains(secret));
  }

  @Test
  void an_expired_session_ends_by_itself() {
    String email = email();
    signUp(email).expect(201);
    Answer session = signIn(email, PASSWORD).expect(201);
    long account = Long.parseLong(session.text("/account/id"));
    database()
        .change(
            account,
            jdbc ->
                jdbc.sql(
                        """
                        UPDATE account_session SET expires_at = now() - interval '1 second'
                         WHERE shard = :shard AND account_id = :account
                        """)
                    .param("shard", Ids.shardOf(account))
                    .param("account", account)
                    .update());
    as(session).get("/api/account").expect(401);
  }

  @Test
  void a_new_password_ends_all_sessions_but_this_one() {
    String email = email();
    signUp(email).expect(201);
    Client here = as(signIn(email, PASSWORD));
    Client there = as(signIn(email, PASSWORD));
    there.get("/api/account").expect(200);

    Answer wrong =
        here.put("/api/account/password", Map.of("current", "no horse", "password", "new horse"))
            .expect(422);
    assertThat(wrong.text("/code")).isEqualTo("wrong_password");
    here.put("/api/account/password", Map.of("current", PASSWORD, "password", "new horse"))
        .expect(204);

    here.get("/api/account").expect(200);
    there.get("/api/account").expect(401);
    signIn(email, PASSWORD).expect(401);
    signIn(email, "new horse").expect(201);
  }

  @Test
  void a_page_gets_a_cookie_that_no_script_reads_and_no_other_site_can_use_for_changes() {
    String email = email();
    signUp(email).expect(201);
    Answer session =
        stranger
            .post("/api/sessions", Map.of("email", email, "password", PASSWORD, "cookie", true))
            .expect(201);
    String cookie = String.valueOf(session.header("Set-Cookie"));
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=");

    Client page = stranger.with("Cookie", cookie.substring(0, cookie.indexOf(';')));
    page.get("/api/account").expect(200);
    Map<String, String> change = Map.of("name", "Countess");
    page.put("/api/account", change).expect(401);
    page.with("Sec-Fetch-Site", "cross-site").put("/api/account", change).expect(401);
    page.with("Origin", "https://evil.example").put("/api/account", change).expect(401);
    page.with("Sec-Fetch-Site", "same-origin").put("/api/account", change).expect(200);
    assertThat(page.get("/api/account").text("/name")).isEqualTo("Countess");

    Answer out =
        page.with("Sec-Fetch-Site", "same-origin").delete("/api/sessions/current").expect(204);
    assertThat(out.header("Set-Cookie")).contains("Max-Age=0");
    page.get("/api/account").expect(401);
  }

  @Test
  void an_address_book_is_kept_changed_and_never_longer_than_twenty() throws Exception {
    Client ada = market.buyer();
    Map<String, String> home =
        Map.of(
            "name",
            "Ada",
            "line1",
            "1 High St",
            "city",
            "Hull",
            "postcode",
            "HU1",
            "country",
            "GB");
    Answer first = ada.with("Idempotency-Key", "home").post("/api/account/addresses", home);
    String id = first.expect(201).text("/id");
    assertThat(ada.with("Idempotency-Key", "home").post("/api/account/addresses", home).body())
        .isEqualTo(first.body());

    Map<String, String> moved = new HashMap<>(home);
    moved.put("line2", "Flat 2");
    ada.put("/api/account/addresses/" + id, moved).expect(200);
    assertThat(ada.get("/api/account/addresses").text("/data/0/line2")).isEqualTo("Flat 2");

    List<Callable<Integer>> more = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      more.add(() -> ada.post("/api/account/addresses", home).status());
    }
    assertThat(atOnce(more).stream().filter(status -> status == 201)).hasSize(19);
    assertThat(ada.get("/api/account/addresses").at("/data")).hasSize(20);

    Client eve = market.buyer();
    eve.put("/api/account/addresses/" + id, moved).expect(404);
    eve.delete("/api/account/addresses/" + id).expect(404);
    ada.delete("/api/account/addresses/" + id).expect(204);
    ada.delete("/api/account/addresses/" + id).expect(404);
    moved.put("country", "XX");
    Answer nowhere = ada.post("/api/account/addresses", moved).expect(400);
    assertThat(nowhere.text("/errors/0/pointer")).isEqualTo("/country");
  }

  @Test
  void a_granted_role_counts_from_the_next_request_on_and_a_taken_one_no_longer() {
    Client admin = market.staff(Role.ADMIN);
    Client ada = market.buyer();
    ada.get("/api/admin/accounts").expect(403);
    String id = ada.get("/api/account").text("/id");

    admin
        .put("/api/admin/accounts/" + id + "/roles", Map.of("roles", List.of("SUPPORT")))
        .expect(200);
    ada.get("/api/admin/accounts").expect(200);
    ada.put("/api/admin/accounts/" + id + "/roles", Map.of("roles", List.of("ADMIN"))).expect(403);

    admin
        .put("/api/admin/accounts/" + id + "/roles", Map.of("roles", List.of("BUYER")))
        .expect(200);
    ada.get("/api/admin/accounts").expect(403);

    market.part(Accounts.class).grant(Long.parseLong(id), Role.SELLER);
    assertThat(ada.get("/api/account").at("/roles").toString()).contains("BUYER", "SELLER");
    admin.put("/api/admin/accounts/1/roles", Map.of("roles", List.of("BUYER"))).expect(404);
  }

  @Test
  void the_staff_pages_through_accounts_and_finds_them_by_how_they_begin() {
    Client support = market.staff(Role.SUPPORT);
    String prefix = Marketplace.unique("Grace_%");
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Answer account =
          stranger.post(
              "/api/accounts",
              Map.of("email", email(), "password", PASSWORD, "name", prefix + " " + i));
      made.addFirst(account.expect(201).text("/id"));
    }
    String path =
        "/api/admin/accounts?limit=2&q="
            + java.net.URLEncoder.encode(
                prefix.toUpperCase(java.util.Locale.ROOT), java.nio.charset.StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    Answer page = support.get(path).expect(200);
    page.at("/data").forEach(account -> found.add(account.at("/id").asString()));
    while (page.at("/hasMore").asBoolean()) {
      page = support.get(path + "&cursor=" + page.text("/nextCursor")).expect(200);
      page.at("/data").forEach(account -> found.add(account.at("/id").asString()));
    }
    assertThat(found).isEqualTo(made.stream().sorted((a, b) -> b.compareTo(a)).toList());
  }

  @Test
  void opening_an_account_again_for_an_import_finds_the_first_one() {
    Accounts accounts = market.part(Accounts.class);
    String email = email();
    long first = accounts.ensure(email, "Ada", null, Set.of(Role.BUYER));
    assertThat(accounts.ensure(email.toUpperCase(java.util.Locale.ROOT), "B", "x", Set.of()))
        .isEqualTo(first);
    assertThat(accounts.find(first))
        .hasValueSatisfying(account -> {
          assertThat(account.email()).isEqualTo(email);
          assertThat(account.name()).isEqualTo("Ada");
        });
    assertThat(accounts.find(first + 1024)).isEmpty();
  }

  @Test
  void a_token_that_only_looks_like_one_belongs_to_nobody() {
    Authenticator authenticator = market.part(Authenticator.class);
    for (String token :
        List.of("", "x", "3ff." + "A".repeat(43), "400." + "A".repeat(43), "0".repeat(4000))) {
      assertThat(authenticator.callerOf(token).map(Caller::accountId)).as(token).isEmpty();
    }
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> call : threads.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    }
  }
}
