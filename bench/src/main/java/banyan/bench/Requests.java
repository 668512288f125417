package banyan.bench;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Requests as they go over the wire. */
final class Requests {
  private static final String HOST = " HTTP/1.1\r\nHost: 127.0.0.1\r\n";

  private Requests() {}

  static byte[] get(String path) {
    return bytes("GET " + path + HOST + "\r\n");
  }

  static byte[] get(String path, String guest) {
    return bytes("GET " + path + HOST + "Guest-Token: " + guest + "\r\n\r\n");
  }

  static byte[] add(String skuId, String guest) {
    return changing("PUT /api/cart/lines/" + skuId, guest, "", "{\"quantity\":1}");
  }

  /** Buys what is in the cart. */
  static byte[] buy(String guest) {
    return buy(guest, "");
  }

  static byte[] buyOne(String guest, String skuId) {
    return buy(guest, "\"lines\":[{\"skuId\":\"" + skuId + "\",\"quantity\":1}],");
  }

  private static byte[] buy(String guest, String lines) {
    return changing(
        "POST /api/checkouts",
        guest,
        "Idempotency-Key: " + UUID.randomUUID() + "\r\n",
        "{"
            + lines
            + """
            "address":{"name":"Ada Buyer","line1":"1 Long Lane","city":"London","postcode":"EC1A 9PT",\
            "country":"GB"},"email":"ada@example.com",\
            "payment":{"method":"sandbox","token":"tok_approve"}}\
            """);
  }

  private static byte[] changing(String line, String guest, String headers, String body) {
    return send(line, "Guest-Token: " + guest + "\r\n" + headers, body);
  }

  /**
   * @param headers each with its end of line
   */
  static byte[] post(String path, String headers, String body) {
    return send("POST " + path, headers, body);
  }

  /**
   * @param headers each with its end of line
   */
  static byte[] ask(String path, String headers) {
    return bytes("GET " + path + HOST + headers + "\r\n");
  }

  private static byte[] send(String line, String headers, String body) {
    return bytes(
        line
            + HOST
            + headers
            + "Content-Type: application/json\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
