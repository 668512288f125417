package banyan.checks.security;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace;
import banyan.checks.Marketplace.Client;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** Small files that want to be large, and files that are not what they say. */
class BombTest {
  /** All that is allocated while a bomb is looked at, garbage included: none may cost more. */
  private static final long ALLOCATED_MAX = 400L << 20;

  private static final int MEBIBYTE = 1 << 20;

  private final Marketplace market = Marketplace.open();
  private final Client seller = market.seller();

  private int send(String path, String type, byte[] body) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();
    HttpResponse<byte[]> answer =
        new Shot(
                "SELLER",
                "POST",
                path,
                Map.of("Authorization", seller.authorization(), "Content-Type", type),
                body)
            .at(market.url());
    long allocated = threads.getTotalThreadAllocatedBytes() - before;
    assertThat(allocated).as("%s, bytes allocated", type).isBetween(1L, ALLOCATED_MAX);
    if (answer.statusCode() >= 400) {
      assertThat(Answers.read(answer).at("/code").asString()).matches("[a-z_]{3,60}");
    }
    return answer.statusCode();
  }

  private int picture(String type, byte[] body) {
    return send("/api/seller/pictures", type, body);
  }

  private int table(byte[] body) {
    return send("/api/seller/products/csv?dryRun=true", "text/csv", body);
  }

  /** A chunk of a PNG: its length, name, content and sum. */
  private static byte[] chunk(String name, byte[] content) {
    byte[] named = new byte[content.length + 4];
    System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, named, 0, 4);
    System.arraycopy(content, 0, named, 4, content.length);
    CRC32 sum = new CRC32();
    sum.update(named);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, content.length);
    out.writeBytes(named);
    number(out, (int) sum.getValue());
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(number >> shift);
    }
  }

  private static byte[] deflated(int zeros) {
    Deflater deflater = new Deflater(9);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[MEBIBYTE];
    for (int done = 0; done < zeros; done += part.length) {
      deflater.setInput(new byte[Math.min(MEBIBYTE, zeros - done)]);
      while (!deflater.needsInput()) {
        out.write(part, 0, deflater.deflate(part));
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      out.write(part, 0, deflater.deflate(part));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** A grey picture with such a head, such data, and a chunk in between. */
  private static byte[] png(int width, int height, byte[] data, byte[] between) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    number(head, width);
    number(head, height);
    head.writeBytes(new byte[] {8, 0, 0, 0, 0});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    out.writeBytes(chunk("IHDR", head.toByteArray()));
    out.writeBytes(between);
    out.writeBytes(chunk("IDAT", data));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  @Test
  void a_picture_is_measured_before_it_is_unpacked() {
    byte[] nothing = new byte[0];
    byte[] black = deflated(4_000 * 4_001);
    assertThat(black).as("small enough to send").hasSizeLessThan(40_000);
    assertThat(picture("image/png", png(4_000, 4_000, black, nothing))).isEqualTo(201);
    assertThat(picture("image/png", png(4_001, 4_000, black, nothing))).isEqualTo(413);
    for (int side : new int[] {30_000, 65_535, Integer.MAX_VALUE}) {
      assertThat(picture("image/png", png(side, side, black, nothing)))
          .as("" + side)
          .isIn(413, 422);
    }
    for (int side : new int[] {0, -1}) {
      assertThat(picture("image/png", png(side, side, black, nothing)))
          .as("" + side)
          .isEqualTo(422);
    }
    assertThat(picture("image/png", png(16_000_000, 1, black, nothing))).isIn(201, 413, 422);
    byte[] jpeg = Files.image("jpeg");
    for (int i = 0; i < jpeg.length - 9; i++) {
      if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xC0) {
        // 60,138 in both directions
        Arrays.fill(jpeg, i + 5, i + 9, (byte) 0xEA);
      }
    }
    assertThat(picture("image/jpeg", jpeg)).isEqualTo(413);
  }

  @Test
  void what_is_packed_beside_the_picture_is_not_unpacked() {
    byte[] dot = deflated(9);
    byte[] bomb = deflated(500 * MEBIBYTE);
    assertThat(bomb.length).isLessThan(MEBIBYTE);
    for (String name : new String[] {"zTXt", "iCCP", "iTXt"}) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.writeBytes(new byte[] {'x', 0, 0});
      text.writeBytes(name.equals("iTXt") ? new byte[] {0, 0} : new byte[0]);
      text.writeBytes(bomb);
      byte[] picture = png(8, 1, dot, chunk(name, text.toByteArray()));
      assertThat(picture("image/png", picture)).as(name).isIn(201, 422);
    }
  }

  @Test
  void what_is_cut_off_or_only_looks_like_a_picture_is_refused() {
    for (String type : new String[] {"png", "jpeg"}) {
      byte[] whole = Files.image(type);
      for (int length = 0; length < whole.length; length += Math.max(1, whole.length / 25)) {
        int status = picture("image/" + type, Arrays.copyOf(whole, length));
        assertThat(status).as(type + " of " + length).isIn(201, 422);
      }
    }
    String html = "<html><script>alert(1)</script></html>";
    for (String start :
        new String[] {
          "GIF89a", "<svg xmlns='http://www.w3.org/2000/svg'>", "RIFF", "%PDF-", "BM", "II*\0"
        }) {
      byte[] file = (start + html).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(picture("image/png", file)).as(start).isEqualTo(422);
      assertThat(picture("image/gif", file)).as(start).isEqualTo(415);
      assertThat(picture("image/svg+xml", file)).as(start).isEqualTo(415);
    }
  }

  @Test
  void a_picture_with_a_page_in_it_is_shown_without_it_and_never_as_a_page() {
    byte[] page = "x\0<html><script>alert(1)</script></html>".getBytes(StandardCharsets.ISO_8859_1);
    byte[] both = png(8, 1, deflated(9), chunk("tEXt", page));
    HttpResponse<byte[]> kept =
        new Shot(
                "SELLER",
                "POST",
                "/api/seller/pictures",
                Map.of("Authorization", seller.authorization(), "Content-Type", "image/png"),
                both)
            .at(market.url());
    String path = Answers.read(kept).at("/path").asString();
    HttpResponse<byte[]> seen = new Shot("", "GET", path, Map.of(), null).at(market.url());
    assertThat(seen.headers().firstValue("Content-Type").orElse("")).startsWith("image/");
    assertThat(seen.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(seen.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'");
    assertThat(new String(seen.body(), StandardCharsets.ISO_8859_1)).doesNotContain("script");
  }

  private static byte[] text(String text, Charset charset) {
    return text.getBytes(charset);
  }

  @Test
  void a_table_that_is_too_wide_too_deep_or_no_text_is_refused_with_the_reason()
      throws IOException {
    Map<String, byte[]> bombs = new LinkedHashMap<>();
    String head = "handle,code,title,price,currency\n";
    bombs.put("a million columns", text(",".repeat(1_000_000) + "\n", StandardCharsets.UTF_8));
    bombs.put("columns of a row", text(head + ",".repeat(3_000_000), StandardCharsets.UTF_8));
    bombs.put(
        "one quoted field", text(head + "\"" + "x".repeat(4_100_000), StandardCharsets.UTF_8));
    bombs.put("one quote", text(head + "\"" + "\n".repeat(4_000_000), StandardCharsets.UTF_8));
    bombs.put("quotes", text(head + "\"".repeat(4_000_001), StandardCharsets.UTF_8));
    bombs.put("rows", text(head + "a,b\n".repeat(900_000), StandardCharsets.UTF_8));
    bombs.put("UTF-16", text(head + "a,b,c,1,GBP\n", StandardCharsets.UTF_16));
    bombs.put("Latin-1", text(head + "é,b,c,1,GBP\n", StandardCharsets.ISO_8859_1));
    bombs.put("a NUL", text(head + "a\0,b,c,1,GBP\n", StandardCharsets.UTF_8));
    bombs.put("gzip", packed(new byte[20 * MEBIBYTE]));
    bombs.put("zip", zipped(new byte[20 * MEBIBYTE]));
    bombs.forEach((name, file) -> assertThat(table(file)).as(name).isEqualTo(422));
    assertThat(table(text(head + "\n".repeat(4_000_000), StandardCharsets.UTF_8))).isIn(200, 422);
    String wide = head + "h".repeat(4_000_000) + ",b,c,1,GBP\n";
    assertThat(table(text(wide, StandardCharsets.UTF_8))).isIn(200, 422);
    assertThat(table(new byte[5 * MEBIBYTE])).isEqualTo(413);
  }

  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] zipped(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("../products.csv"));
      zip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void a_packed_table_in_a_page_is_unpacked_no_further_than_a_table_may_be() throws IOException {
    String bomb =
        Base64.getUrlEncoder().encodeToString(packed(new byte[400 * MEBIBYTE])).replace('_', '/');
    String form = "do=look&packed=" + bomb.replace("-", "%2B").replace("=", "%3D");
    assertThat(form.length()).isLessThan(MEBIBYTE);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();
    HttpResponse<byte[]> page =
        new Shot(
                "SELLER",
                "POST",
                "/seller/products/csv",
                Map.of(
                    "Authorization", seller.authorization(),
                    "Content-Type", "application/x-www-form-urlencoded",
                    "Sec-Fetch-Site", "same-origin"),
                form.getBytes(StandardCharsets.US_ASCII))
            .at(market.url());
    assertThat(threads.getTotalThreadAllocatedBytes() - before).isLessThan(ALLOCATED_MAX);
    assertThat(page.statusCode()).isBetween(400, 422);
  }

  @Test
  void a_form_of_too_many_parts_or_fields_is_refused() {
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      parts
          .append("--p\r\nContent-Disposition: form-data; name=\"f")
          .append(i)
          .append("\"\r\n\r\nx\r\n");
    }
    byte[] form = (parts + "--p--\r\n").getBytes(StandardCharsets.US_ASCII);
    assertThat(send("/api/seller/pictures", "multipart/form-data; boundary=p", form))
        .isBetween(400, 422);
    byte[] fields = "a=1&".repeat(400_000).getBytes(StandardCharsets.US_ASCII);
    HttpResponse<byte[]> page =
        new Shot(
                "",
                "POST",
                "/sign-in",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                fields)
            .at(market.url());
    assertThat(page.statusCode()).isBetween(400, 422);
  }

  @Test
  void a_packed_body_is_not_unpacked() throws IOException {
    byte[] body =
        packed(("{\"email\":\"" + "a".repeat(MEBIBYTE) + "\"}").getBytes(StandardCharsets.UTF_8));
    HttpResponse<byte[]> answer =
        new Shot(
                "",
                "POST",
                "/api/sessions",
                Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"),
                body)
            .at(market.url());
    assertThat(answer.statusCode()).isEqualTo(400);
  }
}
