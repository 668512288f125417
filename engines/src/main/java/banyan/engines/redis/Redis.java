package banyan.engines.redis;

import banyan.platform.limits.Breaker;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two connections to one server: one speaks, one listens. They live and die together, so a node
 * that can speak also hears: when one breaks, or does not answer the ping of each second, both are
 * closed and opened anew, for as long as it takes. While there are none every command fails at
 * once, and while the server answers too late a breaker sees to that.
 */
public final class Redis implements AutoCloseable {
  /** Between two pings, and between two attempts to connect. */
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** More than a breaker wants before it closes. */
  private static final int TRIALS_MAX = 10;

  private static final Duration RETRY = Duration.ofMillis(250);

  /** Commands that may wait for their answers: a server that hangs must not fill our memory. */
  private static final int QUEUE_MAX = 10_000;

  /** Two cores; a command costs microseconds. */
  private static final int THREADS = 2;

  private static final String CHANNEL = "banyan.broadcast";
  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  /** The server was not asked, did not answer in time, or refused. */
  static final class Away extends Exception {
    private static final long serialVersionUID = 1;

    Away(@Nullable Throwable cause) {
      super("the shared cache is away", cause, false, false);
    }
  }

  /** Is told what happens to the connections, and what is heard; must not wait. */
  interface Attendant {
    void connected();

    /** Once a second while connected. */
    void alive();

    void lost();

    void heard(String message);
  }

  private record Lines(
      StatefulRedisConnection<byte[], byte[]> commands,
      StatefulRedisPubSubConnection<String, String> ears,
      CompletableFuture<Void> broken) {
    void close() {
      if (commands.isOpen()) {
        commands.closeAsync();
      }
      if (ears.isOpen()) {
        ears.closeAsync();
      }
    }
  }

  private final RedisSettings settings;
  private final ClientResources resources;
  private final RedisClient client;
  private final Breaker breaker;
  private final List<Attendant> attendants = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Thread attending;
  private volatile @Nullable Lines lines;

