package banyan.checks.replicas;

import static org.awaitility.Awaitility.await;

import banyan.app.PostgresBinaries;
import banyan.app.PostgresUser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL with streaming copies, on free ports of 127.0.0.1: server 0 begins as the
 * primary, the others as its copies. A commit waits for one copy's disk.
 */
final class Cluster implements AutoCloseable {
  static final String PASSWORD = "test";

  private final PostgresBinaries programs;
  private final PostgresUser user = PostgresUser.here();
  private final Path folder;
  private final List<Server> servers = new ArrayList<>();

  Cluster(int copies) {
    this.programs =
        PostgresBinaries.unpacked(
            List.of(Path.of(System.getProperty("user.home"), ".cache", "banyan")));
    try {
      this.folder = Files.createTempDirectory("banyan-cluster-");
      for (int i = 0; i <= copies; i++) {
        servers.add(new Server(i, freePort()));
      }
      servers.getFirst().create();
      servers.getFirst().start();
      for (Server copy : servers.subList(1, servers.size())) {
        copy.copy(servers.getFirst());
        copy.start();
      }
      servers.getFirst().sql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
      servers.getFirst().sql("SELECT pg_reload_conf()");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              servers
                  .getFirst()
                  .sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                  .equals(Integer.toString(copies)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Server server(int number) {
    return servers.get(number);
  }

  /** Of whichever is the primary. */
  String url() {
    return "jdbc:postgresql://"
        + servers.stream().map(Server::host).collect(Collectors.joining(","))
        + "/postgres?targetServerType=primary";
  }

  List<String> urls() {
    return servers.stream().map(Server::url).toList();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    servers.forEach(Server::kill);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of them. */
  final class Server {
    private final int number;
    private final int port;
    private final Path data;
    private @Nullable Process process;

    private Server(int number, int port) {
      this.number = number;
      this.port = port;
      this.data = folder.resolve("data" + number);
    }

    int port() {
      return port;
    }

    String host() {
      return "127.0.0.1:" + port;
    }

    String url() {
      return "jdbc:postgresql://" + host() + "/postgres";
    }

    private void create() throws IOException {
      user.own(folder);
      run(
          List.of(
              programs.program("initdb").toString(),
              "--pgdata=" + data,
              "--username=postgres",
              "--auth=trust",
              "--encoding=UTF8",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--locale=C",
              "--no-sync"));
    }

    private void copy(Server primary) throws IOException {
      try (Connection connection = primary.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_backup_start('copy', true)");
        run(List.of("cp", "-a", primary.data.toString(), data.toString()));
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        try (ResultSet row = statement.executeQuery("SELECT labelfile FROM pg_backup_stop()")) {
          row.next();
          Files.writeString(data.resolve("backup_label"), row.getString(1));
        }
      } catch (SQLException e) {
        throw new IOException(e);
      }
      Files.writeString(data.resolve("standby.signal"), "");
      String ports =
          servers.stream()
              .filter(other -> other != this)
              .map(other -> Integer.toString(other.port))
              .collect(Collectors.joining(","));
      String hosts =
          IntStream.range(1, servers.size())
              .mapToObj(i -> "127.0.0.1")
              .collect(Collectors.joining(","));
      String follow =
          "host=%s port=%s user=postgres application_name=copy%d connect_timeout=2"
              .formatted(hosts, ports, number);
      Files.writeString(
          data.resolve("postgresql.auto.conf"),
          "primary_conninfo = '" + follow + " target_session_attrs=read-write'\n");
    }

    void start() throws IOException {
      List<String> command = new ArrayList<>(PostgresUser.apart());
      command.add(programs.program("postgres").toString());
      command.add("-D");
      command.add(data.toString());
      for (String setting :
          List.of(
              "port=" + port,
              "listen_addresses=127.0.0.1",
              "unix_socket_directories=",
              "max_connections=100",
              "fsync=on",
              "shared_buffers=32MB",
              "wal_keep_size=256MB",
              "wal_retrieve_retry_interval=200ms",
              "max_standby_streaming_delay=500ms",
              "jit=off",
              "timezone=UTC")) {
        command.add("-c");
        command.add(setting);
      }
      user.own(folder);
      process = launch(command);
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> sql("SELECT 1").equals("1"));
    }

    Connection connect() throws SQLException {
      return DriverManager.getConnection(url() + "?connectTimeout=2", "postgres", PASSWORD);
    }

    /** The first value of the answer. */
    String sql(String text) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        if (!statement.execute(text)) {
          return "";
        }
        try (ResultSet row = statement.getResultSet()) {
          return row.next() ? String.valueOf(row.getString(1)) : "";
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** What comes from the primary is kept and not shown. */
    void pauseReplay() {
      sql("SELECT pg_wal_replay_pause()");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> sql("SELECT pg_get_wal_replay_pause_state()").equals("paused"));
    }

    void resumeReplay() {
      sql("SELECT pg_wal_replay_resume()");
    }

    void promote() {
      sql("SELECT pg_promote()");
    }

    /** As a power cut would. */
    void kill() {
      Process running = process;
      if (running == null) {
        return;
      }
      List<ProcessHandle> all = new ArrayList<>(running.descendants().toList());
      running.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> !running.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
      process = null;
      try {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** It says nothing any more and hangs up on nobody, until it thaws. */
    void freeze() {
      signal("STOP");
    }

    void thaw() {
      signal("CONT");
    }

    private void signal(String name) {
      Process running = java.util.Objects.requireNonNull(process);
      Stream.concat(Stream.of(running.toHandle()), running.descendants())
          .forEach(one -> {
            try {
              new ProcessBuilder("kill", "-" + name, Long.toString(one.pid())).start().waitFor();
            } catch (IOException | InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
    }

    private Process launch(List<String> program) throws IOException {
      List<String> command = new ArrayList<>(user.prefix());
      command.addAll(program);
      return new ProcessBuilder(command)
          .directory(folder.toFile())
          .redirectInput(new File("/dev/null"))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log" + number).toFile()))
          .start();
    }

    private void run(List<String> program) throws IOException {
      Process running = launch(program);
      try {
        if (!running.waitFor(1, TimeUnit.MINUTES) || running.exitValue() != 0) {
          throw new IOException(program + " failed; see " + folder.resolve("log" + number));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}
