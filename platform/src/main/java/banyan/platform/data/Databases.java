package banyan.platform.data;

import banyan.platform.ids.Ids;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Opens the databases of the modules. Modules with the same URL share a pool; each has its own
 * tables, its own migrations and its own history of them.
 */
public final class Databases implements AutoCloseable {
  private static final String OF_COPY = "-replica-";

  /** Also when it is promoted: what is sent to a copy only looks. */
  private static final String READ_ONLY = " -c default_transaction_read_only=on";

  /** The least that the pool takes. */
  private static final long COPY_ACQUIRE_MILLIS = 250;

  private final DataSettings settings;
  private final Ids ids;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final Map<String, One> opened = new LinkedHashMap<>();
  private final Map<String, Database> modules = new LinkedHashMap<>();

  public Databases(DataSettings settings, Ids ids, JsonMapper json, MeterRegistry meters) {
    this.settings = settings;
    this.ids = ids;
    this.json = json;
    this.meters = meters;
  }

  /**
   * The database of a module, migrated to what this build expects; a repeat returns the same one.
   */
  public synchronized Database module(String name) {
    return modules.computeIfAbsent(name, this::open);
  }

  /** All that were opened so far. */
  public synchronized Collection<Database> all() {
    return List.copyOf(modules.values());
  }

  /**
   * One database behind the modules.
   *
   * @param name of its pool, as metrics have it
   */
  public record Pool(String name, HikariDataSource source) {
    /** Machine, port and name; nothing secret. */
    public String address() {
      return address(source.getJdbcUrl());
    }

    private static String address(String url) {
      return url.replaceFirst("^jdbc:\\w+://", "").replaceFirst("\\?.*", "");
    }

    /** The database that a pool with this name, as metrics have it, belongs to. */
    public static String ofLane(String poolName) {
      return poolName.replaceFirst("\\..*", "");
    }
  }

  /**
   * A statement that asks for several callers has its questions in arrays. For each the planner
   * makes a plan anew, since it looks cheaper with so few elements known, and planning takes longer
   * than running it: 0.6 to 0.8 ms beside 0.4 for the orders of eight buyers.
   */
  private static final String ALWAYS_THE_SAME_PLAN = " -c plan_cache_mode=force_generic_plan";

  /** One database that was opened, whatever modules use it. */
  private record One(Lanes lanes, DataSource patient, Showing.Node node) {}

  /** The databases that are in use, in the order they were opened. */
  public synchronized List<Pool> pools() {
    return opened.values().stream().map(Databases::poolOf).toList();
  }

  private static Pool poolOf(One one) {
    HikariDataSource any = one.lanes.any();
    return new Pool(Pool.ofLane(any.getPoolName()), any);
  }

  /** How the copies stand, by the name of the pool of their database; those without are absent. */
  public synchronized Map<String, List<Standing>> standings() {
    Map<String, List<Standing>> all = new LinkedHashMap<>();
    for (One one : opened.values()) {
      if (one.node.replicas() != null) {
        all.put(poolOf(one).name(), one.node.replicas().standings());
      }
    }
    return all;
  }

  /**
   * What somebody has seen who is answered now, to show with his next request: what he has changed
   * he sees there, whichever node and copy answers. Costs a question to each primary that has
   * copies, which concurrent callers share; waits two seconds at most.
   *
   * @return empty when a primary does not say: then he must forget what he was told before
   */
  public Optional<String> freshToken() {
    Map<Long, Long> seen = new HashMap<>();
    try {
      for (Replicas replicas : replicas()) {
        replicas.seenNow().forEach((system, position) -> seen.merge(system, position, Long::max));
      }
    } catch (SQLException away) {
      return Optional.empty();
    }
    return seen.isEmpty() ? Optional.empty() : Optional.of(FreshToken.of(seen));
  }

  /** The same for who has changed nothing yet. */
  public static String firstFreshToken() {
    return FreshToken.of(Map.of(FreshToken.ANY, 0L));
  }

  private synchronized List<Replicas> replicas() {
    return opened.values().stream()
        .map(one -> one.node.replicas())
        .filter(Objects::nonNull)
        .toList();
  }

  private Database open(String module) {
    List<Showing.Node> nodes =
        settings.urlsOf(module).stream()
            .map(url -> opened.computeIfAbsent(url, this::connect))
            .map(one -> {
              migrate(module, one);
              return one.node();
            })
            .toList();
    return new Database(module, nodes, ids, json::writeValueAsString, new Work(module, meters));
  }

