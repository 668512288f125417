package banyan.app;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** The module map: which modules this process hosts. */
class Modules implements ImportBeanDefinitionRegistrar, EnvironmentAware {
  static final Set<String> ALL =
      Set.of(
          "account",
          "cart",
          "catalog",
          "flashsale",
          "insight",
          "intake",
          "inventory",
          "order",
          "payment",
          "pricing",
          "review",
          "sandbox",
          "staff");

  private Environment environment = new org.springframework.core.env.StandardEnvironment();

  @Override
  public void setEnvironment(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importer, BeanDefinitionRegistry registry) {
    ClassPathBeanDefinitionScanner scanner = new ClassPathBeanDefinitionScanner(registry);
    scanner.setEnvironment(environment);
    hosted(environment).forEach(module -> scanner.scan("banyan.business." + module));
  }

  /**
   * The modules that {@code banyan.modules} names. Asked at each start, also where the build has
   * written the beans down (those of all modules) and nobody scans any more.
   */
  static Set<String> hosted(Environment environment) {
    return hosted(List.of(environment.getProperty("banyan.modules", "all").split("\\s*,\\s*")));
  }

  /**
   * The modules that a setting names.
   *
   * @throws IllegalArgumentException for a name that no module has, and for a part of them: another
   *     process can only host the rest once modules can call each other over the network
   */
  static Set<String> hosted(List<String> setting) {
    if (setting.equals(List.of("all"))) {
      return new TreeSet<>(ALL);
    }
    Set<String> named = new TreeSet<>(setting);
    if (!ALL.containsAll(named)) {
      named.removeAll(ALL);
      throw new IllegalArgumentException(
          "banyan.modules: no module named " + named + "; known: " + new TreeSet<>(ALL));
    }
    if (!named.equals(ALL)) {
      throw new IllegalArgumentException(
          "banyan.modules: hosting a part of the modules needs remote calls, which this build does not have yet");
    }
    return named;
  }
}
