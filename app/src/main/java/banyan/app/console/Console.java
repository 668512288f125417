package banyan.app.console;

import banyan.app.NodeSettings;
import banyan.platform.audit.Book;
import banyan.platform.cache.CacheSettings;
import banyan.platform.data.Databases;
import banyan.platform.nodes.Nodes;
import banyan.platform.nodes.NodesSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** What the operations console needs of this process. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleSettings.class)
@Import(ConsoleApi.class)
public class Console {
  @Bean
  FilterRegistrationBean<Traffic> traffic(MeterRegistry meters) {
    FilterRegistrationBean<Traffic> registration =
        new FilterRegistrationBean<>(new Traffic(meters));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
    return registration;
  }

  @Bean
  Doors doors(MeterRegistry meters) {
    return new Doors(meters);
  }

  @Bean
  Lamps lamps(List<Book> books, Clock clock, ConsoleSettings settings) {
    return new Lamps(books, clock, settings.bookPause());
  }

  @Bean
  Presence presence(
      NodeSettings node,
      MeterRegistry meters,
      ApplicationAvailability availability,
      Environment environment) {
    return new Presence(node, meters, availability, environment);
  }

  @Bean
  Nodes nodes(
      NodesSettings settings,
      Databases databases,
      Nodes.Identity identity,
      Presence presence,
      ApplicationEventPublisher publisher) {
    return new Nodes(
        settings,
        databases,
        identity,
        presence,
        () ->
            AvailabilityChangeEvent.publish(publisher, publisher, ReadinessState.REFUSING_TRAFFIC));
  }

  @Bean
  Scene scene(
      NodeSettings node,
      CacheSettings cache,
      @Qualifier("cacheHealth") HealthIndicator cacheHealth,
      Presence presence,
      Nodes nodes) {
    return new Scene(node, cache, cacheHealth, new Fleet(presence, nodes));
  }

  @Bean
  Watch watch(
      MeterRegistry registry,
      Clock clock,
      Databases databases,
      Lamps lamps,
      Scene scene,
      ConsoleSettings settings,
      JsonMapper json) {
    return new Watch(
        new Meters(registry, clock), new Probe(databases), lamps, scene, json, settings);
  }
}
