package banyan.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * What {@code --print-modules} prints: what this process would host, which engine would stand
 * behind each port, and where each setting comes from. Nothing is started for it.
 */
final class ModuleMap {
  /** The settings that say how we are deployed, with what holds when nobody sets them. */
  private static final Map<String, String> ENGINES = new LinkedHashMap<>();

  static {
    ENGINES.put("banyan.data.url", "embedded");
    ENGINES.put("banyan.engines.events", "local");
    ENGINES.put("banyan.engines.files", "folder");
    ENGINES.put("banyan.cache.engine", "caffeine");
  }

  @Configuration(proxyBeanMethods = false)
  static class NoBeans {}

  private ModuleMap() {}

  static String of(String[] arguments) {
    // the beans that the build has written down are the marketplace's
    SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
    SpringApplication application = new SpringApplication(NoBeans.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    try (ConfigurableApplicationContext context = application.run(arguments)) {
      return of(context.getEnvironment());
    }
  }

  static String of(ConfigurableEnvironment environment) {
    List<String> lines = new ArrayList<>();
    lines.add("modules hosted");
    Modules.hosted(environment).forEach(module -> lines.add("  " + module));
    lines.add("engines");
    ENGINES.forEach((key, otherwise) -> lines.add(line(environment, key, otherwise)));
    lines.add("settings");
    for (String key : named(environment)) {
      if (!ENGINES.containsKey(key)) {
        lines.add(line(environment, key, ""));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(Environment environment, String key, String otherwise) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(key);
    for (var source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property != null && !property.getValue().toString().isEmpty()) {
        String value = secret(key) ? "…" : environment.getProperty(key, "");
        Object origin = property.getOrigin() != null ? property.getOrigin() : "unknown";
        return "  %-28s %-20s %s".formatted(key, value, origin);
      }
    }
    return "  %-28s %-20s %s".formatted(key, otherwise, "default");
  }

  private static boolean secret(String key) {
    return key.contains("secret") || key.contains("password");
  }

  private static Set<String> named(Environment environment) {
    Set<String> keys = new TreeSet<>();
    ConfigurationPropertyName banyan = ConfigurationPropertyName.of("banyan");
    for (var source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource iterable) {
        iterable.stream().filter(banyan::isAncestorOf).forEach(name -> keys.add(name.toString()));
      }
    }
    return keys;
  }
}
