package banyan.business.intake;

import banyan.platform.files.Files;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.CRC32;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The folder {@code sample/} beside the classes: the market as a text, and its pictures. */
@Component
class Drawings {
  private final Files files;
  private final JsonMapper json;

  Drawings(Files files, JsonMapper json) {
    this.files = files;
    this.json = json;
  }

  ShippedSample.Market market() {
    return json.readValue(resource("marketplace.json"), ShippedSample.Market.class);
  }

  /** Copies a drawing to where pictures are seen; a drawing that was redrawn gets a new name. */
  String hang(String drawing) {
    byte[] content = resource("pictures/" + drawing);
    CRC32 sum = new CRC32();
    sum.update(content);
    String name = drawing.replace(".svg", "-%08x.svg".formatted(sum.getValue()));
    files.write(name, content);
    return "/pictures/" + name;
  }

  private static byte[] resource(String name) {
    try (InputStream stream =
        ShippedSample.class.getClassLoader().getResourceAsStream("sample/" + name)) {
      return Objects.requireNonNull(stream, "no resource sample/" + name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
