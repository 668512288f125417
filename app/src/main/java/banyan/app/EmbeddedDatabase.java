package banyan.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL in a folder of this machine, started, watched and stopped by this process, with
 * every safety on.
 *
 * <p>Either may die without the other. When PostgreSQL dies it is started again on the same data
 * and port; the pools reconnect by themselves. When this process dies PostgreSQL lives on; the next
 * process stops that one and starts its own, so that its settings hold and it has a child to watch.
 * It runs in a session of its own, else the terminal's interrupt would stop it before the shop.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

  /** Beside the pool: the few that PostgreSQL keeps for its owner, and people with psql. */
  static final int CONNECTIONS_OF_OTHERS = 48;

  /** A fast shutdown writes one checkpoint; after this long it is told to stop at once. */
  private static final Duration STOP = Duration.ofSeconds(60);

  /** After the death of the postmaster its children take a moment to notice and let go. */
  private static final long RETRY_MILLIS = 100;

  private final PostgresCluster cluster;
  private final Duration startup;
  private final Object lifecycle = new Object();
  private volatile Process server;
  private volatile boolean closing;

  private EmbeddedDatabase(PostgresCluster cluster, Duration startup) throws IOException {
    this.cluster = cluster;
    this.startup = startup;
    this.server = cluster.launch();
  }

  static EmbeddedDatabase start(Path home, EmbeddedSettings settings, int connections) {
    try {
      PostgresBinaries binaries = PostgresBinaries.unpacked(settings.programFolders(home));
      PostgresCluster cluster =
          PostgresCluster.open(home.resolve("postgres"), binaries, settings, connections);
      EmbeddedDatabase database = new EmbeddedDatabase(cluster, settings.startup());
      cluster.awaitReady(database.server, settings.startup());
      cluster.prepare();
      Thread.ofPlatform().daemon().name("postgres-watch").start(database::watch);
      return database;
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL cannot be started: " + e.getMessage(), e);
    }
  }

  public String url() {
    return cluster.url();
  }

  public String password() {
    return cluster.password();
  }

  private void watch() {
    while (!closing) {
      try {
        int status = server.waitFor();
        if (!closing) {
          log.atError().addKeyValue("status", status).log("PostgreSQL died; it is started again");
          startAgain();
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void startAgain() throws InterruptedException {
    long died = System.nanoTime();
    for (int attempt = 0; !closing; attempt++) {
      try {
        synchronized (lifecycle) {
          if (closing) {
            return;
          }
          server = cluster.launch();
        }
        cluster.awaitReady(server, startup);
        log.atWarn()
            .addKeyValue("millis", (System.nanoTime() - died) / 1_000_000)
            .log("PostgreSQL is back");
        return;
      } catch (IOException | IllegalStateException fault) {
        if (attempt % 100 == 20) {
          log.atError().setCause(fault).log("PostgreSQL does not start again; still trying");
        }
        server.destroyForcibly();
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  @Override
  public void close() {
    synchronized (lifecycle) {
      closing = true;
    }
    cluster.stop(server.toHandle(), STOP);
  }
}
