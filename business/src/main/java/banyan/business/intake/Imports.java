package banyan.business.intake;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bulk import of files: Shopify's product CSV, Olist's products and sellers, Online Retail's
 * invoices. Every row is taken, turned into something else, or refused; nothing is dropped in
 * silence. An import that was cut off goes on where it stood when the same file is given again; one
 * that has ended does nothing when repeated.
 */
public interface Imports {
  /**
   * @param files absolute paths on the server's machine; {@code .gz} is unpacked
   * @param dryRun only say what would become of each row
   * @param currency ISO 4217, of prices that do not name one
   */
  record Request(List<String> files, boolean dryRun, String currency) implements Serializable {}

  /** What asking for an import came to. */
  sealed interface Answer extends Serializable permits Started, NotStarted {}

  record Started(long importId) implements Answer {}

  /**
   * @param code {@code busy, unreadable, unknown_format}
   */
  record NotStarted(String code, String detail) implements Answer {}

  /**
   * @param verdict {@code taken, turned, refused}
   * @param kind what kind of row, or what it was turned into, or why it was refused
   * @param money exact sum of quantity × price, in major units; empty for formats without money
   */
  record Count(String verdict, String kind, long rows, String money) implements Serializable {}

  /**
   * @param state {@code running, done, failed}
   * @param done rows
   * @param total rows; 0 while they are being counted
   * @param seconds since it began
   * @param rowsFile where the rows that were not taken are listed, or null
   */
  record Progress(
      long importId,
      String format,
      String state,
      String phase,
      long done,
      long total,
      double seconds,
      List<Count> counts,
      @Nullable String rowsFile,
      @Nullable String failure)
      implements Serializable {}

  /** Begins an import in the background; one at a time. */
  Answer start(Request request);

  /** How an import of this process stands. */
  Optional<Progress> find(long importId);
}
