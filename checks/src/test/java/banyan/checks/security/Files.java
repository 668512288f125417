package banyan.checks.security;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** Bodies that are no JSON: pictures, tables and forms with files in them. */
final class Files {
  private static final String TABLE =
      """
      handle,title,published,option1_name,option1_value,code,price,currency
      cup,Cup,true,Size,S,CUP-S,12.50,GBP
      cup,,,,L,CUP-L,15,GBP
      """;

  private Files() {}

  static byte[] any(String type, Map<String, String> headers, Random random) {
    return switch (type) {
      case "image/png" -> image("png");
      case "image/jpeg" -> image("jpeg");
      case "text/csv" ->
          (random.nextBoolean() ? TABLE : "\"" + TABLE).getBytes(StandardCharsets.UTF_8);
      case "multipart/form-data" -> {
        headers.put("Content-Type", type + "; boundary=part");
        yield part(random.nextBoolean() ? "file" : "other", image("png"));
      }
      default -> new byte[random.nextInt(300)];
    };
  }

  static byte[] image(String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB), format, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] part(String name, byte[] file) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(
        ("--part\r\nContent-Disposition: form-data; name=\""
                + name
                + "\"; filename=\"../../x.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(file);
    body.writeBytes("\r\n--part--\r\n".getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }
}
