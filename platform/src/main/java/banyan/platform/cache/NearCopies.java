package banyan.platform.cache;

import banyan.platform.data.Viewer;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of one cache in this process: what every engine's adapter has in front.
 *
 * <p><b>One at a time.</b> Whoever misses begins a flight; others who miss the same key join it. A
 * flight that fails takes nobody down with it: each who joined tries once himself, again together.
 *
 * <p><b>An eviction wins.</b> A flight is registered under its key until it lands, and only a
 * registered flight may leave a copy. An eviction takes the copy and the registration away in one
 * atomic step, without waiting for the loader: who asks after it begins a new flight, and what the
 * old one brings goes to those alone who asked before.
 *
 * <p><b>Not all at once.</b> A copy lives for a random part of its time, the last fifth at most cut
 * off, so that what was loaded together is not loaded together again. In the last fifth of what is
 * left one reader renews it while the others go on reading: a key that is wanted all the time is
 * never waited for. When its time is over nobody is given it, unless its source cannot be asked.
 *
 * <p><b>After silence.</b> When words of other nodes may have been lost, every copy made before
 * that ends within the short time given, each at a moment of its own.
 *
 * @param <K> with equals and hashCode
 * @param <V> immutable
 */
public final class NearCopies<K, V> {
  /** After a source could not be asked, others need not find out the same for so long. */
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  /** What chance takes off a copy's life at most, and the part of it in which it is renewed. */
  private static final double SPREAD = 0.2;

  private static final Logger log = LoggerFactory.getLogger(NearCopies.class);

  /**
   * What a flight brings.
   *
   * @param value null for: there is none
   * @param life how long a copy of it may be given to readers; zero to keep none
   */
  public record Found<V>(@Nullable V value, Duration life) {}

  /**
   * @param begun when the flight began that brought it
   * @param renew from then on somebody should look; whoever moves it on is the one who does
   * @param ends from then on nobody is given it
   * @param spared until then it serves though it has ended: its source was just found to be away
   * @param luck 0 to 1: its place among the copies that end when words were missed
   */
  private record Copy<V>(
      @Nullable V value, long begun, AtomicLong renew, long ends, AtomicLong spared, double luck) {}

  /**
   * @param at anything may have changed until then
   * @param lag nanoseconds for which what is loaded after that may still be of before it
   */
  private record Missed(long at, long lag) {}

  private final String name;
  private final com.github.benmanes.caffeine.cache.Cache<K, Copy<V>> copies;
  private final ConcurrentHashMap<K, CompletableFuture<Copy<V>>> flights =
      new ConcurrentHashMap<>();
  private final long nearNanos;
  private final long staleNanos;
  private final Counter loads;
  private final Counter stale;
  private volatile Missed missed = new Missed(System.nanoTime(), 0);

  public NearCopies(String name, CacheSettings settings, MeterRegistry meters) {
    this.name = name;
    this.nearNanos = settings.near().toNanos();
    this.staleNanos = settings.staleMax().toNanos();
    this.copies =
        Caffeine.newBuilder()
            .maximumSize(settings.entriesMax())
            .expireAfterWrite(settings.timeToLive().plus(settings.staleMax()))
            .recordStats()
            .build();
    CaffeineCacheMetrics.monitor(meters, copies, name);
    this.loads =
        Counter.builder("cache.loads")
            .description("values that were asked of their source")
            .tag("cache", name)
            .register(meters);
    this.stale =
        Counter.builder("cache.stale")
            .description("old copies that served because their source could not be asked")
            .tag("cache", name)
            .register(meters);
  }

  /** The copy's value, or what a flight brings. */
  public @Nullable V get(K key, Function<K, Found<V>> fetch) {
    Copy<V> copy = copies.getIfPresent(key);
    if (copy != null) {
      long now = System.nanoTime();
      long end = endOf(copy);
      long renew = copy.renew().get();
      if (now - end < 0
          ? now - renew < 0 || !copy.renew().compareAndSet(renew, end)
          : now - copy.spared().get() < 0) {
        return copy.value();
      }
    }
    return fetched(key, fetch, copy);
  }

  /** Asks the source, and counts that; never a replica, which may not show yet what evicted. */
  public @Nullable V load(K key, Function<? super K, ? extends @Nullable V> loader) {
    loads.increment();
    return Viewer.fresh(() -> loader.apply(key));
  }

  private long endOf(Copy<V> copy) {
    Missed last = missed;
    long since = copy.begun() - last.at();
    if (since - last.lag() >= 0) {
      return copy.ends();
    }
    long soon = last.at() + Math.max(0, since) + (long) (nearNanos * copy.luck());
    return soon - copy.ends() < 0 ? soon : copy.ends();
  }

  private @Nullable V fetched(K key, Function<K, Found<V>> fetch, @Nullable Copy<V> old) {
    CompletableFuture<Copy<V>> mine = new CompletableFuture<>();
    for (boolean again = false; ; again = true) {
      CompletableFuture<Copy<V>> running = flights.putIfAbsent(key, mine);
      try {
        return running == null ? fly(key, fetch, mine).value() : running.join().value();
      } catch (RuntimeException fault) {
        if (old != null && spare(key, old)) {
          stale.increment();
          log.atDebug().addKeyValue("cache", name).setCause(fault).log("an old copy serves");
          return old.value();
        }
        if (running == null || again) {
          throw fault instanceof CompletionException wrapped
                  && wrapped.getCause() instanceof RuntimeException cause
              ? cause
              : fault;
        }
      }
    }
  }

  private Copy<V> fly(K key, Function<K, Found<V>> fetch, CompletableFuture<Copy<V>> mine) {
    try {
      long begun = System.nanoTime();
      Found<V> found = fetch.apply(key);
      Copy<V> copy = copyOf(found, begun);
      flights.computeIfPresent(
          key,
          (same, registered) -> {
            if (registered != mine) {
              return registered;
            }
            if (found.life().isPositive()) {
              copies.put(key, copy);
            } else {
              copies.invalidate(key);
            }
            return null;
          });
      mine.complete(copy);
      return copy;
    } catch (RuntimeException | Error fault) {
      flights.remove(key, mine);
      mine.completeExceptionally(fault);
      throw fault;
    }
  }

  private Copy<V> copyOf(Found<V> found, long begun) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long life = (long) (found.life().toNanos() * (1 - SPREAD * random.nextDouble()));
    return new Copy<>(
        found.value(),
        begun,
        new AtomicLong(begun + (long) (life * (1 - SPREAD))),
        begun + life,
        new AtomicLong(begun),
        random.nextDouble());
  }

  /** Whether an old copy may stand in for its source; one that says "none" is no answer. */
  private boolean spare(K key, Copy<V> old) {
    long now = System.nanoTime();
    boolean may =
        old.value() != null
            && now - (old.ends() + staleNanos) < 0
            && copies.asMap().get(key) == old;
    if (may) {
      old.spared().set(now + RETRY_NANOS);
    }
    return may;
  }

  /** Forgets the key; a flight that began before leaves nothing. Never waits for a loader. */
  public void evict(K key) {
    flights.compute(
        key,
        (same, registered) -> {
          copies.invalidate(key);
          return null;
        });
  }

  /** Words may have been lost: copies made before now end within the near time. */
  public void missed() {
    missed(Duration.ZERO);
  }

  /**
   * Anything may have changed, as when words were lost.
   *
   * @param lag what is loaded for so long from now on may still be of the past, and is given for
   *     the near time at most, too
   */
  public void missed(Duration lag) {
    missed = new Missed(System.nanoTime(), lag.toNanos());
  }
}