  private One connect(String url) {
    String name = "pool-" + opened.size();
    List<String> copies = settings.replicasOf(url);
    if (copies.isEmpty()) {
      Lanes lanes =
          new Lanes(settings, lane -> pool(name, url, lane, wires(() -> url, lane, "", any -> {})));
      return new One(lanes, patient(() -> url, any -> {}), new Showing.Node(sourceOf(lanes), null));
    }
    Way way = new Way(url);
    Primary primary = new Primary(new Line(settings, way::url), settings.replicaProbe());
    Replicas replicas =
        new Replicas(
            name,
            settings,
            primary,
            IntStream.range(0, copies.size())
                .mapToObj(i -> replica(name + OF_COPY + i, copies.get(i)))
                .toList(),
            meters);
    List<Wires> all = new ArrayList<>();
    Lanes lanes =
        new Lanes(
            settings,
            lane -> {
              Wires wires = wires(way::url, lane, "", replicas.door);
              all.add(wires);
              return pool(name, url, lane, wires);
            });
    replicas.start(newPrimary -> {
      way.leadsTo(newPrimary);
      all.forEach(wires -> wires.cut(host -> !host.equals(newPrimary)));
      lanes.renew();
    });
    return new One(
        lanes, patient(way::url, replicas.door), new Showing.Node(sourceOf(lanes), replicas));
  }

  private static Showing.Source sourceOf(DataSource source) {
    return new Showing.Source(
        JdbcClient.create(new BoundStatements(source)),
        new TransactionTemplate(new JdbcTransactionManager(source)));
  }

  /** Connections of its own for each who asks, on which nothing ends for taking long. */
  private DataSource patient(Supplier<String> url, Wires.Entrance entrance) {
    return wires(url, new Lanes.Lane("", 1, Duration.ZERO), "", entrance);
  }

  private Replica replica(String name, String url) {
    String address = Pool.address(url).replaceFirst("/.*", "");
    Lanes.Lane lane = new Lanes.Lane("", settings.replicaPoolMax(), Lanes.browsing(settings));
    Wires wires = wires(() -> url, lane, READ_ONLY, any -> {});
    return new Replica(address, pool(name, url, lane, wires), wires, new Line(settings, () -> url));
  }

  private Wires wires(
      Supplier<String> url, Lanes.Lane lane, String options, Wires.Entrance entrance) {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    properties.setProperty("reWriteBatchedInserts", "true");
    properties.setProperty("prepareThreshold", "3");
    properties.setProperty("ApplicationName", "banyan");
    properties.setProperty(
        "options",
        "-c statement_timeout=" + lane.statement().toMillis() + ALWAYS_THE_SAME_PLAN + options);
    // a host that is gone without a word is found out: no longer than a statement may take
    if (!lane.statement().isZero()) {
      properties.setProperty("socketTimeout", Long.toString(lane.statement().toSeconds() + 2));
    }
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("loginTimeout", "5");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("cancelSignalTimeout", "2");
    // of several hosts another one may be the primary a second later
    properties.setProperty("hostRecheckSeconds", "1");
    return new Wires(url, properties, entrance);
  }

  private HikariDataSource pool(String name, String url, Lanes.Lane lane, Wires wires) {
    boolean copy = name.contains(OF_COPY);
    HikariConfig config = new HikariConfig();
    config.setDataSource(wires);
    config.setJdbcUrl(url);
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(lane.size());
    // each is a process of the database; after a promotion all are opened anew at the same moment
    config.setMinimumIdle(Math.max(2, lane.size() / 4));
    // whoever gets no connection to a copy in a moment is better served by the primary
    config.setConnectionTimeout(copy ? COPY_ACQUIRE_MILLIS : settings.acquire().toMillis());
    config.setInitializationFailTimeout(copy ? -1 : 60_000);
    config.setExceptionOverride(new LostPrimary());
    config.setPoolName(name + lane.suffix());
    config.setMetricRegistry(meters);
    return new HikariDataSource(config);
  }

  /** A connection to a primary that has become a copy is of no more use. */
  private static final class LostPrimary implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException fault) {
      return BoundStatements.READ_ONLY.equals(fault.getSQLState())
          ? Override.MUST_EVICT
          : Override.CONTINUE_EVICT;
    }
  }

  /**
   * What is to be done is done by one node at a time and may take as long as it takes. Two that
   * start on an empty database would else make the same tables, and the second one end; and an
   * index of a large table needs more than a request's time.
   */
  private static void migrate(String module, One one) {
    Flyway usual = flyway(module, one.lanes);
    if (usual.info().pending().length == 0) {
      usual.validate();
    } else {
      try (Connection turn = one.patient.getConnection();
          Statement wait = turn.createStatement()) {
        wait.execute("SELECT pg_advisory_lock(hashtext('banyan.migrations'))");
        flyway(module, one.patient).migrate();
      } catch (SQLException away) {
        throw new UncategorizedSQLException("migrating " + module, null, away);
      }
    }
    // also where another node has just done it: copies may not have its tables yet
    if (one.node.replicas() != null) {
      one.node.replicas().raiseFloor();
    }
  }

  private static Flyway flyway(String module, DataSource source) {
    return Flyway.configure()
        .dataSource(source)
        .table("flyway_" + module)
        .locations("classpath:db/platform", "classpath:db/" + module)
        .placeholders(Map.of("module", module))
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load();
  }

  @Override
  public void close() {
    for (One one : opened.values()) {
      if (one.node.replicas() != null) {
        one.node.replicas().close();
      }
      one.lanes.close();
    }
  }
}
