package banyan.checks.security;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Shelf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What somebody tries with tokens, cookies and headers that are not his. */
class SessionAbuseTest {
  private static final String PASSWORD = "correct horse";

  private final Marketplace market = Marketplace.open();
  private final Client stranger = market.stranger();
  private final String email = Marketplace.unique("victim") + "@example.com";

  private Answer signUp() {
    return stranger.post(
        "/api/accounts", Map.of("email", email, "password", PASSWORD, "name", "Victim"));
  }

  private Answer signIn(Client from) {
    Map<String, Object> said = Map.of("email", email, "password", PASSWORD, "cookie", true);
    return from.post("/api/sessions", said);
  }

  private static String cookieOf(Answer answer) {
    String cookie = String.valueOf(answer.header("Set-Cookie"));
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private Answer signInByForm(Client from, String next) {
    return from.with("Content-Type", "application/x-www-form-urlencoded")
        .send("POST", "/sign-in", "email=" + email + "&password=correct+horse&next=" + next);
  }

  @Test
  void a_token_that_somebody_chose_before_the_sign_in_is_never_taken_over() {
    signUp().expect(201);
    String chosen = "banyan_session=0ff." + "A".repeat(43);
    Client browser = stranger.with("Cookie", chosen).with("Sec-Fetch-Site", "same-origin");
    assertThat(cookieOf(signIn(browser).expect(201))).isNotEqualTo(chosen);
    browser.get("/api/account").expect(401);
  }

  @Test
  void whoever_signs_in_again_in_the_same_browser_leaves_no_session_behind() {
    signUp().expect(201);
    Client first = stranger.with("Cookie", cookieOf(signIn(stranger).expect(201)));
    first.get("/api/account").expect(200);
    Answer again = signIn(first.with("Sec-Fetch-Site", "same-origin")).expect(201);
    first.get("/api/account").expect(401);
    stranger.with("Cookie", cookieOf(again)).get("/api/account").expect(200);
  }

  @Test
  void a_token_that_is_bent_cut_longer_or_of_another_shard_is_worth_nothing() {
    signUp().expect(201);
    String token = signIn(stranger).expect(201).text("/token");
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == '1' ? '2' : '1';
      String bent = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(account(bent)).as(bent).isEqualTo(401);
    }
    for (String wrong :
        List.of(token.substring(1), token + "A", token + "=", token.toUpperCase(), "", "null")) {
      assertThat(account(wrong)).as(wrong).isEqualTo(401);
    }
    assertThat(account(token)).isEqualTo(200);
  }

  private int account(String token) {
    return stranger.with("Authorization", "Bearer " + token).get("/api/account").status();
  }

