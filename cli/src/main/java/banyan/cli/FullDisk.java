package banyan.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A marketplace of its own on a small file system in memory, which is filled to the last byte. */
final class FullDisk implements Breakage {
  /** An empty marketplace takes 90 MiB; the rest is for a run's orders and for the ballast. */
  private static final String SIZE = "512m";

  private static final int BLOCK = 1 << 16;

  private long filled;

  @Override
  public Site site(Site own) {
    try {
      // below the system's folder for such things: the name says what to remove by hand
      Path mount = Files.createTempDirectory("banyan-drill-disk-");
      return new Site(new DataFolder(mount), 0, own.journal());
    } catch (IOException e) {
      throw Refusal.failed("no folder for a small disk: " + e.getMessage());
    }
  }

  @Override
  public void prepare(Site site) {
    if (!System.getProperty("user.name").equals("root")) {
      throw Refusal.failed(
          "a small disk has to be mounted: run this drill as root, for instance with sudo");
    }
    Breakage.run(
        "mount", "-t", "tmpfs", "-o", "mode=755,size=" + SIZE, "banyan-drill", mount(site));
    site.up();
  }

  private static String mount(Site site) {
    return site.folder().path().toString();
  }

  private static Path ballast(Site site) {
    return site.folder().path().resolve("ballast");
  }

  @Override
  public void strike(Site site) {
    for (int block = BLOCK; block > 0; block /= 16) {
      fill(ballast(site), new byte[block]);
    }
  }

  private void fill(Path file, byte[] block) {
    try (OutputStream out =
        Files.newOutputStream(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
        filled += block.length;
      }
    } catch (IOException full) {
      // as it should be
    }
  }

  @Override
  public void undo(Site site) {
    try {
      Files.deleteIfExists(ballast(site));
    } catch (IOException e) {
      throw Refusal.failed(ballast(site) + " cannot be removed: " + e.getMessage());
    }
  }

  @Override
  public void clear(Site site) {
    if (site.folder().running().isPresent() || site.folder().database().isPresent()) {
      site.banyan("down", "--force", "--timeout", "30");
    }
    if (Files.exists(site.folder().path().resolve("format"))) {
      Breakage.run("umount", mount(site));
    }
    try {
      Files.deleteIfExists(site.folder().path());
    } catch (IOException e) {
      throw Refusal.failed("%s cannot be removed: %s".formatted(mount(site), e.getMessage()));
    }
  }

  @Override
  public List<Figure> seen(Site site) {
    return List.of(
        new Figure("ballast that filled the disk", "> 0", (filled >> 20) + " MiB", filled > 0));
  }
}
