package banyan.checks.cache;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real server of this machine, started on a free port, without anything on the disk. Tests that
 * want one are skipped where there is none; {@code ./banyan test} installs one where it may.
 */
public final class RedisServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path program;
  private final int port;
  private @Nullable Process process;

  private RedisServer(Path program, int port) {
    this.program = program;
    this.port = port;
  }

  public static RedisServer start() {
    Optional<Path> program = find();
    assumeTrue(program.isPresent(), "no valkey-server or redis-server on the PATH");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RedisServer server = new RedisServer(program.orElseThrow(), free.getLocalPort());
      free.close();
      server.begin();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of("valkey-server", "redis-server")
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(at -> Path.of(at, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts it, empty, and waits until it answers. */
  public void begin() {
    try {
      process =
          new ProcessBuilder(
                  program.toString(),
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  "127.0.0.1",
                  "--save",
                  "",
                  "--appendonly",
                  "no",
                  "--dir",
                  System.getProperty("java.io.tmpdir"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(RedisConnectionException.class)
        .until(() -> "PONG".equals(command(RedisCommands::ping)));
  }

  /** Runs a command on a connection of its own. */
  public <T> T command(Function<RedisCommands<String, String>, T> command) {
    RedisClient client = RedisClient.create(url());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return command.apply(connection.sync());
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  /** How often it has run a command since the counters were set back. */
  public long calls(String name) {
    Matcher found =
        Pattern.compile("cmdstat_" + name + ":calls=(\\d+)")
            .matcher(command(redis -> redis.info("commandstats")));
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  public void forgetCalls() {
    command(RedisCommands::configResetstat);
  }

  /** Cuts off everybody who listens; what is told before they are back is lost for them. */
  public long cutOffListeners() {
    return command(redis -> redis.clientKill(KillArgs.Builder.typePubsub().skipme()));
  }

  /** kill -9. */
  public void kill() {
    Process running = process;
    if (running != null) {
      try {
        running.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** It keeps its connections and answers nobody. */
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    try {
      int status =
          new ProcessBuilder(List.of("kill", "-" + name, Long.toString(running.pid())))
              .start()
              .waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
