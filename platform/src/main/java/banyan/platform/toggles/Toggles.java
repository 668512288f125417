package banyan.platform.toggles;

import banyan.platform.audit.Staff;
import banyan.platform.data.Database;
import banyan.platform.data.Databases;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Toggles by OpenFeature: the settings name them and say what they are until somebody turns one;
 * what was turned is a row that outlives restarts. Every node keeps a copy of the few rows and
 * reads it again every second, so asking costs no round trip, and while the database is away the
 * last known values hold.
 */
public final class Toggles implements FeatureProvider, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Toggles.class);

  /** All rows lie together: every statement runs where this key's rows would be. */
  private static final long HOME = 0;

  private static final int COUNT_MAX = 1_000;

  /** Who turned a toggle last, when and why. */
  public record Turned(String name, boolean enabled, String reason, long changedBy, Instant at) {}

  /**
   * @param byDefault what it is while nobody has turned it
   * @param brownedOut whether it is off by itself while this node is overloaded
   * @param turned null while nobody has; what somebody said holds in an overload too
   */
  public record State(String name, boolean byDefault, boolean brownedOut, @Nullable Turned turned) {
    public boolean enabled() {
      return turned == null ? byDefault && !brownedOut : turned.enabled();
    }
  }

  private final ToggleSettings settings;
  private final Map<String, Boolean> defaults;
  private final Database database;
  private final Client client;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("toggles").factory());
  private volatile Map<String, Turned> turned = Map.of();
  private volatile boolean stale;
  private volatile boolean running;
  private volatile boolean brownedOut;
  private final BooleanSupplier overload;

  /**
   * @param overload whether this node shall do without what is optional
   */
  public Toggles(
      ToggleSettings settings,
      Databases databases,
      MeterRegistry meters,
      BooleanSupplier overload) {
    this.overload = overload;
    this.settings = settings;
    this.defaults = settings.sorted();
    this.database = databases.module("toggles");
    refresh();
    // an API of its own, not the one of the whole JVM: two marketplaces in one JVM do not mix
    OpenFeatureAPI api = OpenFeatureAPI.createIsolated();
    api.setProviderAndWait(this);
    this.client = api.getClient();
    for (String name : defaults.keySet()) {
      Gauge.builder("toggle.enabled", this, toggles -> toggles.enabled(name) ? 1 : 0)
          .description("1 while the toggle is on")
          .tag("name", name)
          .register(meters);
    }
  }

  /** What the modules ask. */
  public Client client() {
    return client;
  }

  /** All toggles, by name, as this node knows them. */
  public List<State> states() {
    return defaults.entrySet().stream()
        .map(known -> state(known.getKey(), known.getValue()))
        .toList();
  }

  private State state(String name, boolean byDefault) {
    boolean off = brownedOut && settings.optional().contains(name);
    return new State(name, byDefault, off, turned.get(name));
  }

  private Optional<State> find(String name) {
    return states().stream().filter(state -> state.name().equals(name)).findFirst();
  }

  private boolean enabled(String name) {
    return find(name).map(State::enabled).orElse(false);
  }

  /**
   * Turns a toggle for every node: here at once, elsewhere within {@link ToggleSettings#refresh}.
   *
   * @return empty when there is no such toggle
   */
  public Optional<State> turn(String name, boolean enabled, String reason, Staff by) {
    if (find(name).isEmpty()) {
      return Optional.empty();
    }
    database.change(
        HOME,
        jdbc -> {
          jdbc.sql(
                  """
                  INSERT INTO toggle (name, enabled, reason, changed_by)
                  VALUES (:name, :enabled, :reason, :by)
                  ON CONFLICT (name) DO UPDATE
                     SET enabled = excluded.enabled, reason = excluded.reason,
                         changed_by = excluded.changed_by, changed_at = now()
                  """)
              .param("name", name)
              .param("enabled", enabled)
              .param("reason", reason)
              .param("by", by.accountId())
              .update();
          String detail = (enabled ? "on: " : "off: ") + reason;
          database.publish(by.acted(HOME, "toggle-turned", "toggle", name, detail));
        });
    refresh();
    return find(name);
  }

  /**
   * Reads the rows again; when that fails, what was known holds on. One at a time: an older read
   * must not be kept after a newer one.
   */
  private synchronized void refresh() {
    try {
      Map<String, Turned> fresh = new HashMap<>();
      database.fresh(HOME, Toggles::read).forEach(row -> fresh.put(row.name(), row));
      turned = Map.copyOf(fresh);
      stale = false;
    } catch (DataAccessException away) {
      if (!stale) {
        log.atWarn().setCause(away).log("toggles keep their last values: rows not readable");
      }
      stale = true;
    }
  }

  private static List<Turned> read(JdbcClient jdbc) {
    return jdbc.sql(
            """
            SELECT name, enabled, reason, changed_by, changed_at AS at FROM toggle LIMIT :limit
            """)
        .param("limit", COUNT_MAX)
        .query(Turned.class)
        .list();
  }

  @Override
  public void start() {
    running = true;
    long every = settings.refresh().toMillis();
    clock.scheduleWithFixedDelay(this::refreshAgain, every, every, TimeUnit.MILLISECONDS);
  }

  private void refreshAgain() {
    try {
      brownOut(overload.getAsBoolean());
      refresh();
    } catch (RuntimeException | Error fault) {
      // the scheduler would never look again, and nobody would know
      log.atWarn().setCause(fault).log("toggles keep their last values");
    }
  }

  private void brownOut(boolean now) {
    if (now != brownedOut) {
      log.atWarn()
          .addKeyValue("toggles", settings.optional())
          .log(now ? "overloaded: optional things are off" : "optional things are on again");
    }
    brownedOut = now;
  }

  @Override
  public void stop() {
    running = false;
    clock.shutdownNow();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8192;
  }

  @Override
  public Metadata getMetadata() {
    return () -> "banyan";
  }

  @Override
  public ProviderEvaluation<Boolean> getBooleanEvaluation(
      String name, Boolean otherwise, EvaluationContext context) {
    Boolean byDefault = defaults.get(name);
    if (byDefault == null) {
      return ProviderEvaluation.<Boolean>builder()
          .value(otherwise)
          .errorCode(ErrorCode.FLAG_NOT_FOUND)
          .errorMessage("no toggle named " + name)
          .build();
    }
    State state = state(name, byDefault);
    return ProviderEvaluation.<Boolean>builder()
        .value(state.enabled())
        .reason((state.turned() == null ? Reason.DEFAULT : Reason.CACHED).name())
        .build();
  }

  /** All toggles are on or off. */
  private static <T> ProviderEvaluation<T> noSuchType(T otherwise) {
    return ProviderEvaluation.<T>builder()
        .value(otherwise)
        .errorCode(ErrorCode.TYPE_MISMATCH)
        .errorMessage("a toggle is on or off")
        .build();
  }

  @Override
  public ProviderEvaluation<String> getStringEvaluation(
      String name, String otherwise, EvaluationContext context) {
    return noSuchType(otherwise);
  }

  @Override
  public ProviderEvaluation<Integer> getIntegerEvaluation(
      String name, Integer otherwise, EvaluationContext context) {
    return noSuchType(otherwise);
  }

  @Override
  public ProviderEvaluation<Double> getDoubleEvaluation(
      String name, Double otherwise, EvaluationContext context) {
    return noSuchType(otherwise);
  }

  @Override
  public ProviderEvaluation<Value> getObjectEvaluation(
      String name, Value otherwise, EvaluationContext context) {
    return noSuchType(otherwise);
  }
}
