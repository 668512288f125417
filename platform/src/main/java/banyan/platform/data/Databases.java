package banyan.platform.data;

import banyan.platform.ids.Ids;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Opens the databases of the modules. Modules with the same URL share a pool; each has its own
 * tables, its own migrations and its own history of them.
 */
public final class Databases implements AutoCloseable {
  private final DataSettings settings;
  private final Ids ids;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final Map<String, Lanes> pools = new LinkedHashMap<>();
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
      return source.getJdbcUrl().replaceFirst("^jdbc:\\w+://", "").replaceFirst("\\?.*", "");
    }

    /** The database that a pool with this name, as metrics have it, belongs to. */
    public static String ofLane(String poolName) {
      return poolName.replaceFirst("\\..*", "");
    }
  }

  /** The databases that are in use, in the order they were opened. */
  public synchronized List<Pool> pools() {
    return pools.values().stream()
        .map(lanes -> new Pool(Pool.ofLane(lanes.any().getPoolName()), lanes.any()))
        .toList();
  }

  private Database open(String module) {
    List<Database.Node> nodes =
        settings.urlsOf(module).stream()
            .map(url -> pools.computeIfAbsent(url, this::connect))
            .map(pool -> {
              migrate(module, pool);
              return new Database.Node(
                  JdbcClient.create(new BoundStatements(pool)),
                  new TransactionTemplate(new JdbcTransactionManager(pool)));
            })
            .toList();
    return new Database(module, nodes, ids, json::writeValueAsString, new Work(module, meters));
  }

  private Lanes connect(String url) {
    String name = "pool-" + pools.size();
    return new Lanes(settings, lane -> connect(url, name, lane));
  }

  private HikariDataSource connect(String url, String name, Lanes.Lane lane) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(lane.size());
    config.setConnectionTimeout(settings.acquire().toMillis());
    config.setInitializationFailTimeout(60_000);
    config.setPoolName(name + lane.suffix());
    config.setMetricRegistry(meters);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("prepareThreshold", "3");
    config.addDataSourceProperty("ApplicationName", "banyan");
    config.addDataSourceProperty("options", "-c statement_timeout=" + lane.statement().toMillis());
    return new HikariDataSource(config);
  }

  private static void migrate(String module, Lanes pool) {
    Flyway.configure()
        .dataSource(pool)
        .table("flyway_" + module)
        .locations("classpath:db/platform", "classpath:db/" + module)
        .placeholders(Map.of("module", module))
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  @Override
  public void close() {
    pools.values().forEach(Lanes::close);
  }
}
