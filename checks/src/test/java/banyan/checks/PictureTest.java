package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PictureTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Marketplace market = Marketplace.open();
  private final String token = sellersToken();

  private String sellersToken() {
    String email = Marketplace.unique("painter") + "@example.com";
    Marketplace.Client stranger = market.stranger();
    stranger
        .post("/api/accounts", Map.of("email", email, "password", "correct horse", "name", "P"))
        .expect(201);
    String bearer =
        stranger
            .post("/api/sessions", Map.of("email", email, "password", "correct horse"))
            .text("/token");
    stranger
        .with("Authorization", "Bearer " + bearer)
        .post("/api/seller/shop", Map.of("name", "Pictures"))
        .expect(201);
    return bearer;
  }

  private HttpResponse<byte[]> upload(String type, byte[] content) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(market.url() + "/api/seller/pictures"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(content))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static byte[] image(int width, int height, String format) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(width / 2, height / 2, 0xCC3311);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  @Test
  void a_photograph_is_drawn_again_smaller_and_without_what_was_hidden_in_it() throws Exception {
    byte[] photograph = image(3000, 1500, "jpeg");
    byte[] hidden = "<script>secret position</script>".getBytes(StandardCharsets.UTF_8);
    byte[] upload = Arrays.copyOf(photograph, photograph.length + hidden.length);
    System.arraycopy(hidden, 0, upload, photograph.length, hidden.length);

    HttpResponse<byte[]> kept = upload("image/jpeg", upload);
    assertThat(kept.statusCode()).isEqualTo(201);
    JsonNode answer = JsonMapper.builder().build().readTree(kept.body());
    HttpResponse<byte[]> seen =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(market.url() + answer.at("/path").asString()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(seen.statusCode()).isEqualTo(200);
    assertThat(seen.headers().firstValue("Content-Type")).contains("image/jpeg");
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(seen.body()));
    assertThat(image.getWidth()).isEqualTo(1200).isEqualTo(answer.at("/width").asInt());
    assertThat(image.getHeight()).isEqualTo(600);
    assertThat(new String(seen.body(), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
  }

  @Test
  void what_is_not_a_picture_is_refused_whatever_it_calls_itself() throws Exception {
    byte[] png = image(40, 40, "png");
    assertThat(upload("image/png", png).statusCode()).isEqualTo(201);

    assertThat(upload("image/png", "<svg/>".getBytes(StandardCharsets.UTF_8)).statusCode())
        .isEqualTo(422);
    assertThat(upload("image/png", Arrays.copyOf(png, 30)).statusCode()).isEqualTo(422);
    assertThat(upload("image/jpeg", new byte[0]).statusCode()).isBetween(400, 422);
    assertThat(upload("image/svg+xml", png).statusCode()).isEqualTo(415);
    assertThat(upload("image/png", new byte[10 * 1024 * 1024 + 1]).statusCode()).isEqualTo(413);
    market.stranger().get("/pictures/nothing.png").expect(404);
    market.stranger().get("/pictures/.secret").expect(404);
  }

  @Test
  void a_decompression_bomb_is_refused_by_the_size_it_declares() throws Exception {
    byte[] bomb = image(40, 40, "png");
    // width and height of the header: 60,000 × 60,000 would need 14 GB
    for (int at : new int[] {16, 20}) {
      bomb[at] = 0;
      bomb[at + 1] = 0;
      bomb[at + 2] = (byte) 0xEA;
      bomb[at + 3] = 0x60;
    }
    java.util.zip.CRC32 sum = new java.util.zip.CRC32();
    sum.update(bomb, 12, 17);
    for (int i = 0; i < 4; i++) {
      bomb[29 + i] = (byte) (sum.getValue() >> (24 - 8 * i));
    }

    HttpResponse<byte[]> refused = upload("image/png", bomb);

    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("picture_too_large");
  }

  private HttpResponse<byte[]> see(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(market.url() + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void a_picture_is_shown_in_the_size_that_a_page_has_for_it() throws Exception {
    JsonNode kept =
        JsonMapper.builder()
            .build()
            .readTree(upload("image/jpeg", image(2000, 1000, "jpeg")).body());
    String name = kept.at("/path").asString().substring("/pictures/".length());

    for (int side : new int[] {160, 480, 960}) {
      for (int again = 0; again < 2; again++) {
        HttpResponse<byte[]> seen = see("/pictures/" + side + "/" + name);
        assertThat(seen.statusCode()).isEqualTo(200);
        assertThat(seen.headers().firstValue("Cache-Control").orElse("")).contains("max-age=31536");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(seen.body()));
        assertThat(image.getWidth()).isEqualTo(side);
        assertThat(image.getHeight()).isEqualTo(side / 2);
      }
    }
  }

  @Test
  void a_picture_that_is_smaller_already_is_shown_as_it_is() throws Exception {
    JsonNode kept =
        JsonMapper.builder().build().readTree(upload("image/png", image(300, 200, "png")).body());
    String name = kept.at("/path").asString().substring("/pictures/".length());

    assertThat(see("/pictures/480/" + name).body()).isEqualTo(see("/pictures/" + name).body());
  }

  @Test
  void only_pictures_that_are_there_come_in_sizes_and_only_in_three() throws Exception {
    JsonNode kept =
        JsonMapper.builder().build().readTree(upload("image/png", image(700, 700, "png")).body());
    String name = kept.at("/path").asString().substring("/pictures/".length());
    String small = name.replace(".", "-480.");
    assertThat(see("/pictures/480/" + name).statusCode()).isEqualTo(200);

    for (String unknown :
        new String[] {"481/" + name, "x/" + name, "480/nothing.jpg", "480/x.svg", "160/" + small}) {
      assertThat(see("/pictures/" + unknown).statusCode()).as(unknown).isEqualTo(404);
    }
  }
}
