package banyan.app;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The folder of one PostgreSQL: its data, password, port and log, and how its programs are run on
 * them.
 */
final class PostgresCluster {
  /** The log is set aside at a start when it has grown beyond this; one old log is kept. */
  private static final long LOG_BYTES_MAX = 16L << 20;

  private static final Duration PROGRAM = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 20;

  private final Path folder;
  private final PostgresBinaries binaries;
  private final PostgresUser user;
  private final EmbeddedSettings settings;
  private final int connections;
  private final String password;
  private final int port;

  private PostgresCluster(
      Path folder, PostgresBinaries binaries, EmbeddedSettings settings, int connections)
      throws IOException {
    this.folder = folder;
    this.binaries = binaries;
    this.settings = settings;
    this.connections = connections;
    this.user = PostgresUser.here();
    this.password = password(folder.resolve("password"));
    stopSurvivor();
    this.port = port(folder.resolve("port"), settings.port());
  }

  /** Makes the cluster when there is none yet, and stops one that outlived its last owner. */
  static PostgresCluster open(
      Path folder, PostgresBinaries binaries, EmbeddedSettings settings, int connections)
      throws IOException {
    Files.createDirectories(folder);
    PostgresCluster cluster = new PostgresCluster(folder, binaries, settings, connections);
    if (!Files.exists(cluster.data())) {
      cluster.create();
    }
    return cluster;
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("log");
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  String password() {
    return password;
  }

  /** Made under another name and renamed when it is on disk: there is never half a cluster. */
  private void create() throws IOException {
    Path making = folder.resolve("making");
    PostgresBinaries.remove(making);
    Path secret = Files.createTempFile(folder, "initdb-", ".pw");
    try {
      Files.writeString(secret, password);
      user.own(folder);
      String initdb = binaries.program("initdb").toString();
      run(
          List.of(
              initdb,
              "--pgdata=" + making,
              "--username=postgres",
              "--pwfile=" + secret,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              // PostgreSQL's own rules for characters: an upgrade of the machine's C library must
              // not change an index.
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--locale=C",
              "--text-search-config=english",
              "--no-sync"));
      run(List.of(initdb, "--pgdata=" + making, "--sync-only"));
    } finally {
      Files.deleteIfExists(secret);
    }
    Files.move(making, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void run(List<String> program) throws IOException {
    Process process = start(program, log());
    try {
      if (!process.waitFor(PROGRAM.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(program.getFirst() + " did not finish within " + PROGRAM);
      }
      if (process.exitValue() != 0) {
        throw new IOException(program.getFirst() + " failed: " + lastWords());
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("stopped while preparing PostgreSQL", stopped);
    }
  }

  private Process start(List<String> program, Path output) throws IOException {
    List<String> command = new ArrayList<>(user.prefix());
    command.addAll(program);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return builder.start();
  }

  /** Starts the server; it does not answer yet. */
  Process launch() throws IOException {
    if (Files.exists(log()) && Files.size(log()) > LOG_BYTES_MAX) {
      Files.move(log(), folder.resolve("log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    user.own(folder);
    List<String> command = new ArrayList<>(PostgresUser.apart());
    command.add(binaries.program("postgres").toString());
    command.add("-D");
    command.add(data().toString());
    for (String setting : serverSettings()) {
      command.add("-c");
      command.add(setting);
    }
    return start(command, log());
  }

  private List<String> serverSettings() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "port=" + port,
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=" + connections,
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "shared_buffers=" + settings.sharedBuffersMiB() + "MB",
                "max_wal_size=" + settings.walMiBMax() + "MB",
                "checkpoint_completion_target=0.9",
                "wal_compression=on",
                "random_page_cost=1.1",
                "effective_io_concurrency=16",
                // compiling a statement costs more than running any of the shop's
                "jit=off",
                "autovacuum_naptime=15s",
                "idle_in_transaction_session_timeout=60s",
                "timezone=UTC",
                "log_timezone=UTC",
                "log_checkpoints=off",
                "log_line_prefix=%m [%p] "));
    if (binaries.hasLibrary("pg_stat_statements")) {
      all.add("shared_preload_libraries=pg_stat_statements");
    }
    return all;
  }

  /**
   * Waits until the server takes connections.
   *
   * @throws IllegalStateException when it ends before or does not get there in time
   */
  void awaitReady(Process server, Duration patience) throws IOException {
    long giveUp = System.nanoTime() + patience.toNanos();
    while (!ready(server.pid())) {
      if (!server.isAlive()) {
        throw new IllegalStateException("PostgreSQL did not start: " + lastWords());
      }
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException(
            "PostgreSQL does not answer after " + patience + "; see " + log());
      }
      pause();
    }
  }

  /** The server writes its state into the eighth line of its pid file. */
  private boolean ready(long pid) {
    List<String> lines = pidFile();
    return lines.size() >= 8
        && lines.getFirst().strip().equals(Long.toString(pid))
        && lines.get(7).strip().equals("ready");
  }

  private List<String> pidFile() {
    try {
      return Files.readAllLines(data().resolve("postmaster.pid"));
    } catch (IOException notThere) {
      return List.of();
    }
  }

  /** What needs a running server and is done once in the life of the data. */
  void prepare() throws IOException {
    Path done = folder.resolve("prepared");
    if (Files.exists(done)) {
      return;
    }
    if (binaries.hasLibrary("pg_stat_statements")) {
      try (Connection connection = DriverManager.getConnection(url(), "postgres", password);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
      } catch (SQLException e) {
        throw new IOException("the new PostgreSQL refuses its owner: " + e.getMessage(), e);
      }
    }
    Files.createFile(done);
  }

  /**
   * Stops the server that a killed process left behind. A pid file that names somebody else's
   * process is removed: PostgreSQL itself would refuse to start because of it.
   */
  private void stopSurvivor() throws IOException {
    List<String> lines = pidFile();
    if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,10}")) {
      return;
    }
    Optional<ProcessHandle> survivor = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    if (survivor.isEmpty()) {
      return;
    }
    if (isOurs(survivor.get().pid())) {
      stop(survivor.get(), Duration.ofSeconds(60));
    } else {
      Files.deleteIfExists(data().resolve("postmaster.pid"));
    }
  }

  private boolean isOurs(long pid) {
    try {
      String command =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
      return List.of(command.split("\0")).contains(data().toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /**
   * Stops a server: its clients are sent away, what is in memory is written. One that takes too
   * long is told to stop at once, which loses nothing but costs a recovery.
   */
  void stop(ProcessHandle server, Duration patience) {
    signal(server, "INT");
    if (!gone(server, patience)) {
      signal(server, "QUIT");
      if (!gone(server, Duration.ofSeconds(10))) {
        server.destroyForcibly();
        gone(server, Duration.ofSeconds(10));
      }
    }
  }

  /**
   * Waits for the end of a server. One that has ended but that nobody has asked for its status yet
   * still has a number, and no command line any more.
   */
  private boolean gone(ProcessHandle server, Duration patience) {
    long giveUp = System.nanoTime() + patience.toNanos();
    while (server.isAlive() && isOurs(server.pid())) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void signal(ProcessHandle server, String name) {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + server.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noShell) {
      server.destroy();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while waiting for PostgreSQL", stopped);
    }
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log(), StandardCharsets.ISO_8859_1);
      return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    } catch (IOException e) {
      return "no log in " + log();
    }
  }

  private static String password(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      Path making = file.resolveSibling("password.new");
      Files.deleteIfExists(making);
      Files.createFile(
          making,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(making, HexFormat.of().formatHex(random), StandardOpenOption.WRITE);
      Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }

  /** The configured port; else the one of the last start while it is free; else any free one. */
  private static int port(Path file, int configured) throws IOException {
    int wanted = configured;
    if (wanted == 0 && Files.exists(file)) {
      String kept = Files.readString(file).strip();
      wanted = kept.matches("\\d{1,5}") ? Integer.parseInt(kept) : 0;
    }
    int port = free(wanted);
    if (port == 0 && configured != 0) {
      throw new IllegalStateException(
          "port %d is in use: choose another one with banyan.embedded.port".formatted(configured));
    }
    port = port == 0 ? free(0) : port;
    Files.writeString(file, port + "\n");
    return port;
  }

  private static int free(int wanted) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), wanted));
      return socket.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }
}
