package banyan.checks.structure;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.structure.samples.published.BadDoor;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.Generated;

/** What modules give each other can travel to another process. */
class PublishedTypesTest {
  @Test
  void doors_speak_in_records_sealed_interfaces_enums_and_jdk_values() {
    List<? extends Class<?>> published =
        new ClassFileImporter()
            .importPackages("banyan.business").stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(
                    type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                // the build writes beans down beside the types
                .filter(type -> !type.isAnnotatedWith(Generated.class))
                .map(JavaClass::reflect)
                .toList();
    assertThat(published).isNotEmpty();
    assertThat(published.stream().flatMap(type -> PublishedTypes.faults(type).stream()).toList())
        .isEmpty();
  }

  @Test
  void what_cannot_travel_is_caught() {
    assertThat(PublishedTypes.faults(BadDoor.class))
        .anyMatch(fault -> fault.contains("$Plain is not serializable"))
        .anyMatch(fault -> fault.equals("Holder.threads: java.lang.Thread is not serializable"))
        .anyMatch(fault -> fault.contains("$Open is no record, sealed interface or enum"))
        .anyMatch(fault -> fault.contains("$Bean is no record, sealed interface or enum"))
        .contains(
            "BadDoor.open: java.util.function.Supplier is not serializable",
            "BadDoor.beans: java.util.stream.Stream is not serializable");
  }
}
