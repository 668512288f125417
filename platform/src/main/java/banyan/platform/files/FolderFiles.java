package banyan.platform.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Pattern;

/** Files in a folder of this machine, spread over 256 sub-folders. */
public final class FolderFiles implements Files {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}");

  private final Path folder;

  public FolderFiles(Path folder) {
    this.folder = folder;
  }

  @Override
  public void write(String name, byte[] content) {
    if (content.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a file may have " + BYTES_MAX + " bytes: " + content.length);
    }
    Path target = path(name);
    try {
      java.nio.file.Files.createDirectories(target.getParent());
      Path part = java.nio.file.Files.createTempFile(target.getParent(), ".", ".part");
      java.nio.file.Files.write(part, content);
      java.nio.file.Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<byte[]> read(String name) {
    try {
      return Optional.of(java.nio.file.Files.readAllBytes(path(name)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void delete(String name) {
    try {
      java.nio.file.Files.deleteIfExists(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a file name: " + name);
    }
    return folder.resolve("%02x".formatted(name.hashCode() & 0xFF)).resolve(name);
  }
}
