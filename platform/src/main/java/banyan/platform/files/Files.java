package banyan.platform.files;

import java.util.Optional;

/**
 * Files and pictures under a name. Writing a name again replaces it; a reader sees the old or the
 * new, never a part.
 */
public interface Files {
  /** Bytes one file may have: a large photograph. */
  int BYTES_MAX = 10 * 1024 * 1024;

  /**
   * @param name letters, digits, dot, dash, underscore; at most 120 characters
   * @throws IllegalArgumentException for any other name, or more than {@link #BYTES_MAX} bytes
   */
  void write(String name, byte[] content);

  /** The content, or empty when nothing has that name. */
  Optional<byte[]> read(String name);

  /** Removes the file; a repeat does nothing. */
  void delete(String name);
}
