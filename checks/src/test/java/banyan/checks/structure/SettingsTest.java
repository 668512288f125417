package banyan.checks.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

/** Stages are configuration only, so a key that nothing reads would be a lie. */
class SettingsTest {
  private static final List<Class<?>> RECORDS = records();

  private static List<Class<?>> records() {
    List<Class<?>> records = new ArrayList<>();
    for (JavaClass type : new ClassFileImporter().importPackages("banyan")) {
      if (type.isAnnotatedWith(ConfigurationProperties.class)) {
        records.add(type.reflect());
      }
    }
    return records;
  }

  private static Map<String, Object> load(Resource yaml) {
    try {
      Map<String, Object> values = new LinkedHashMap<>();
      for (PropertySource<?> source : new YamlPropertySourceLoader().load("yaml", yaml)) {
        for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
          Object value = source.getProperty(name);
          values.put(name, value == null ? "" : value);
        }
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Binds every record of ours that the configuration has something for. */
  private static void bindAll(Map<String, Object> configuration) {
    Binder binder = new Binder(new MapConfigurationPropertySource(configuration));
    for (Class<?> type : RECORDS) {
      ConfigurationProperties prefix = type.getAnnotation(ConfigurationProperties.class);
      String name = prefix.value().isEmpty() ? prefix.prefix() : prefix.value();
      assertThat(binder.bindOrCreate(name, Bindable.of(type))).isNotNull();
    }
  }

  private static List<Path> configurations() {
    List<Path> files = new ArrayList<>();
    files.add(Repository.ROOT.resolve("app/src/main/resources/application.yaml"));
    Path stages = Repository.ROOT.resolve("stages");
    if (Files.isDirectory(stages)) {
      try (Stream<Path> all = Files.walk(stages)) {
        all.filter(path -> path.getFileName().toString().equals("application.yaml"))
            .sorted()
            .forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  @Test
  void every_key_of_every_stage_exists_and_has_a_value_of_its_type() {
    Settings settings = Settings.of(RECORDS);
    assertThat(RECORDS).isNotEmpty();
    for (Path file : configurations()) {
      Map<String, Object> values = load(new org.springframework.core.io.FileSystemResource(file));
      assertThat(settings.unknown(values)).as(Repository.name(file)).isEmpty();
      bindAll(values);
    }
  }

  @Test
  void a_key_that_nothing_reads_is_caught() {
    Map<String, Object> values =
        load(
            yaml(
                """
                banyan:
                  data:
                    poolMax: 5
                    pool-max: 5
                    poolMaximum: 5
                    modules.order: [one, two]
                  cash.engine: caffeine
                server.prot: 1
                server.port: 1
                logging.level.banyan: info
                """));
    assertThat(Settings.of(RECORDS).unknown(values))
        .containsExactly("banyan.cash.engine", "banyan.data.poolMaximum", "server.prot");
  }

  @Test
  void a_value_of_a_wrong_type_is_caught() {
    Map<String, Object> values = load(yaml("banyan.data.poolMax: many"));
    assertThatThrownBy(() -> bindAll(values)).hasMessageContaining("banyan.data");
  }

  @Test
  void every_toggle_that_the_code_asks_for_is_in_the_settings_and_no_other() {
    Pattern asked = Pattern.compile("getBooleanValue\\(\\s*\"([^\"]+)\"");
    Set<String> names = new TreeSet<>();
    for (Path source : Repository.files(".java")) {
      if (Repository.name(source).contains("src/main/")) {
        asked.matcher(Repository.text(source)).results().forEach(hit -> names.add(hit.group(1)));
      }
    }
    String prefix = "banyan.toggles.defaults.";
    Set<String> known = new TreeSet<>();
    for (Path file : configurations()) {
      load(new org.springframework.core.io.FileSystemResource(file)).keySet().stream()
          .filter(key -> key.startsWith(prefix))
          .forEach(key -> known.add(key.substring(prefix.length())));
    }
    assertThat(names).isNotEmpty().isEqualTo(known);
  }

  private static Resource yaml(String text) {
    return new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8));
  }
}
