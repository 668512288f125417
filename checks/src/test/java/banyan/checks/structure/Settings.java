package banyan.checks.structure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys that a configuration file may set: our records' own, and those that the libraries on the
 * class path describe in their metadata.
 */
final class Settings {
  /** Known by the framework's core, which has no metadata for them. */
  private static final Set<String> PLAIN = Set.of("logging.level", "spring.config.import");

  private final Set<String> exact = new TreeSet<>();
  private final Set<String> open = new TreeSet<>();

  static Settings of(List<Class<?>> records) {
    Settings settings = new Settings();
    for (Class<?> type : records) {
      ConfigurationProperties prefix = type.getAnnotation(ConfigurationProperties.class);
      settings.add(prefix.value().isEmpty() ? prefix.prefix() : prefix.value(), type);
    }
    settings.open.addAll(PLAIN.stream().map(Settings::form).toList());
    settings.addLibraries();
    return settings;
  }

  private void add(String prefix, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + "." + component.getName();
      Type raw =
          component.getGenericType() instanceof ParameterizedType generic
              ? generic.getRawType()
              : component.getType();
      if (component.getType().isRecord()
          && component.getType().getName().startsWith("banyan.")
          && !Modifier.isAbstract(component.getType().getModifiers())) {
        add(name, component.getType());
      } else if (raw == Map.class || raw == List.class || raw == Set.class) {
        open.add(form(name));
      } else {
        exact.add(form(name));
      }
    }
  }

  private void addLibraries() {
    JsonMapper json = JsonMapper.builder().build();
    try {
      for (URL url :
          Collections.list(
              Settings.class
                  .getClassLoader()
                  .getResources("META-INF/spring-configuration-metadata.json"))) {
        try (InputStream text = url.openStream()) {
          for (JsonNode property : json.readTree(text).path("properties")) {
            if (property.at("/deprecation/level").asString("").equals("error")) {
              continue;
            }
            String type = property.path("type").asString("");
            boolean many = type.startsWith("java.util.") && type.contains("<");
            (many ? open : exact).add(form(property.path("name").asString()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys of a configuration file that nothing reads. */
  List<String> unknown(Map<String, ?> configuration) {
    List<String> unknown = new ArrayList<>();
    for (String key : new TreeMap<>(configuration).keySet()) {
      String form = form(key);
      boolean known =
          exact.contains(form)
              || open.stream()
                  .anyMatch(name ->
                      form.equals(name)
                          || form.startsWith(name + ".")
                          || form.startsWith(name + "["));
      if (!known) {
        unknown.add(key);
      }
    }
    return unknown;
  }

  /** How Spring compares names: dashes and case do not count. */
  private static String form(String name) {
    String adapted = ConfigurationPropertyName.adapt(name, '.').toString();
    return adapted
        .chars()
        .filter(c -> c != '-' && c != '_')
        .mapToObj(c -> String.valueOf((char) Character.toLowerCase(c)))
        .collect(Collectors.joining());
  }
}
