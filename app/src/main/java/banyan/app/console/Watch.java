package banyan.app.console;

import banyan.app.console.Snapshot.Next;
import banyan.app.console.Snapshot.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks at the meters: every five seconds for the charts, whether anybody is there or not, and more
 * often while somebody watches, once for all who do. A watcher waits on his own virtual thread for
 * the next look; nobody who reads slowly keeps the others waiting.
 */
final class Watch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  /** Between two points of the charts. */
  private static final Duration PACE = Duration.ofSeconds(5);

  /** Fifteen minutes. */
  private static final int POINTS_MAX = 180;

  /** Rates and averages are of this time: long enough to be calm, short enough to be live. */
  private static final Duration WINDOW = Duration.ofSeconds(15);

  /** A reading that is younger serves another question as well. */
  private static final Duration YOUNG = Duration.ofSeconds(1);

  /** What all watchers are sent; numbered, so that each knows what is new to him. */
  record Frame(long number, byte[] json) {}

  private final Meters meters;
  private final Probe probe;
  private final Lamps lamps;
  private final Scene scene;
  private final JsonMapper json;
  private final ConsoleSettings settings;
  private final Deque<Reading> readings = new ArrayDeque<>();
  private final Deque<Point> points = new ArrayDeque<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("console").factory());
  private @Nullable Reading charted;
  private @Nullable ScheduledFuture<?> live;
  private @Nullable Frame latest;
  private int watchers;
  private boolean running;

  Watch(
      Meters meters,
      Probe probe,
      Lamps lamps,
      Scene scene,
      JsonMapper json,
      ConsoleSettings settings) {
    this.meters = meters;
    this.probe = probe;
    this.lamps = lamps;
    this.scene = scene;
    this.json = json;
    this.settings = settings;
  }

  /** Somebody begins to watch; false when there are too many, or the process ends. */
  synchronized boolean enter() {
    if (!running || watchers >= settings.watchersMax()) {
      return false;
    }
    watchers++;
    if (live == null) {
      live =
          clock.scheduleWithFixedDelay(
              () -> safely(this::look), 0, settings.live().toMillis(), TimeUnit.MILLISECONDS);
    }
    return true;
  }

  synchronized void leave() {
    watchers--;
    if (watchers == 0 && live != null) {
      live.cancel(false);
      live = null;
    }
  }

  /** The number of the newest frame; 0 before there is one. */
  synchronized long newest() {
    return latest == null ? 0 : latest.number();
  }

  /**
   * Waits for a frame that is newer than this one.
   *
   * @return null when there was none in time, or the process ends
   */
  synchronized @Nullable Frame after(long number, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (running && (latest == null || latest.number() <= number)) {
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return null;
      }
      wait(millis);
    }
    return running ? latest : null;
  }

  /** What somebody sees who asks once. */
  Snapshot snapshot() {
    probe.ask();
    return snapshot(sight(), true);
  }

  private void look() {
    // a database that does not answer must not stop the picture
    Thread.ofVirtual().start(probe::ask);
    lamps.turn();
    byte[] bytes = json.writeValueAsBytes(snapshot(sight(), false));
    synchronized (this) {
      latest = new Frame(newest() + 1, bytes);
      notifyAll();
    }
  }

  private void chart() {
    Reading now = read();
    synchronized (this) {
      if (charted != null && now.at().isAfter(charted.at())) {
        points.addLast(new Sight(List.of(charted, now), List.of()).point());
        if (points.size() > POINTS_MAX) {
          points.removeFirst();
        }
      }
      charted = now;
    }
  }

  private Sight sight() {
    read();
    synchronized (this) {
      return new Sight(List.copyOf(readings), probe.known());
    }
  }

  /** Reads the meters, unless that was done a moment ago. */
  private synchronized Reading read() {
    Reading before = readings.peekLast();
    if (before != null && Duration.between(before.at(), Instant.now()).compareTo(YOUNG) < 0) {
      return before;
    }
    Reading now = meters.read();
    readings.addLast(now);
    Instant old = now.at().minus(WINDOW);
    while (readings.size() > 2 && readings.getFirst().at().isBefore(old)) {
      readings.removeFirst();
    }
    return now;
  }

  private Snapshot snapshot(Sight sight, boolean history) {
    List<Binding.Resource> resources = sight.resources();
    String stage = scene.node().stage();
    List<Point> before;
    synchronized (this) {
      before = List.copyOf(points);
    }
    return new Snapshot(
        sight.last().at(),
        stage,
        scene.nodes(sight),
        scene.links(sight),
        scene.fleet().members(),
        lamps.all(),
        sight.operations(),
        sight.refusals(),
        sight.caches(),
        sight.pools(),
        sight.databaseKeepsStatements() ? "database" : "modules",
        sight.statements(),
        sight.events(),
        sight.limits(),
        sight.outcomes(),
        resources.stream().map(Snapshot.Use::of).toList(),
        Next.of(Binding.of(resources, stage)),
        sight.last().machine(),
        before.isEmpty() ? sight.point() : before.getLast(),
        history ? before : null);
  }

  private void safely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error fault) {
      // a scheduler would never run it again
      log.atWarn().setCause(fault).log("console: could not look");
    }
  }

  @Override
  public synchronized void start() {
    running = true;
    clock.scheduleAtFixedRate(() -> safely(this::chart), 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void stop() {
    running = false;
    clock.shutdownNow();
    lamps.close();
    notifyAll();
  }

  @Override
  public synchronized boolean isRunning() {
    return running;
  }

  /** Ends before the web server waits for its last requests: watchers would keep it waiting. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE;
  }
}
