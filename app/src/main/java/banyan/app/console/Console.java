package banyan.app.console;

import banyan.app.NodeSettings;
import banyan.platform.audit.Book;
import banyan.platform.cache.CacheSettings;
import banyan.platform.data.Databases;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
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
  Watch watch(
      MeterRegistry registry,
      Clock clock,
      Databases databases,
      Lamps lamps,
      NodeSettings node,
      CacheSettings cache,
      ConsoleSettings settings,
      JsonMapper json) {
    return new Watch(
        new Meters(registry, clock),
        new Probe(databases),
        lamps,
        new Scene(node, cache),
        json,
        settings);
  }
}
