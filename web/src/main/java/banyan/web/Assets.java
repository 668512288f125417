package banyan.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.zip.CRC32C;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/** Style sheets and scripts under an address that changes with them, so they can be kept a year. */
@Component
final class Assets {
  static final String LOCATION = "classpath:/banyan/web/assets/";

  private final String base;

  Assets() {
    CRC32C crc = new CRC32C();
    try {
      Resource[] files =
          new PathMatchingResourcePatternResolver().getResources("classpath*:/banyan/web/assets/*");
      Arrays.sort(files, Comparator.comparing(file -> String.valueOf(file.getFilename())));
      for (Resource file : files) {
        try (InputStream content = file.getInputStream()) {
          crc.update(content.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    base = "/assets/" + Long.toHexString(crc.getValue()) + "/";
  }

  /** Path of the folder, with a slash at its end. */
  String base() {
    return base;
  }
}
