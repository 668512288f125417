package banyan.business.catalog;

import banyan.platform.files.Files;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import banyan.platform.web.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Pictures of products: sent by sellers, seen by everybody. */
@RestController
class PictureController {
  /** Where a picture is found; its name comes from its content, so it never changes. */
  static final String PATH = "/pictures/[a-z0-9-]{1,80}\\.(png|jpg|svg)";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,80}\\.(png|jpg|svg)");

  /** What can be made smaller; what was made smaller is not made smaller again. */
  private static final Pattern SCALABLE =
      Pattern.compile("(?!.*-(?:160|480|960)\\.)[a-z0-9-]{1,80}\\.(png|jpg)");

  /** Squares that pages have for pictures: a list, a card, a whole page. */
  private static final Set<String> SIDES = Set.of("160", "480", "960");

  private static final Duration A_YEAR = Duration.ofDays(365);

  private final Pictures pictures;

  PictureController(Pictures pictures) {
    this.pictures = pictures;
  }

  record PictureView(String path, int width, int height) {}

  /** Takes the bytes of a PNG or JPEG. */
  @PostMapping(
      path = "/api/seller/pictures",
      consumes = {MediaType.IMAGE_PNG_VALUE, MediaType.IMAGE_JPEG_VALUE})
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.UNPROCESSABLE_CONTENT)
  ResponseEntity<PictureView> upload(Caller caller, HttpServletRequest request) throws IOException {
    return kept(request.getInputStream().readNBytes(Files.BYTES_MAX + 1));
  }

  /** Takes a PNG or JPEG from a form. */
  @PostMapping(path = "/api/seller/pictures", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Allow(Role.SELLER)
  @Refuses(HttpStatus.UNPROCESSABLE_CONTENT)
  ResponseEntity<PictureView> uploadForm(Caller caller, @RequestParam MultipartFile file)
      throws IOException {
    try (var stream = file.getInputStream()) {
      return kept(stream.readNBytes(Files.BYTES_MAX + 1));
    }
  }

  private ResponseEntity<PictureView> kept(byte[] upload) {
    return switch (pictures.keep(upload)) {
      case Pictures.Picture(String name, int width, int height) ->
          ResponseEntity.created(URI.create("/pictures/" + name))
              .body(new PictureView("/pictures/" + name, width, height));
      case Pictures.NotAPicture() ->
          throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "not_a_picture",
              "The file is not a PNG or JPEG that can be read.");
      case Pictures.TooLarge() ->
          throw Problem.of(
              HttpStatus.CONTENT_TOO_LARGE,
              "picture_too_large",
              "A picture has at most %d bytes and %d pixels."
                  .formatted(Files.BYTES_MAX, Pictures.PIXELS_MAX));
      case Pictures.Busy() ->
          throw Problem.of(
                  HttpStatus.SERVICE_UNAVAILABLE,
                  "busy",
                  "Too many pictures are being read; send it again.")
              .retryAfter(Duration.ofSeconds(5));
    };
  }

  @GetMapping("/pictures/{name}")
  ResponseEntity<byte[]> see(@PathVariable String name) {
    if (!NAME.matcher(name).matches()) {
      throw Problem.notFound("picture");
    }
    byte[] content = pictures.read(name).orElseThrow(() -> Problem.notFound("picture"));
    return shown(name, content);
  }

  /** A picture that fits into a square of 160, 480 or 960 pixels. */
  @GetMapping("/pictures/{side}/{name}")
  ResponseEntity<byte[]> see(@PathVariable String side, @PathVariable String name) {
    if (!SIDES.contains(side) || !SCALABLE.matcher(name).matches()) {
      throw Problem.notFound("picture");
    }
    Pictures.Shown picture =
        pictures.read(name, Integer.parseInt(side)).orElseThrow(() -> Problem.notFound("picture"));
    return picture.lasting()
        ? shown(name, picture.content())
        : ResponseEntity.ok()
            .cacheControl(CacheControl.noStore())
            .contentType(typeOf(name))
            .body(picture.content());
  }

  private static MediaType typeOf(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "png" -> MediaType.IMAGE_PNG;
      case "jpg" -> MediaType.IMAGE_JPEG;
      default -> MediaType.parseMediaType("image/svg+xml");
    };
  }

  private static ResponseEntity<byte[]> shown(String name, byte[] content) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(A_YEAR).cachePublic().immutable())
        .eTag(name.substring(0, name.lastIndexOf('.')))
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .contentType(typeOf(name))
        .body(content);
  }
}
