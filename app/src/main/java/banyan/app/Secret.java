package banyan.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What the nodes sign guests' tokens and webhooks with. */
record Secret(String value) {
  /**
   * The configured secret, or one made on the first start and kept in a file that only its owner
   * reads.
   */
  static Secret of(NodeSettings settings, Path home) {
    return settings.secret().isEmpty()
        ? kept(home.resolve("secret"))
        : new Secret(settings.secret());
  }

  private static Secret kept(Path file) {
    try {
      byte[] bytes = new byte[32];
      new SecureRandom().nextBytes(bytes);
      try {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(bytes), StandardOpenOption.WRITE);
      } catch (FileAlreadyExistsException madeEarlier) {
        return new Secret(Files.readString(file).strip());
      }
      return new Secret(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "Secret[…]";
  }
}
