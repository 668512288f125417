package banyan.engines.redis;

import banyan.platform.broadcast.Broadcast;
import banyan.platform.cache.Cache;
import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.Caches;
import banyan.platform.cache.NearCopies;
import banyan.platform.cache.Shape;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Caches on two levels: {@link NearCopies} in this process, {@link SharedCopies} behind them in a
 * server that all nodes share, the loader behind both.
 *
 * <p><b>An eviction and a loader that race.</b> The danger is old: a loader reads, somebody changes
 * what it has read and evicts, and then the loader writes its old value over the emptiness. So
 * nobody writes without a lease. Whoever finds nothing under a key leaves a token there, in the
 * same command that looks ({@code SET key token NX GET PX}); a value is written only while that
 * token lies there still (a script compares and writes). An eviction deletes what lies under the
 * key, token or value: the lease of every loader that began before it is gone with it, and a new
 * one begins after the commit. In the process itself the near copies keep the same promise by a
 * flight that must be registered. (Leases as in "Scaling Memcache at Facebook", NSDI 2013, §3.2.1.)
 *
 * <p><b>The order of an eviction.</b> The change is committed; the shared copy is deleted; the
 * nodes are told, this one before the call returns. A node that has heard finds no older copy in
 * the server, because the server deleted before it passed the word on, and what the node was just
 * fetching when it heard is not kept.
 *
 * <p><b>An eviction that does not get through</b> (the server is away, or did not say). This node
 * holds the key in doubt: it does not read or write the shared copy, and each second tries to
 * delete it and to tell the others again. Beyond {@value #DOUBTS_MAX} keys, or if the node dies,
 * the time to live has the last word.
 *
 * <p><b>Nothing is older than the time to live</b>, whatever is lost. What this node has loaded
 * itself may stay with it so long, if it hears the others. What it got from the server has been
 * there for at most the time to live less the near time, and stays with it for the near time. No
 * clocks are compared. While a node is cut off it keeps everything for the near time only.
 *
 * <p><b>One loader among all nodes.</b> Who finds the token of another waits for what that one
 * brings, for a bounded time; then he loads by himself and keeps it near. A token whose owner has
 * died goes after two seconds. A key that everybody reads is answered by the near copies: each node
 * asks the server for it once in the near time.
 *
 * <p><b>The server away, slow, or empty.</b> It is asked within the time of one command or not at
 * all (a breaker); who gets no answer loads, one per key and node. Nothing in it is needed.
 *
 * <p><b>Another build's values</b> carry the print of another {@link Shape} and are left alone: the
 * node loads by itself and keeps near until they are gone. Evictions concern all builds alike.
 */
public final class RedisCaches implements Caches {
  static final int DOUBTS_MAX = 10_000;

  /** Keys of one command that deletes. */
  private static final int KEYS_MAX = 500;

  private static final String TOPIC = "cache";
  private static final String PREFIX = "banyan:cache:";

  private final CacheSettings settings;
  private final Redis redis;
  private final Broadcast broadcast;
  private final MeterRegistry meters;
  private final Map<String, NearCopies<String, ?>> nears = new ConcurrentHashMap<>();

  /** Words ({@code NAME:KEY}) of evictions that the server has not acknowledged. */
  private final com.github.benmanes.caffeine.cache.Cache<String, Boolean> doubts;

  public RedisCaches(
      CacheSettings settings, Redis redis, Broadcast broadcast, MeterRegistry meters) {
    this.settings = settings;
    this.redis = redis;
    this.broadcast = broadcast;
    this.meters = meters;
    this.doubts =
        Caffeine.newBuilder()
            .maximumSize(DOUBTS_MAX)
            .expireAfterWrite(settings.timeToLive())
            .build();
    broadcast.listen(TOPIC, new Ear());
    redis.attend(new Repair());
  }

  private final class Ear implements Broadcast.Listener {
    @Override
    public void heard(List<String> words) {
      for (String word : words) {
        int colon = word.indexOf(':');
        NearCopies<String, ?> near = nears.get(word.substring(0, Math.max(colon, 0)));
        if (near != null) {
          near.evict(word.substring(colon + 1));
        }
      }
    }

    @Override
    public void missed() {
      nears.values().forEach(NearCopies::missed);
    }
  }

  private final class Repair implements Redis.Attendant {
    @Override
    public void connected() {}

    @Override
    public void alive() {
      List<String> words = List.copyOf(doubts.asMap().keySet());
      if (!words.isEmpty()) {
        // on a thread of its own: the one that calls watches the connection
        Thread.ofVirtual().name("redis-doubts").start(() -> forget(words));
      }
    }

    @Override
    public void lost() {}

    @Override
    public void heard(String message) {}
  }

  @Override
  public <K, V> Cache<K, V> named(String name, Class<V> type, Duration unknown) {
    NearCopies<String, V> near = new NearCopies<>(name, settings, meters);
    if (name.contains(":") || nears.putIfAbsent(name, near) != null) {
      throw new IllegalArgumentException("not the name of a new cache: " + name);
    }
    SharedCopies<V> shared = new SharedCopies<>(name, type, unknown, settings, redis, meters);
    return new Cache<>() {
      @Override
      public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader) {
        return near.get(
            key.toString(),
            text -> {
              SharedCopies.Source<V> source = () -> near.load(text, same -> loader.apply(key));
              String word = name + ":" + text;
              return doubts.getIfPresent(word) == null
                  ? shared.fetch(place(word), source)
                  : shared.alone(source, settings.near());
            });
      }

      @Override
      public void evictAll(Collection<? extends K> keys) {
        forget(keys.stream().map(key -> name + ":" + key).distinct().toList());
      }
    };
  }

  private static byte[] place(String word) {
    return (PREFIX + word).getBytes(StandardCharsets.UTF_8);
  }

  private void forget(List<String> words) {
    List<List<String>> parts = new ArrayList<>();
    for (int from = 0; from < words.size(); from += KEYS_MAX) {
      parts.add(words.subList(from, Math.min(from + KEYS_MAX, words.size())));
    }
    for (List<String> part : parts) {
      byte[][] places = part.stream().map(RedisCaches::place).toArray(byte[][]::new);
      try {
        redis.ask(commands -> commands.unlink(places));
        doubts.invalidateAll(part);
      } catch (Redis.Away away) {
        // before the near copies go: whoever misses them must not ask the server
        part.forEach(word -> doubts.put(word, true));
      }
    }
    broadcast.tell(TOPIC, words);
  }
}
