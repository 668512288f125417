package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What never reaches a handler is refused in the same form as what does. */
class BrokenRequestTest {
  private static final String HOST = "Host: x\r\nConnection: close\r\n";

  private final Marketplace market = Marketplace.open();

  private void refused(String request, int status, String code) {
    refused(request.getBytes(StandardCharsets.ISO_8859_1), status, code);
  }

  private void refused(byte[] request, int status, String code) {
    Answer answer = RawHttp.send(market, request).asAnswer().expect(status);
    assertThat(answer.header("Content-Type"))
        .as(answer.request())
        .startsWith("application/problem+json");
    assertThat(answer.text("/code")).as(answer.request()).isEqualTo(code);
    assertThat(answer.number("/status")).isEqualTo(status);
    assertThat(answer.at("/retryable").isBoolean()).isTrue();
    assertThat(answer.text("/requestId"))
        .hasSizeGreaterThan(7)
        .isEqualTo(answer.header("X-Request-Id"));
  }

  @Test
  void a_line_that_is_no_request_is_told_as_a_problem() {
    refused("GET /api/products<script> HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad_request");
    refused("G@T /api/products HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad_request");
    refused("GET /api/products HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "bad_request");
    refused("GET /api/a%00b HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad_request");
    refused("GET /api/a%2Fb HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad_request");
    refused("GET /api/../../etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 400, "bad_request");
    refused("GET /api/x HTTP/9.9\r\n" + HOST + "\r\n", 505, "http_version_not_supported");
  }

  @Test
  void headers_without_end_are_told_as_a_problem() {
    refused(
        "GET /api/products HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(100_000) + "\r\n\r\n",
        400,
        "bad_request");
  }

  @Test
  void a_path_that_nobody_serves_is_a_problem_with_every_method() {
    for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH")) {
      for (String path : List.of("/api/nothing", "/api", "/api/", "/nothing", "/api/account/x/y")) {
        refused(method + " " + path + " HTTP/1.1\r\n" + HOST + "\r\n", 404, "not_found");
      }
    }
  }

  @Test
  void a_method_that_a_path_does_not_know_is_told_with_those_it_knows() {
    Answer answer = market.stranger().send("PATCH", "/api/account", "{}").expect(405);
    assertThat(answer.text("/code")).isEqualTo("method_not_allowed");
    assertThat(answer.header("Allow")).contains("GET", "PUT");
  }

  @Test
  void a_query_with_a_nul_or_broken_bytes_is_a_problem() {
    for (String query : List.of("q=%00", "q=%FF%FE", "q=%zz", "q=%")) {
      RawHttp.Raw raw = RawHttp.get(market, "/api/account?" + query, "");
      assertThat(raw.status()).as(query).isIn(400, 401);
      assertThat(raw.asAnswer().text("/code")).isIn("invalid", "unauthenticated", "bad_request");
    }
  }

  @Test
  void a_body_that_is_too_long_is_refused_whether_it_says_so_or_not() {
    String json = "{\"email\":\"" + "x".repeat(3_000_000) + "\"}";
    Answer told = market.stranger().send("POST", "/api/sessions", json).expect(413);
    assertThat(told.text("/code")).isEqualTo("body_too_large");

    String head =
        "POST /api/sessions HTTP/1.1\r\n"
            + HOST
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(json.length())
            + "\r\n";
    refused(head + json + "\r\n0\r\n\r\n", 413, "body_too_large");
  }

  @Test
  void a_body_that_is_not_utf_8_is_a_problem() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] body =
        "{\"email\":\"\u00ff\u00fe\u00c3\",\"password\":\"x\"}"
            .getBytes(StandardCharsets.ISO_8859_1);
    bytes.writeBytes(
        ("POST /api/sessions HTTP/1.1\r\n"
                + HOST
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(body);
    refused(bytes.toByteArray(), 400, "invalid");
  }

  @Test
  void json_of_any_depth_is_read_or_refused_but_never_falls() {
    for (String open : List.of("[", "{\"a\":")) {
      Answer answer =
          market.stranger().send("POST", "/api/sessions", open.repeat(100_000)).expect(400);
      assertThat(answer.text("/code")).isEqualTo("invalid");
    }
  }

  @Test
  void a_text_with_a_nul_or_half_a_character_is_refused_by_its_place() {
    for (String text : List.of("a\\u0000b", "\\ud800", "\\udc00")) {
      String body =
          "{\"email\":\"a@example.com\",\"password\":\"long enough\",\"name\":\"%s\"}"
              .formatted(text);
      Answer answer = market.stranger().send("POST", "/api/accounts", body).expect(400);
      assertThat(answer.text("/errors/0/pointer")).as(text).isEqualTo("/name");
      assertThat(answer.text("/detail")).contains("character");
    }
  }

  @Test
  void a_refused_answer_type_still_gets_a_problem_and_the_wrong_body_type_is_named() {
    Answer page = market.stranger().with("Accept", "text/html").get("/api/nothing").expect(404);
    assertThat(page.header("Content-Type")).startsWith("application/problem+json");
    Answer xml =
        RawHttp.send(
                market,
                ("POST /api/sessions HTTP/1.1\r\n"
                        + HOST
                        + "Content-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>")
                    .getBytes(StandardCharsets.US_ASCII))
            .asAnswer()
            .expect(415);
    assertThat(xml.text("/code")).isEqualTo("unsupported_media_type");
  }

  @Test
  void a_request_id_of_the_caller_is_kept_when_it_is_harmless() {
    Answer ours =
        market.stranger().with("X-Request-Id", "checkout-77").get("/api/nothing").expect(404);
    assertThat(ours.text("/requestId")).isEqualTo("checkout-77");
    Answer theirs =
        market.stranger().with("X-Request-Id", "<b>x</b>").get("/api/nothing").expect(404);
    assertThat(theirs.text("/requestId")).matches("[0-9a-f]{16}");
    Map<String, List<String>> headers = theirs.headers();
    assertThat(headers.get("x-content-type-options")).containsExactly("nosniff");
  }
}
