package banyan.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * As whom PostgreSQL's programs run, for they refuse root. Under root they get a user namespace of
 * their own, where root is nobody; where the machine forbids that they run as {@code nobody}, who
 * then owns the files.
 *
 * @param prefix what stands before the program
 * @param ownsFiles whether the files have to be handed over to {@code nobody}
 */
public record PostgresUser(List<String> prefix, boolean ownsFiles) {
  private static final int NOBODY = 65_534;

  public static PostgresUser here() {
    if (!isRoot()) {
      return new PostgresUser(List.of(), false);
    }
    if (works("unshare", "--user", "true")) {
      return new PostgresUser(List.of("unshare", "--user"), false);
    }
    String id = Integer.toString(NOBODY);
    return new PostgresUser(
        List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"), true);
  }

  /** Puts a program into a session of its own, away from the terminal's signals. */
  public static List<String> apart() {
    return works("setsid", "true") ? List.of("setsid") : List.of();
  }

  /** Hands the folder over, when that is needed. */
  public void own(Path folder) throws IOException {
    if (!ownsFiles) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            hand(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            hand(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void hand(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return System.getProperty("user.name").equals("root");
    }
  }

  private static boolean works(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
