package banyan.checks.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.core.Violations;

/** Who may know whom. */
class BoundariesTest {
  private static final String SAMPLES = "banyan.checks.structure.samples";

  private static ArchRule platformIsBelowBusiness(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".platform..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(root + ".business..", root + ".engines..");
  }

  private static ArchRule nobodyKnowsTheApplication(String root) {
    return noClasses()
        .that()
        .resideInAnyPackage(root + ".platform..", root + ".business..", root + ".engines..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + ".app..");
  }

  private static ArchRule businessAndEnginesAreStrangers(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".business..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + ".engines..");
  }

  /** An engine stands behind a port of the platform and knows nothing above it. */
  private static ArchRule enginesKnowThePlatformOnly(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".engines..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(root + ".business..", root + ".web..", root + ".app..");
  }

  private static ArchRule enginesAreStrangers(String root) {
    return SlicesRuleDefinition.slices()
        .matching(root + ".engines.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true);
  }

  /** Pages know the marketplace by its API: what a page can do, a program can do too. */
  private static ArchRule facesKnowTheApiOnly(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".web..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(root + ".business..", root + ".engines..", root + ".app..")
        .allowEmptyShould(true);
  }

  private static List<ArchRule> rules(String root) {
    return List.of(
        platformIsBelowBusiness(root),
        nobodyKnowsTheApplication(root),
        businessAndEnginesAreStrangers(root),
        enginesKnowThePlatformOnly(root),
        enginesAreStrangers(root),
        facesKnowTheApiOnly(root));
  }

  @Test
  void the_layers_know_only_what_is_below_them() {
    JavaClasses house =
        new ClassFileImporter()
            .importPackages(
                "banyan.platform", "banyan.business", "banyan.engines", "banyan.web", "banyan.app");
    assertThat(house.size()).isGreaterThan(50);
    assertThat(house.containPackage("banyan.engines.redis")).isTrue();
    rules("banyan").forEach(rule -> rule.check(house));
  }

  @Test
  void the_modules_use_only_what_they_declare_and_make_no_cycle() {
    ApplicationModules modules = ApplicationModules.of("banyan.business");
    assertThat(modules.stream().count()).isGreaterThanOrEqualTo(12);
    modules.verify();
  }

  @Test
  void each_forbidden_acquaintance_is_caught() {
    JavaClasses bad = new ClassFileImporter().importPackages(SAMPLES);
    assertThat(platformIsBelowBusiness(SAMPLES).evaluate(bad).getFailureReport().toString())
        .contains("samples.platform.Ground");
    assertThat(nobodyKnowsTheApplication(SAMPLES).evaluate(bad).getFailureReport().toString())
        .contains("samples.engines.two.Two");
    assertThat(enginesAreStrangers(SAMPLES).evaluate(bad).getFailureReport().toString())
        .contains("samples.engines.one.One");
    assertThat(businessAndEnginesAreStrangers(SAMPLES).evaluate(bad).getFailureReport().toString())
        .contains("samples.business.left.Impatient");
    assertThat(enginesKnowThePlatformOnly(SAMPLES).evaluate(bad).getFailureReport().toString())
        .contains("samples.engines.one.Curious");
    assertThat(facesKnowTheApiOnly(SAMPLES).evaluate(bad).getFailureReport().toString())
        .contains("samples.web.Page");
  }

  @Test
  void an_undeclared_dependency_and_a_cycle_are_caught() {
    ImportOption everything = location -> true;
    ApplicationModules bad = ApplicationModules.of(SAMPLES + ".business", everything);
    assertThatThrownBy(bad::verify)
        .isInstanceOf(Violations.class)
        .hasMessageContaining("Cycle detected")
        .hasMessageContaining("Module 'left' depends on module 'right'");
  }
}
