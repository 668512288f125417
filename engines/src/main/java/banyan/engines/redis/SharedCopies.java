package banyan.engines.redis;

import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.NearCopies.Found;
import banyan.platform.cache.Shape;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The copies of one cache that all nodes share; {@link RedisCaches} tells the story.
 *
 * <p>Under a key lies {@code V}, the print of the shape and the value as JSON; or {@code N}: there
 * is no such thing; or {@code L} and a token: somebody loads.
 */
final class SharedCopies<V> {
  /** How long a loader may take before another one may begin beside it. */
  private static final Duration LEASE = Duration.ofSeconds(2);

  /** How long one waits for another node's loader, whose answer takes a few milliseconds. */
  static final Duration LOAD_WAIT = Duration.ofMillis(200);

  private static final long PAUSE_MIN_NANOS = Duration.ofMillis(2).toNanos();
  private static final long PAUSE_MAX_NANOS = Duration.ofMillis(20).toNanos();

  /** A longer value stays near: it would hold up the answers to all other commands. */
  private static final int VALUE_BYTES_MAX = 512 << 10;

  /** What chance takes off a life at most, so that what came together does not end together. */
  private static final double SPREAD = 0.2;

  private static final byte VALUE = 'V';
  private static final byte NONE = 'N';
  private static final byte LEASED = 'L';

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String STORE =
      "if redis.call('GET', KEYS[1]) == ARGV[1] then"
          + " redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1 end return 0";

  private static final String RELEASE =
      "if redis.call('GET', KEYS[1]) == ARGV[1] then"
          + " return redis.call('DEL', KEYS[1]) end return 0";

  /** Where values come from in the end. */
  @FunctionalInterface
  interface Source<V> {
    @Nullable V load();
  }

  private final Class<V> type;
  private final byte[] head;
  private final Duration unknown;
  private final CacheSettings settings;
  private final Redis redis;
  private final Counter hits;
  private final Counter misses;
  private final Counter waits;
  private final Counter impatient;
  private final Counter foreign;
  private final Counter away;

  SharedCopies(
      String name,
      Class<V> type,
      Duration unknown,
      CacheSettings settings,
      Redis redis,
      MeterRegistry meters) {
    this.type = type;
    this.head = ("V" + Shape.of(type).print()).getBytes(StandardCharsets.UTF_8);
    this.unknown = unknown;
    this.settings = settings;
    this.redis = redis;
    this.hits = counter(meters, name, "hit");
    this.misses = counter(meters, name, "miss");
    this.waits = counter(meters, name, "wait");
    this.impatient = counter(meters, name, "impatient");
    this.foreign = counter(meters, name, "foreign");
    this.away = counter(meters, name, "away");
  }

  private static Counter counter(MeterRegistry meters, String cache, String result) {
    return Counter.builder("cache.shared")
        .description(
            "what looking into the shared cache came to: a hit, a miss, a wait for another node's"
                + " loader, one that was given up, a value of another build, no answer")
        .tag("cache", cache)
        .tag("result", result)
        .register(meters);
  }

  Found<V> fetch(byte[] place, Source<V> source) {
    long begun = System.nanoTime();
    byte[] token = token();
    long pause = PAUSE_MIN_NANOS;
    try {
      while (true) {
        Optional<byte[]> lying =
            redis.ask(commands -> commands.setGet(place, token, SetArgs.Builder.nx().px(LEASE)));
        if (lying.isEmpty()) {
          misses.increment();
          return filled(place, token, source, begun);
        }
        byte[] bytes = lying.get();
        if (bytes.length == 0 || bytes[0] != LEASED) {
          return read(bytes, source);
        }
        if (System.nanoTime() - begun > LOAD_WAIT.toNanos()) {
          impatient.increment();
          return alone(source, kept());
        }
        waits.increment();
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, PAUSE_MAX_NANOS);
      }
    } catch (Redis.Away noAnswer) {
      away.increment();
      return alone(source, kept());
    }
  }

  private static byte[] token() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return ("L" + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private Found<V> read(byte[] bytes, Source<V> source) {
    if (bytes.length == 1 && bytes[0] == NONE) {
      hits.increment();
      return new Found<>(null, unknown.dividedBy(2));
    }
    if (bytes.length > head.length
        && bytes[0] == VALUE
        && Arrays.equals(bytes, 0, head.length, head, 0, head.length)) {
      try {
        V value = JSON.readValue(bytes, head.length, bytes.length - head.length, type);
        hits.increment();
        return new Found<>(value, settings.near());
      } catch (JacksonException spoilt) {
        // as if another build had written it
      }
    }
    foreign.increment();
    return alone(source, kept());
  }

  /** How long this node may keep what it has loaded itself. */
  private Duration kept() {
    return redis.isConnected() ? settings.timeToLive() : settings.near();
  }

  /** What the source says, kept by this node alone. */
  Found<V> alone(Source<V> source, Duration life) {
    V value = source.load();
    return new Found<>(value, value == null ? unknown.dividedBy(2) : life);
  }

  private Found<V> filled(byte[] place, byte[] token, Source<V> source, long begun) {
    Found<V> found;
    byte[] bytes = {NONE};
    try {
      found = alone(source, kept());
      V value = found.value();
      if (value != null) {
        byte[] json = JSON.writeValueAsBytes(value);
        bytes = Arrays.copyOf(head, head.length + json.length);
        System.arraycopy(json, 0, bytes, head.length, json.length);
      }
    } catch (RuntimeException | Error fault) {
      release(place, token);
      throw fault;
    }
    // a part of its life is over: the source may have changed as soon as it was asked
    long millis = sharedMillis(found) - Duration.ofNanos(System.nanoTime() - begun).toMillis();
    if (millis <= 0 || bytes.length > VALUE_BYTES_MAX) {
      release(place, token);
    } else {
      byte[][] arguments = {token, bytes, Long.toString(millis).getBytes(StandardCharsets.UTF_8)};
      redis.send(commands ->
          commands.eval(STORE, ScriptOutputType.INTEGER, new byte[][] {place}, arguments));
    }
    return found;
  }

  private long sharedMillis(Found<V> found) {
    Duration life =
        found.value() == null ? unknown.dividedBy(2) : settings.timeToLive().minus(settings.near());
    return (long) (life.toMillis() * (1 - SPREAD * ThreadLocalRandom.current().nextDouble()));
  }

  private void release(byte[] place, byte[] token) {
    redis.send(commands ->
        commands.eval(
            RELEASE, ScriptOutputType.INTEGER, new byte[][] {place}, new byte[][] {token}));
  }
}
