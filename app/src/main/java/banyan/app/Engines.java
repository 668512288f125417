package banyan.app;

import banyan.platform.audit.Book;
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
import banyan.platform.web.GuestTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The engine switch: the one place that says what stands behind each port. */
@Configuration(proxyBeanMethods = false)
class Engines {
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Secret secret(NodeSettings settings) {
    return Secret.of(settings);
  }

  @Bean
  Ids ids(NodeSettings settings, Clock clock) {
    return new Ids(settings.node(), clock::millis);
  }

  @Bean
  GuestTokens guestTokens(Secret secret, Ids ids) {
    return new GuestTokens(secret.value(), ids);
  }

  /** Started only when no database is configured. */
  @Bean
  Optional<EmbeddedDatabase> embeddedDatabase(NodeSettings node, DataSettings data) {
    return data.url().isEmpty()
        ? Optional.of(EmbeddedDatabase.start(node.home().resolve("postgres")))
        : Optional.empty();
  }

  /** Closes the embedded database after everything that uses it. */
  @Bean
  Databases databases(
      DataSettings settings,
      ObjectProvider<Optional<EmbeddedDatabase>> embedded,
      Ids ids,
      JsonMapper json,
      MeterRegistry meters) {
    DataSettings known =
        embedded.getObject().map(database -> settings.at(database.url())).orElse(settings);
    return new Databases(known, ids, json, meters);
  }

  @Bean
  OutboxRelay events(
      EngineSettings engines,
      NodeSettings node,
      Databases databases,
      JsonMapper json,
      MeterRegistry meters) {
    return switch (engines.events()) {
      case "local" -> new OutboxRelay(databases, json, meters, "node-" + node.node());
      default -> throw unknown("banyan.engines.events", engines.events(), "local");
    };
  }

  @Bean
  Book eventsDelivered(OutboxRelay events) {
    return Book.of(
        "events-delivered",
        "Every event reaches its consumers; none is given up.",
        () -> events.parked(Book.VIOLATIONS_MAX));
  }

  @Bean
  Caches caches(CacheSettings settings, MeterRegistry meters) {
    return switch (settings.engine()) {
      case "caffeine" -> new LocalCaches(settings, meters);
      default -> throw unknown("banyan.cache.engine", settings.engine(), "caffeine");
    };
  }

  @Bean
  Files files(EngineSettings engines, NodeSettings node) {
    return switch (engines.files()) {
      case "folder" -> new FolderFiles(node.home().resolve("files"));
      default -> throw unknown("banyan.engines.files", engines.files(), "folder");
    };
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
