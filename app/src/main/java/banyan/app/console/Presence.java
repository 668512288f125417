package banyan.app.console;

import banyan.app.NodeSettings;
import banyan.platform.nodes.Sign;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.core.env.Environment;

/** What this process says of itself to the other nodes: few meters, asked every second. */
final class Presence implements Supplier<Sign> {
  /** Rates and averages are of this time: one second alone would jump. */
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private record Sample(long nanos, double requests, double processor) {}

  private final NodeSettings node;
  private final MeterRegistry meters;
  private final ApplicationAvailability availability;
  private final Environment environment;
  private final String host = host();
  private final String version =
      Objects.requireNonNullElse(Presence.class.getPackage().getImplementationVersion(), "");
  private final Instant startedAt =
      Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
  private final Deque<Sample> samples = new ArrayDeque<>();
  private boolean wasReady;
  private @Nullable Sign last;

  Presence(
      NodeSettings node,
      MeterRegistry meters,
      ApplicationAvailability availability,
      Environment environment) {
    this.node = node;
    this.meters = meters;
    this.availability = availability;
    this.environment = environment;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }

  /** What it said last, a beat ago at most. */
  synchronized Sign last() {
    return last == null ? get() : last;
  }

  @Override
  public synchronized Sign get() {
    Sample now = new Sample(System.nanoTime(), requests(), gauge("process.cpu.usage"));
    samples.addLast(now);
    while (samples.size() > 2 && now.nanos() - samples.getFirst().nanos() > WINDOW.toNanos()) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    double seconds = (now.nanos() - first.nanos()) / 1e9;
    last =
        new Sign(
            node.node(),
            state(),
            node.stage(),
            version,
            host + ":" + environment.getProperty("local.server.port", "0"),
            startedAt,
            seconds > 0 ? (now.requests() - first.requests()) / seconds : 0,
            samples.stream().mapToDouble(Sample::processor).average().orElse(0),
            gauge("jvm.memory.usage.after.gc"));
    return last;
  }

  private Sign.State state() {
    if (availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC) {
      wasReady = true;
      return Sign.State.READY;
    }
    return wasReady ? Sign.State.DRAINING : Sign.State.STARTING;
  }

  private double requests() {
    return meters.find(Traffic.TIMER).timers().stream().mapToDouble(Timer::count).sum();
  }

  private double gauge(String name) {
    Gauge gauge = meters.find(name).gauge();
    double value = gauge == null ? 0 : gauge.value();
    return Double.isFinite(value) ? Math.max(0, value) : 0;
  }
}
