package banyan.business.intake;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One import while it runs: where it stands, what its rows came to, and the list of those that were
 * not taken.
 */
class ImportRun implements AutoCloseable {
  private final long importId;
  private final String format;
  private final boolean dryRun;
  private final Path rowsFile;
  private final CsvWriter rows;
  private final long began = System.nanoTime();
  private final AtomicLong done = new AtomicLong();
  private volatile Tally tally = new Tally();
  private volatile long total;
  private volatile String phase = "counting rows";
  private volatile String state = "running";
  private volatile @Nullable String failure;
  private volatile double seconds;

  ImportRun(long importId, String format, boolean dryRun, Path folder) {
    this.importId = importId;
    this.format = format;
    this.dryRun = dryRun;
    this.rowsFile = folder.resolve("import-" + importId + "-rows.csv");
    try {
      Files.createDirectories(folder);
      this.rows = CsvWriter.builder().build(rowsFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(List.of("row", "verdict", "kind", "detail", "source"));
  }

  boolean dryRun() {
    return dryRun;
  }

  Tally tally() {
    return tally;
  }

  void goOnFrom(Tally kept) {
    tally = kept;
  }

  void phase(String name, long rowsInAll) {
    phase = name;
    total = rowsInAll;
  }

  void advance(long rowCount) {
    done.addAndGet(rowCount);
  }

  void took(String kind, BigDecimal money) {
    tally.add(Tally.TAKEN, kind, 1, money);
  }

  /** The row became something else, or nothing. */
  void other(
      String verdict, long row, String kind, String detail, BigDecimal money, String source) {
    tally.add(verdict, kind, 1, money);
    list(verdict, row, kind, detail, source);
  }

  /** The same of a row that has been counted before. */
  void list(String verdict, long row, String kind, String detail, String source) {
    write(List.of(Long.toString(row), verdict, kind, detail, source));
  }

  private synchronized void write(List<String> fields) {
    rows.writeRecord(fields.stream().map(ImportRun::harmless).toList());
  }

  /** A spreadsheet runs a field that begins like a formula; such a field is quoted. */
  private static String harmless(String field) {
    return !field.isEmpty() && "=+-@\t\r".indexOf(field.charAt(0)) >= 0 ? "'" + field : field;
  }

  void end(@Nullable String fault) {
    seconds = (System.nanoTime() - began) / 1e9;
    failure = fault;
    state = fault == null ? "done" : "failed";
    phase = state;
  }

  boolean isRunning() {
    return state.equals("running");
  }

  Imports.Progress progress() {
    return new Imports.Progress(
        importId,
        format,
        state,
        phase,
        done.get(),
        total,
        isRunning() ? (System.nanoTime() - began) / 1e9 : seconds,
        tally.counts(),
        rowsFile.toString(),
        failure);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
