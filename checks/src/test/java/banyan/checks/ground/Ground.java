package banyan.checks.ground;

import banyan.platform.data.DataSettings;
import banyan.platform.data.Databases;
import banyan.platform.events.Event;
import banyan.platform.events.OutboxRelay;
import banyan.platform.ids.Ids;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * A piece of ground for one test: new databases on a real PostgreSQL, which is started once for all
 * tests of this JVM.
 */
final class Ground implements AutoCloseable {
  static final Ids IDS = new Ids(9, System::currentTimeMillis);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable EmbeddedPostgres postgres;

  private final DataSettings settings;
  private final Databases databases;

  /** One database for the module {@code elsewhere}, so many for the module {@code scratch}. */
  Ground(int scratchDatabases) {
    List<String> urls = IntStream.range(0, scratchDatabases).mapToObj(i -> newDatabase()).toList();
    this.settings =
        new DataSettings(
            urls.getFirst(),
            "postgres",
            "postgres",
            8,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Map.of("scratch", urls));
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
    return new OutboxRelay(databases, JSON, new SimpleMeterRegistry(), holder);
  }

  @Override
  public void close() {
    databases.close();
  }

  private static synchronized String newDatabase() {
    try {
      if (postgres == null) {
        postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
        Runtime.getRuntime().addShutdownHook(new Thread(Ground::stop));
      }
      String name = "ground" + NUMBER.incrementAndGet();
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      }
      return postgres.getJdbcUrl("postgres", name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static synchronized void stop() {
    try {
      if (postgres != null) {
        postgres.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
