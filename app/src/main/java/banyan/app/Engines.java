package banyan.app;

import banyan.business.intake.DemoAccounts;
import banyan.engines.nginx.NginxPages;
import banyan.engines.redis.Redis;
import banyan.engines.redis.RedisBroadcast;
import banyan.engines.redis.RedisCaches;
import banyan.engines.redis.RedisSettings;
import banyan.platform.audit.Book;
import banyan.platform.broadcast.Broadcast;
import banyan.platform.broadcast.LocalBroadcast;
import banyan.platform.cache.CacheSettings;
import banyan.platform.cache.Caches;
import banyan.platform.cache.LocalCaches;
import banyan.platform.data.DataSettings;
import banyan.platform.data.Databases;
import banyan.platform.events.OutboxRelay;
import banyan.platform.files.Files;
import banyan.platform.files.FolderFiles;
import banyan.platform.ids.Ids;
import banyan.platform.jobs.Jobs;
import banyan.platform.limits.Admission;
import banyan.platform.nodes.Nodes;
import banyan.platform.search.KeptSearch;
import banyan.platform.search.PostgresSearch;
import banyan.platform.search.SearchIndex;
import banyan.platform.toggles.ToggleSettings;
import banyan.platform.toggles.Toggles;
import banyan.platform.web.GuestTokens;
import banyan.platform.web.Routes;
import dev.openfeature.sdk.Client;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** The engine switch: the one place that says what stands behind each port. */
@Configuration(proxyBeanMethods = false)
class Engines {
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  DataFolder dataFolder(NodeSettings settings) {
    return DataFolder.open(settings.home());
  }

  @Bean
  Secret secret(NodeSettings settings, DataFolder folder) {
    return Secret.of(settings, folder.path());
  }

  @Bean
  IdsMark idsMark(DataFolder folder) {
    return IdsMark.in(folder.path());
  }

  @Bean
  Nodes.Identity identity(DataFolder folder) {
    return Nodes.Identity.in(folder.path());
  }

  @Bean
  Ids ids(NodeSettings settings, Clock clock, IdsMark mark) {
    return new Ids(settings.node(), clock::millis, mark);
  }

  @Bean
  GuestTokens guestTokens(Secret secret, Ids ids) {
    return new GuestTokens(secret.value(), ids);
  }

  /** Started only when no database is configured. */
  @Bean
  @Nullable EmbeddedDatabase embeddedDatabase(
      EmbeddedSettings settings, DataSettings data, DataFolder folder) {
    return data.url().isEmpty()
        ? EmbeddedDatabase.start(
            folder.path(), settings, data.poolMax() + EmbeddedDatabase.CONNECTIONS_OF_OTHERS)
        : null;
  }

  /** Depends on the embedded database, and so is closed before it. */
  @Bean
  @DependsOn("embeddedDatabase")
  Databases databases(
      DataSettings settings,
      Optional<EmbeddedDatabase> embedded,
      Ids ids,
      JsonMapper json,
      MeterRegistry meters) {
    DataSettings known =
        embedded.map(database -> settings.at(database.url(), database.password())).orElse(settings);
    return new Databases(known, ids, json, meters);
  }

  @Bean
  OutboxRelay events(
      EngineSettings engines,
      NodeSettings node,
      Databases databases,
      JsonMapper json,
      MeterRegistry meters,
      Broadcast broadcast) {
    return switch (engines.events()) {
      case "local" -> new OutboxRelay(databases, json, meters, broadcast, "node-" + node.node());
      default -> throw unknown("banyan.engines.events", engines.events(), "local");
    };
  }

  @Bean
  Book eventsDelivered(OutboxRelay events) {
    return Book.of(
        "events-delivered",
        "Every event reaches its consumers within a minute; none is given up.",
        () -> events.undelivered(Book.VIOLATIONS_MAX));
  }

  /** Connected only when nodes share copies. */
  @Bean
  @Nullable Redis redis(CacheSettings cache, RedisSettings settings, MeterRegistry meters) {
    return cache.engine().equals("valkey") ? Redis.open(settings, meters) : null;
  }

  /** Nodes that share copies tell each other when one is out of date. */
  @Bean
  Broadcast broadcast(Optional<Redis> redis) {
    return redis.<Broadcast>map(RedisBroadcast::new).orElseGet(LocalBroadcast::new);
  }

  @Bean
  Caches caches(
      CacheSettings settings, Optional<Redis> redis, Broadcast broadcast, MeterRegistry meters) {
    return switch (settings.engine()) {
      case "caffeine" -> new LocalCaches(settings, meters);
      case "valkey" -> new RedisCaches(settings, redis.orElseThrow(), broadcast, meters);
      default -> throw unknown("banyan.cache.engine", settings.engine(), "caffeine, valkey");
    };
  }

  @Bean
  CacheHealth cacheHealth(CacheSettings settings, Optional<Redis> redis) {
    return new CacheHealth(settings, redis);
  }

  @Bean
  Files files(EngineSettings engines, DataFolder folder) {
    return switch (engines.files()) {
      case "folder" -> new FolderFiles(folder.path().resolve("files"));
      default -> throw unknown("banyan.engines.files", engines.files(), "folder");
    };
  }

  @Bean
  Toggles toggles(
      ToggleSettings settings, Databases databases, MeterRegistry meters, Admission admission) {
    return new Toggles(settings, databases, meters, admission::brownedOut);
  }

  /** What the modules know of toggles. */
  @Bean
  Client toggleClient(Toggles toggles) {
    return toggles.client();
  }

  /** Says in the data folder that the process is ready, and where. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> announcement(DataFolder folder) {
    return ready -> {
      Environment environment = ready.getApplicationContext().getEnvironment();
      folder.announce(
          "ready",
          environment.getProperty("local.server.port", Integer.class, 0),
          environment.getProperty("local.management.port", Integer.class, 0));
    };
  }

  @Bean
  SearchIndex searchIndex(
      EngineSettings engines,
      Databases databases,
      DataSettings data,
      CacheSettings cache,
      Broadcast broadcast,
      MeterRegistry meters) {
    SearchIndex index =
        switch (engines.search()) {
          case "postgres" -> new PostgresSearch(databases);
          default -> throw unknown("banyan.engines.search", engines.search(), "postgres");
        };
    return engines.searchKept().isPositive()
        ? new KeptSearch(
            index, engines.searchKept(), cache, data.pastAfterEvent(), broadcast, meters)
        : index;
  }

  /** {@code banyan up} prints them. */
  @Bean
  InfoContributor demoAccounts(DemoAccounts accounts) {
    return info -> info.withDetail("demoAccounts", accounts.demoAccounts());
  }

  /** Pages are kept in front of the nodes, too, where a proxy keeps them. */
  @Bean
  @Nullable NginxPages pagesInFront(EngineSettings engines, MeterRegistry meters) {
    return engines.proxies().isEmpty() ? null : new NginxPages(engines.proxies(), meters);
  }

  @Bean
  Drain drain(ApplicationContext context, NodeSettings node) {
    return new Drain(context, node.drain());
  }

  @Bean
  Routes routes() {
    return new Urgencies();
  }

  @Bean
  Jobs jobs(NodeSettings node) {
    return new Jobs("node-" + node.node());
  }

  private static IllegalArgumentException unknown(String key, String value, String known) {
    return new IllegalArgumentException(
        "%s: no engine named %s; known: %s".formatted(key, value, known));
  }
}
