package banyan.business.intake;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A CSV file with a header line, plain or packed, in UTF-8 with or without a byte order mark. */
record CsvSource(Path path) {
  /** Characters of one field: a long product description with markup. */
  private static final int FIELD_MAX = 1 << 20;

  /** Reads the records one by one; close it. */
  CsvReader<NamedCsvRecord> open() {
    try {
      InputStream bytes = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
      InputStream plain =
          path.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
      Reader text = new InputStreamReader(withoutMark(plain), StandardCharsets.UTF_8);
      return CsvReader.builder().maxBufferSize(FIELD_MAX).ofNamedCsvRecord(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream withoutMark(InputStream stream) throws IOException {
    java.io.PushbackInputStream in = new java.io.PushbackInputStream(stream, 3);
    byte[] start = in.readNBytes(3);
    boolean mark =
        start.length == 3
            && start[0] == (byte) 0xEF
            && start[1] == (byte) 0xBB
            && start[2] == (byte) 0xBF;
    if (!mark) {
      in.unread(start);
    }
    return in;
  }

  /** The names in the header line. */
  List<String> header() {
    try (CsvReader<NamedCsvRecord> records = open()) {
      var first = records.iterator();
      return first.hasNext() ? first.next().getHeader() : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of the file, in hex: what makes it the same file when it is given again. */
  String digest() {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[1 << 16];
      for (int read = in.read(block); read > 0; read = in.read(block)) {
        sha256.update(block, 0, read);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
