package banyan.app;

import banyan.platform.web.WebConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The marketplace. Configuration alone says what this process hosts and which engines stand behind
 * it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
    exclude = {
      DataSourceAutoConfiguration.class,
      DataSourceTransactionManagerAutoConfiguration.class
    })
@Import({Settings.class, Engines.class, Modules.class, WebConfiguration.class, AuditEndpoint.class})
public class Banyan {
  public static void main(String[] arguments) {
    SpringApplication.run(Banyan.class, arguments);
  }
}