  @Test
  void a_guests_token_that_is_bent_is_a_new_guest_and_no_other_guests_cart() {
    Shelf shelf = Shelf.onSale(market, 5);
    String line = "/api/cart/lines/" + shelf.skuId();
    Answer put = stranger.put(line, Map.of("quantity", 2)).expect(200);
    String token = String.valueOf(put.header("Guest-Token"));
    assertThat(cart(token)).isEqualTo(1);
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'Q' ? 'g' : 'Q';
      String bent = token.substring(0, i) + other + token.substring(i + 1);
      boolean known =
          stranger.with("Guest-Token", bent).get("/api/cart").header("Guest-Token") == null;
      // the last letter of a half has bits that mean nothing
      boolean last = i == token.length() - 1 || token.charAt(i + 1) == '.';
      assertThat(known && !last).as(bent).isFalse();
    }
    String half = token.substring(0, token.indexOf('.') + 1);
    for (String wrong : List.of("", ".", half, half + half, token + token, "AAAAAAAAAAA.AAAA")) {
      assertThat(cart(wrong)).as(wrong).isZero();
    }
  }

  private int cart(String guest) {
    return stranger.with("Guest-Token", guest).get("/api/cart").expect(200).at("/lines").size();
  }

  @Test
  void a_stolen_guests_token_opens_no_account_and_ends_with_the_sign_in() {
    Shelf shelf = Shelf.onSale(market, 5);
    Answer put =
        stranger.put("/api/cart/lines/" + shelf.skuId(), Map.of("quantity", 1)).expect(200);
    Client thief = stranger.with("Guest-Token", String.valueOf(put.header("Guest-Token")));
    thief.get("/api/account").expect(401);
    thief.get("/api/account/addresses").expect(401);
    Client owner = market.buyer().with("Guest-Token", String.valueOf(put.header("Guest-Token")));
    assertThat(owner.get("/api/cart").expect(200).at("/lines")).hasSize(1);
    assertThat(thief.get("/api/cart").expect(200).at("/lines")).isEmpty();
  }

  @Test
  void of_two_tokens_the_header_counts_and_a_wrong_header_is_not_helped_by_a_good_cookie() {
    signUp().expect(201);
    Answer session = signIn(stranger).expect(201);
    Client other = market.buyer();
    String otherName = other.get("/api/account").text("/email");
    Client both = other.with("Cookie", cookieOf(session)).with("Sec-Fetch-Site", "same-origin");
    assertThat(both.get("/api/account").expect(200).text("/email")).isEqualTo(otherName);
    both.with("Authorization", "Bearer x").get("/api/account").expect(401);
    both.with("Authorization", "Basic eDp5").get("/api/account").expect(401);
  }

  @Test
  void after_sign_out_and_after_a_new_password_neither_cookie_nor_header_opens_anything() {
    signUp().expect(201);
    Answer session = signIn(stranger).expect(201);
    Client page = stranger.with("Cookie", cookieOf(session)).with("Sec-Fetch-Site", "same-origin");
    page.get("/account").expect(200);
    assertThat(page.send("POST", "/sign-out", "").expect(302).header("Set-Cookie"))
        .contains("Max-Age=0");
    assertThat(page.get("/account").expect(302).header("Location")).contains("/sign-in");
    assertThat(account(session.text("/token"))).isEqualTo(401);

    Answer here = signIn(stranger).expect(201);
    Answer there = signIn(stranger).expect(201);
    stranger
        .with("Authorization", "Bearer " + here.text("/token"))
        .put("/api/account/password", Map.of("current", PASSWORD, "password", "another horse"))
        .expect(204);
    assertThat(account(here.text("/token"))).isEqualTo(200);
    assertThat(account(there.text("/token"))).isEqualTo(401);
    stranger.with("Cookie", cookieOf(there)).get("/api/account").expect(401);
  }

  @Test
  void no_other_sites_page_changes_anything_by_a_cookie_or_signs_its_visitor_in() {
    signUp().expect(201);
    Client page = stranger.with("Cookie", cookieOf(signIn(stranger).expect(201)));
    List<Client> others =
        List.of(
            page,
            page.with("Sec-Fetch-Site", "cross-site"),
            page.with("Sec-Fetch-Site", "same-site"),
            page.with("Origin", "null"),
            page.with("Origin", "https://evil.example"),
            page.with("Origin", market.url() + ".evil.example"));
    for (Client other : others) {
      other.put("/api/account", Map.of("name", "Eve")).expect(401);
      other.delete("/api/sessions/current").expect(401);
      Answer form =
          other
              .with("Content-Type", "application/x-www-form-urlencoded")
              .send("POST", "/account/name", "name=Eve");
      assertThat(form.expect(302).header("Location")).contains("/sign-in");
    }
    for (Client other : others.subList(1, others.size())) {
      Answer refused = signInByForm(other, "/").expect(403);
      assertThat(refused.header("Set-Cookie")).isNull();
      Answer guest = other.put("/api/cart/lines/1", Map.of("quantity", 1));
      assertThat(guest.header("Set-Cookie")).as("the guest's own cookie is not replaced").isNull();
    }
    assertThat(page.get("/api/account").expect(200).text("/name")).isEqualTo("Victim");
  }

  @Test
  void next_leads_to_a_page_of_ours_or_to_the_account_and_never_breaks_the_header() {
    signUp().expect(201);
    for (String next :
        List.of(
            "//evil.example",
            "https://evil.example",
            "/%5Cevil.example",
            "/%09/evil.example",
            "%2F%2Fevil.example",
            "/x%0d%0aSet-Cookie:%20a=b",
            "javascript:alert(1)",
            "/x?%7B7*7%7D",
            "",
            "%00")) {
      Answer answer = signInByForm(stranger.with("Sec-Fetch-Site", "same-origin"), next);
      if (answer.status() == 302) {
        assertThat(answer.header("Location")).as(next).matches("(" + market.url() + ")?/account");
        assertThat(answer.headers().get("set-cookie")).as(next).hasSize(1);
      } else {
        assertThat(answer.status()).as(next).isEqualTo(400);
      }
    }
    Answer good = signInByForm(stranger.with("Sec-Fetch-Site", "same-origin"), "/orders?x=1");
    assertThat(good.expect(302).header("Location")).endsWith("/orders?x=1");
  }

  @Test
  void a_method_in_a_header_or_a_field_is_not_the_method() {
    Client buyer = market.buyer();
    String id = buyer.post("/api/account/addresses", Shelf.ADDRESS).expect(201).text("/id");
    for (String header : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")) {
      buyer.with(header, "DELETE").get("/api/account/addresses?_method=DELETE").expect(200);
      buyer.with(header, "DELETE").send("POST", "/api/account/addresses/" + id, "{}").expect(405);
    }
    assertThat(buyer.get("/api/account/addresses").at("/data")).hasSize(1);
    for (String method : List.of("TRACE", "PROPFIND")) {
      assertThat(buyer.send(method, "/api/account", null).status()).as(method).isEqualTo(405);
    }
  }

  @Test
  void an_unknown_address_takes_as_long_as_a_wrong_password() {
    signUp().expect(201);
    // a hash of one round more would show in the median; the first ones warm up
    List<Long> wrong = new ArrayList<>();
    List<Long> unknown = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      wrong.add(nanos(email));
      unknown.add(nanos("nobody-" + i + email));
    }
    double ratio = (double) median(wrong) / median(unknown);
    assertThat(ratio).as("wrong password : unknown address").isBetween(0.4, 2.5);
  }

  private long nanos(String address) {
    long start = System.nanoTime();
    Answer refused =
        stranger.post("/api/sessions", Map.of("email", address, "password", "wrong horse"));
    assertThat(refused.status()).isIn(401, 429);
    return System.nanoTime() - start;
  }

  private static long median(List<Long> values) {
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  @Test
  void pictures_and_assets_lead_out_of_no_folder() {
    for (String path :
        List.of(
            "/pictures/..%2fsecret",
            "/pictures/..%5csecret",
            "/pictures/%2e%2e/%2e%2e/secret",
            "/pictures/480/..%2f..%2fsecret",
            "/pictures/.%00.png",
            "/pictures/secret",
            "/assets/x/../../application.yaml",
            "/webjars/..%2f..%2fapplication.yaml",
            "/webjars/%252e%252e/application.yaml",
            "/.git/config",
            "/application.yaml",
            "/actuator/heapdump",
            "/actuator/env",
            "/actuator",
            "/WEB-INF/web.xml")) {
      Answer answer = stranger.get(path);
      assertThat(answer.status()).as(path).isIn(400, 404);
      assertThat(answer.body().toString()).as(path).doesNotContain("spring:", "[core]");
    }
  }

  @Test
  void another_hosts_name_stays_in_the_answer_that_asked_by_it() throws Exception {
    String page =
        Wire.send(market, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assertThat(page).startsWith("HTTP/1.1 200");
    assertThat(stranger.get("/").expect(200).body().asString()).doesNotContain("evil.example");
    assertThat(stranger.get("/sitemap.xml").body().asString()).doesNotContain("evil.example");
    String away =
        Wire.send(
            market,
            "GET /account HTTP/1.1\r\nHost: x\r\nX-Forwarded-Host: evil.example\r\n"
                + "Forwarded: host=evil.example\r\nConnection: close\r\n\r\n");
    assertThat(away).startsWith("HTTP/1.1 302").doesNotContain("evil.example");
  }

  @Test
  void of_two_lengths_none_is_believed_and_nothing_is_smuggled() throws Exception {
    String smuggled = "GET /api/categories HTTP/1.1\r\nHost: x\r\n\r\n";
    for (String lengths :
        List.of(
            "Content-Length: 0\r\nContent-Length: 44",
            "Content-Length: 44, 0",
            "Content-Length: -1",
            "Content-Length: +4",
            "Content-Length: 4x",
            "Transfer-Encoding: nonsense",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "Transfer-Encoding : chunked",
            "Content-Length: 4\r\n folded: x")) {
      String answer =
          Wire.send(
              market,
              "POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  + lengths
                  + "\r\n\r\n"
                  + smuggled);
      assertThat(answer).as(lengths).matches("(?s)HTTP/1\\.1 (400|501|4\\d\\d).*");
      assertThat(Arrays.stream(answer.split("HTTP/1\\.1 ")).filter(one -> one.startsWith("200")))
          .as(lengths + ": " + answer)
          .isEmpty();
    }
  }

  @Test
  void behind_a_proxy_with_https_cookies_are_secure_and_browsers_never_go_back() {
    try (Marketplace behind = Marketplace.another("--server.forward-headers-strategy=native")) {
      Client browser = behind.stranger().with("X-Forwarded-Proto", "https");
      Map<String, Object> who = Map.of("email", email, "password", PASSWORD, "name", "V");
      Answer made = browser.post("/api/accounts", who).expect(201);
      assertThat(made.header("Strict-Transport-Security")).contains("max-age=31536000");
      Answer session = signIn(browser).expect(201);
      assertThat(session.header("Set-Cookie"))
          .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
          .doesNotContain("Domain");
      assertThat(browser.get("/api/cart").expect(200).header("Set-Cookie")).contains("Secure");
      assertThat(browser.get("/").header("Strict-Transport-Security")).isNotNull();
      assertThat(behind.stranger().get("/").header("Strict-Transport-Security")).isNull();
    }
  }

  @Test
  void every_answer_says_what_a_browser_may_do_with_it() {
    for (String path : List.of("/", "/api/products", "/api/account", "/sign-in", "/api/nothing")) {
      Answer answer = stranger.get(path);
      assertThat(answer.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).as(path).isEqualTo("same-origin");
      assertThat(answer.header("Content-Security-Policy"))
          .as(path)
          .contains("default-src 'none'", "frame-ancestors 'none'");
      assertThat(answer.header("Access-Control-Allow-Origin")).as(path).isNull();
      assertThat(answer.header("Server")).as(path).isNull();
    }
  }
}
