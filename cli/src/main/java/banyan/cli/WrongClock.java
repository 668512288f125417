package banyan.cli;

import banyan.cli.load.Journal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clock leaps an hour ahead, then two back, then is right again: under the server and
 * under its PostgreSQL, while both run. Debian's libfaketime tells them the time from a file.
 */
final class WrongClock implements Breakage {
  private static final Duration LEAP = Duration.ofSeconds(8);

  private int before;
  private int after;
  private boolean larger = true;

  @Override
  public void prepare(Site site) {
    Path library = library();
    set("+0");
    site.banyan("down", "--timeout", "60");
    banyan(
        site,
        Map.of(
            "LD_PRELOAD",
            library.toString(),
            "FAKETIME_TIMESTAMP_FILE",
            file().toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            // its remedy for old C libraries makes a JVM's waits a hundred times as long
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0"));
  }

  private static Path library() {
    try (DirectoryStream<Path> machines =
        Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
      for (Path machine : machines) {
        Path library = machine.resolve("faketime/libfaketimeMT.so.1");
        if (Files.exists(library)) {
          return library;
        }
      }
    } catch (IOException none) {
      throw Refusal.failed("/usr/lib cannot be read: " + none.getMessage());
    }
    throw Refusal.failed(
        "libfaketime is not on this machine: install it, for instance: apt-get install libfaketime");
  }

  /** Not in the data folder: PostgreSQL runs as somebody who may not look into it. */
  private static Path file() {
    return Path.of(System.getProperty("java.io.tmpdir"), "banyan-drill-clock");
  }

  private static void set(String offset) {
    try {
      Path making = file().resolveSibling(file().getFileName() + ".new");
      Files.writeString(making, offset + "\n");
      Files.move(making, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Refusal.failed(file() + " cannot be written: " + e.getMessage());
    }
  }

  /** A command of its own: its environment is the server's. */
  private static void banyan(Site site, Map<String, String> environment) {
    ProcessBuilder up =
        new ProcessBuilder(
                Installation.here().root().resolve("banyan").toString(),
                "up",
                "--empty",
                "--port",
                Integer.toString(site.port()),
                "--data",
                site.folder().path().toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    up.environment().putAll(environment);
    up.environment().put("BANYAN_BUILD", "off");
    try {
      Process command = up.start();
      if (!command.waitFor(2, TimeUnit.MINUTES) || command.exitValue() != 0) {
        throw Refusal.failed("the server did not start; see " + site.folder().log());
      }
    } catch (IOException e) {
      throw Refusal.failed("the command cannot be run: " + e.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  @Override
  public void strike(Site site) {
    set("+3600");
    Breakage.hold(LEAP);
    before = Journal.read(site.journal()).size();
    set("-3600");
  }

  @Override
  public void undo(Site site) {
    set("+0");
  }

  @Override
  public void clear(Site site) {
    if (site.folder().running().isPresent()) {
      site.banyan("down", "--timeout", "60");
    }
    banyan(site, Map.of());
    try {
      Files.deleteIfExists(file());
    } catch (IOException e) {
      throw Refusal.failed(file() + " cannot be removed: " + e.getMessage());
    }
  }

  /** Ids must not go backwards with the clock. */
  private void look(Site site) {
    List<Long> ids = new ArrayList<>();
    Journal.read(site.journal()).forEach(order -> ids.add(Long.parseLong(order.orderId())));
    long newest = ids.stream().limit(before).mapToLong(Long::longValue).max().orElse(0);
    after = Math.max(0, ids.size() - before);
    // what was under way when the clock leapt may be acknowledged after it
    long smaller = ids.stream().skip(before).filter(id -> id < newest).count();
    larger = smaller <= 50;
  }

  @Override
  public List<Figure> seen(Site site) {
    look(site);
    return List.of(
        new Figure(
            "ids after a clock that stepped back",
            "larger than all before",
            "%,d before, %,d after".formatted(before, after),
            larger && after > 0));
  }
}
