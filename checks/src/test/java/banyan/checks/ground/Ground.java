package banyan.checks.ground;

import banyan.app.EmbeddedDatabase;
import banyan.checks.Marketplace;
import banyan.platform.broadcast.Broadcast;
import banyan.platform.broadcast.LocalBroadcast;
import banyan.platform.data.DataSettings;
import banyan.platform.data.Databases;
import banyan.platform.events.Event;
import banyan.platform.events.OutboxRelay;
import banyan.platform.ids.Ids;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * A piece of ground for one test: new databases of its own beside the running marketplace's, on the
 * same PostgreSQL.
 */
final class Ground implements AutoCloseable {
  /**
   * Two databases, seen by two processes, must fit into what the marketplace's pool leaves of its
   * PostgreSQL; a relay and its consumers use three.
   */
  private static final int POOL_MAX = 3;

  static final Ids IDS = new Ids(9, System::currentTimeMillis);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final DataSettings settings;
  private final Databases databases;

  /** One database for the module {@code elsewhere}, so many for the module {@code scratch}. */
  Ground(int scratchDatabases) {
    this(scratchDatabases, Duration.ofSeconds(20));
  }

  /**
   * @param statement how long a request's statement may run
   */
  Ground(int scratchDatabases, Duration statement) {
    List<String> urls = IntStream.range(0, scratchDatabases).mapToObj(i -> newDatabase()).toList();
    this.settings =
        new DataSettings(
            urls.getFirst(),
            "postgres",
            Marketplace.open().part(EmbeddedDatabase.class).password(),
            POOL_MAX,
            Duration.ofSeconds(5),
            statement,
            Map.of("scratch", urls),
            List.of(),
            null,
            Duration.ofSeconds(1),
            Duration.ofMillis(150),
            2);
    this.databases = another();
  }

  Databases databases() {
    return databases;
  }

  /** The same databases as another process sees them. */
  Databases another() {
    return new Databases(settings, IDS, JSON, new SimpleMeterRegistry());
  }

  static OutboxRelay relay(Databases databases, String holder) {
    return relay(databases, new LocalBroadcast(), holder);
  }

  static OutboxRelay relay(Databases databases, Broadcast broadcast, String holder) {
    return new OutboxRelay(databases, JSON, new SimpleMeterRegistry(), broadcast, holder);
  }

  @Override
  public void close() {
    databases.close();
  }

  private static String newDatabase() {
    EmbeddedDatabase postgres = Marketplace.open().part(EmbeddedDatabase.class);
    String name = "ground" + NUMBER.incrementAndGet();
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return postgres.url().replaceFirst("/postgres(?=$|\\?)", "/" + name);
  }

  /** A fact to tell. */
  record Noted(long key, int number) implements Event {}

  static void note(JdbcClient jdbc, long id, String text) {
    jdbc.sql("INSERT INTO scratch_note (shard, id, text) VALUES (:shard, :id, :text)")
        .param("shard", Ids.shardOf(id))
        .param("id", id)
        .param("text", text)
        .update();
  }

  static void heard(JdbcClient jdbc, long key, int number) {
    jdbc.sql("INSERT INTO scratch_heard (shard, key, number) VALUES (:shard, :key, :number)")
        .param("shard", Ids.shardOf(key))
        .param("key", key)
        .param("number", number)
        .update();
  }

  /** The numbers heard for a key, in the order in which they were. */
  static List<Integer> heardOf(JdbcClient jdbc, long key) {
    return jdbc.sql(
            """
            SELECT number FROM scratch_heard
             WHERE shard = :shard AND key = :key ORDER BY position LIMIT 1000
            """)
        .param("shard", Ids.shardOf(key))
        .param("key", key)
        .query(Integer.class)
        .list();
  }

  static long count(JdbcClient jdbc, String table) {
    return jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
  }
}
