package banyan.engines.nginx;

import banyan.platform.web.CacheInFront;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages that an Nginx keeps, by {@code images/nginx/pages.lua}: told by POST which tags are out
 * of date. Whoever finds out does not wait for it. A proxy that cannot be reached is told when it
 * can; until then its pages are as old as they say themselves.
 *
 * <p>Everything is told three times. After the first time the proxy may ask a node that has not
 * heard of the change yet, and would keep its old answer as a new one; by the second time every
 * node has heard that is not cut off, and by the third one that was cut off knows it.
 */
public final class NginxPages implements CacheInFront, AutoCloseable {
  /** Tags that wait for a proxy that is away; beyond these its pages get old by themselves. */
  private static final int WAITING_MAX = 100_000;

  /** Tags of one request: some 16 KiB, which Nginx takes into memory. */
  private static final int TOLD_MAX = 500;

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long AGAIN_MILLIS = 500;

  /**
   * When it is told again, after the first time. Nodes hear of a change within milliseconds, on a
   * busy machine within some hundred; one that was cut off looks at all of its kept answers again
   * within a second.
   */
  private static final long[] AGAIN_NANOS = {
    Duration.ofMillis(300).toNanos(), Duration.ofMillis(1_200).toNanos()
  };

  private static final Logger log = LoggerFactory.getLogger(NginxPages.class);

  private final List<Proxy> proxies;

  /**
   * @param proxies base URLs of the door that each proxy has for the nodes
   */
  public NginxPages(List<URI> proxies, MeterRegistry meters) {
    Counter told =
        Counter.builder("proxy.forgotten")
            .description("tags that proxies were told to forget")
            .register(meters);
    this.proxies = proxies.stream().map(base -> new Proxy(base.resolve("/forget"), told)).toList();
  }

  @Override
  public void forget(Collection<String> tags) {
    proxies.forEach(proxy -> proxy.add(tags));
  }

  @Override
  public void close() {
    proxies.forEach(Proxy::end);
  }

  /**
   * @param times how often after the first
   */
  private record Told(List<String> tags, long firstNanos, int times) {
    boolean isDue(long now) {
      return now - dueNanos() >= 0;
    }

    long dueNanos() {
      return firstNanos + AGAIN_NANOS[times];
    }

    /** Null after the last time. */
    @Nullable Told next() {
      return times + 1 < AGAIN_NANOS.length ? new Told(tags, firstNanos, times + 1) : null;
    }
  }

  /** One proxy, and what it has to be told yet. */
  private static final class Proxy {
    private final URI door;
    private final Counter told;
    private final HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final PriorityQueue<Told> once =
        new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos() - b.dueNanos()));
    private final Thread teller;

    Proxy(URI door, Counter told) {
      this.door = door;
      this.told = told;
      this.teller = Thread.ofVirtual().name("proxy-" + door.getHost()).start(this::tellAll);
    }

    void add(Collection<String> tags) {
      synchronized (waiting) {
        if (waiting.size() < WAITING_MAX) {
          waiting.addAll(tags);
          waiting.notifyAll();
        }
      }
    }

    void end() {
      teller.interrupt();
      http.close();
    }

    private void tellAll() {
      boolean away = false;
      try {
        while (true) {
          Told again = once.peek();
          boolean due = again != null && again.isDue(System.nanoTime());
          List<String> some = due ? again.tags() : some(again);
          boolean heard = tell(some);
          if (!heard) {
            add(some);
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
          } else if (!due && !some.isEmpty()) {
            told.increment(some.size());
            once.add(new Told(some, System.nanoTime(), 0));
          }
          if (due) {
            once.remove();
            if (heard && again.next() instanceof Told later) {
              once.add(later);
            }
          }
          if (heard == away) {
            away = !heard;
            log.atWarn()
                .addKeyValue("door", door)
                .log(away ? "a proxy cannot be told what is old" : "a proxy hears again");
          }
        }
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }

    /**
     * Waits for tags and takes them; those that come meanwhile are told next.
     *
     * @param again what is told once more when it is due: then there may be none to take
     */
    private List<String> some(@Nullable Told again) throws InterruptedException {
      synchronized (waiting) {
        while (waiting.isEmpty()) {
          if (again == null) {
            waiting.wait();
            continue;
          }
          long left = again.dueNanos() - System.nanoTime();
          if (left <= 0) {
            return List.of();
          }
          TimeUnit.NANOSECONDS.timedWait(waiting, left);
        }
        List<String> some = waiting.stream().limit(TOLD_MAX).toList();
        some.forEach(waiting::remove);
        return some;
      }
    }

    private boolean tell(List<String> tags) throws InterruptedException {
      if (tags.isEmpty()) {
        return true;
      }
      HttpRequest request =
          HttpRequest.newBuilder(door)
              .timeout(PATIENCE)
              .POST(HttpRequest.BodyPublishers.ofString(String.join(" ", tags)))
              .build();
      try {
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 204;
      } catch (IOException unreachable) {
        return false;
      }
    }
  }
}
