package banyan.business.intake;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the module does when the application is up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SampleSettings.class)
class IntakeConfiguration {
  /** Runs when events flow, so that the sample is found in search like anything else. */
  @Bean
  ApplicationRunner beginning(Beginning beginning, SampleSettings settings) {
    return arguments -> beginning.decide(settings.sample());
  }
}
