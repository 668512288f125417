package banyan.app;

import banyan.app.console.Console;
import banyan.platform.web.WebConfiguration;
import banyan.web.Faces;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.context.ApplicationListener;
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
@Import({
  Settings.class,
  Engines.class,
  Modules.class,
  WebConfiguration.class,
  Faces.class,
  AuditEndpoint.class,
  Console.class,
  ImportsEndpoint.class,
  JournalEndpoint.class,
  SandboxEndpoint.class
})
public class Banyan {
  public static void main(String[] arguments) {
    if (List.of(arguments).contains("--print-modules")) {
      System.out.print(ModuleMap.of(arguments));
      return;
    }
    try {
      SpringApplication marketplace = new SpringApplication(Banyan.class);
      marketplace.addListeners(
          (ApplicationListener<ApplicationEnvironmentPreparedEvent>)
              known -> Modules.hosted(known.getEnvironment()));
      marketplace.run(arguments);
    } catch (SpringApplication.AbandonedRunException watched) {
      // The build writes down what beans there are, and wants to hear of the end; a training does
      // not.
      if (Boolean.getBoolean("spring.aot.processing")) {
        throw watched;
      }
    } catch (RuntimeException fault) {
      // The whole story is in the log above; the last line is for whoever waits for the start.
      System.err.println("banyan: " + reasonOf(fault));
      System.exit(1);
    }
  }

  private static String reasonOf(Throwable fault) {
    Throwable reason = fault;
    while (reason.getCause() != null && !(reason instanceof IllegalStateException)) {
      reason = reason.getCause();
    }
    return reason instanceof WebServerException || reason.getMessage() == null
        ? reason.toString()
        : reason.getMessage();
  }
}