  private Redis(RedisSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.breaker = new Breaker("valkey", settings.commandTimeout(), BEAT, meters);
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    RedisURI uri = RedisURI.create(settings.url());
    uri.setTimeout(settings.connectTimeout());
    if (!settings.password().isEmpty()) {
      uri.setCredentialsProvider(
          io.lettuce.core.RedisCredentialsProvider.from(
              () -> io.lettuce.core.RedisCredentials.just(null, settings.password())));
    }
    this.client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(QUEUE_MAX)
            .socketOptions(
                SocketOptions.builder().connectTimeout(settings.connectTimeout()).build())
            .build());
    Gauge.builder("redis.connected", this, redis -> redis.isConnected() ? 1 : 0)
        .description("1 while the shared cache can be asked and other nodes are heard")
        .register(meters);
    this.attending = Thread.ofPlatform().name("redis").daemon().unstarted(this::attend);
  }

  /** Waits for the first connection, but no longer than one may take: the shop runs without. */
  public static Redis open(RedisSettings settings, MeterRegistry meters) {
    Redis redis = new Redis(settings, meters);
    CompletableFuture<Void> first = new CompletableFuture<>();
    redis.attendants.add(new First(first));
    redis.attending.start();
    try {
      first.get(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException away) {
      log.atWarn().addKeyValue("url", settings.url()).log("started without the shared cache");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return redis;
  }

  private record First(CompletableFuture<Void> connection) implements Attendant {
    @Override
    public void connected() {
      connection.complete(null);
    }

    @Override
    public void alive() {}

    @Override
    public void lost() {}

    @Override
    public void heard(String message) {}
  }

  void attend(Attendant attendant) {
    attendants.add(attendant);
  }

  /** Whether the server can be asked, and what other nodes tell is heard. */
  public boolean isConnected() {
    return lines != null;
  }

  public RedisSettings settings() {
    return settings;
  }

  private void attend() {
    for (boolean told = false; !closed.isDone(); pause(RETRY, closed)) {
      try {
        Lines now = connect();
        lines = now;
        log.atInfo().addKeyValue("url", settings.url()).log("shared cache connected");
        each(Attendant::connected);
        do {
          each(Attendant::alive);
          tryAgain();
        } while (!pause(BEAT, now.broken()) && answers(now));
        lines = null;
        now.close();
        // there is nobody to be asked; whoever answers next time is tried anew
        breaker.reset();
        told = false;
        if (!closed.isDone()) {
          log.atWarn().addKeyValue("url", settings.url()).log("shared cache lost");
        }
        each(Attendant::lost);
      } catch (RuntimeException away) {
        if (!told && !closed.isDone()) {
          log.atWarn()
              .addKeyValue("url", settings.url())
              .addKeyValue("why", away.getCause() == null ? away : away.getCause())
              .log("shared cache away");
        }
        told = true;
      }
    }
  }

  private void each(Consumer<Attendant> what) {
    for (Attendant attendant : attendants) {
      try {
        what.accept(attendant);
      } catch (RuntimeException fault) {
        log.atError().setCause(fault).log("a word of another node could not be taken");
      }
    }
  }

  /** Waits so long, or until it is done; then true. */
  private static boolean pause(Duration time, CompletableFuture<Void> done) {
    try {
      done.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException usual) {
      return false;
    } catch (ExecutionException | InterruptedException stopped) {
      return true;
    }
  }

  private Lines connect() {
    CompletableFuture<Void> broken = new CompletableFuture<>();
    RedisConnectionStateListener watcher =
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            broken.complete(null);
          }
        };
    StatefulRedisConnection<byte[], byte[]> commands = client.connect(ByteArrayCodec.INSTANCE);
    try {
      commands.addListener(watcher);
      StatefulRedisPubSubConnection<String, String> ears = client.connectPubSub(StringCodec.UTF8);
      try {
        ears.addListener(watcher);
        ears.addListener(
            new RedisPubSubAdapter<>() {
              @Override
              public void message(String channel, String message) {
                each(attendant -> attendant.heard(message));
              }
            });
        ears.sync().subscribe(CHANNEL);
        Lines made = new Lines(commands, ears, broken);
        if (!commands.isOpen() || !ears.isOpen()) {
          broken.complete(null);
        }
        return made;
      } catch (RuntimeException fault) {
        ears.closeAsync();
        throw fault;
      }
    } catch (RuntimeException fault) {
      commands.closeAsync();
      throw fault;
    }
  }

  private boolean answers(Lines now) {
    try {
      long millis = settings.connectTimeout().toMillis();
      now.commands().async().ping().get(millis, TimeUnit.MILLISECONDS);
      now.ears().async().ping().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException | InterruptedException silent) {
      return false;
    }
  }

  /** Finds out whether a server that was too slow is fast again, whether anybody asks or not. */
  private void tryAgain() {
    try {
      for (int i = 0; i < TRIALS_MAX && !breaker.isClosed(); i++) {
        ask(commands -> commands.ping());
      }
    } catch (Away notYet) {
      log.atDebug().log("the shared cache is still too slow");
    }
  }

  private RedisAsyncCommands<byte[], byte[]> commands() throws Away {
    Lines now = lines;
    if (now == null) {
      throw new Away(null);
    }
    return now.commands().async();
  }

  /**
   * Asks, and waits for the answer, at most the command's time-out.
   *
   * @throws Away without waiting while the server is known not to answer
   */
  <T> Optional<T> ask(Function<RedisAsyncCommands<byte[], byte[]>, RedisFuture<T>> command)
      throws Away {
    RedisAsyncCommands<byte[], byte[]> commands = commands();
    try {
      return breaker.call(() -> Optional.ofNullable(command.apply(commands).get()));
    } catch (Breaker.Open | Breaker.Unanswered away) {
      throw new Away(away);
    }
  }

  /** Sends, and does not wait; commands of one thread arrive in their order. */
  <T> CompletionStage<T> send(
      Function<RedisAsyncCommands<byte[], byte[]>, RedisFuture<T>> command) {
    try {
      return command.apply(commands());
    } catch (Away | RuntimeException away) {
      return CompletableFuture.failedStage(away);
    }
  }

  /** Says something to all who are connected, this node too. */
  CompletionStage<Long> publish(String message) {
    byte[] channel = CHANNEL.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] bytes = message.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return send(commands -> commands.publish(channel, bytes));
  }

  @Override
  public void close() {
    closed.complete(null);
    Lines now = lines;
    if (now != null) {
      now.broken().complete(null);
    }
    try {
      attending.join(settings.connectTimeout());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    client.shutdown(Duration.ZERO, BEAT);
    resources.shutdown(0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
