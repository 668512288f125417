package banyan.checks.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Limits of the house; they only tighten. */
class TidyTest {
  private static final int METHOD_LINES_MAX = 60;
  private static final int FILE_LINES_MAX = 400;
  private static final int COLUMNS_MAX = 120;
  private static final int PUBLIC_TYPES_MAX = 5;

  private static final Pattern LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern EMPTY_NAME =
      Pattern.compile("(Impl|Utils?|Helpers?|Managers?|Common|Base)(?![a-z])");
  private static final Pattern EMPTY_PACKAGE =
      Pattern.compile("\\.(impl|utils?|helpers?|managers?|common|base)(\\.|$)");

  static List<String> untidy(JavaSource source) {
    List<String> faults = new ArrayList<>(untidyText(source.path(), source.lines()));
    if (source.lines().size() > FILE_LINES_MAX) {
      faults.add(source.path() + ": has " + source.lines().size() + " lines");
    }
    for (JavaSource.Method method : source.methods()) {
      if (method.length() > METHOD_LINES_MAX) {
        faults.add(at(source, method.firstLine()) + method.name() + " is long: " + method.length());
      }
    }
    for (String imported : source.imports()) {
      if (imported.endsWith(".*")) {
        faults.add(source.path() + ": imports " + imported);
      }
    }
    for (JavaSource.Type type : source.types()) {
      if (EMPTY_NAME.matcher(type.name()).find()) {
        faults.add(source.path() + ": " + type.name() + " says nothing");
      }
    }
    if (EMPTY_PACKAGE.matcher(source.packageName()).find()) {
      faults.add(source.path() + ": package " + source.packageName() + " says nothing");
    }
    return faults;
  }

  static List<String> untidyText(String path, List<String> lines) {
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String at = path + ":" + (i + 1) + ": ";
      if (line.codePointCount(0, line.length()) > COLUMNS_MAX) {
        faults.add(at + "has more than " + COLUMNS_MAX + " columns");
      }
      if (line.indexOf('\t') >= 0) {
        faults.add(at + "has a tab");
      }
      if (LATER.matcher(line).find()) {
        faults.add(at + "is left for later");
      }
    }
    return faults;
  }

  /** Packages of the sources that do not say what null means in them. */
  static List<String> notNullMarked(List<JavaSource> sources) {
    List<String> marked =
        sources.stream()
            .filter(JavaSource::isPackageInfo)
            .filter(source -> source.lines().stream().anyMatch(line -> line.contains("@")))
            .filter(source -> String.join("\n", source.lines()).contains("NullMarked\npackage"))
            .map(JavaSource::packageName)
            .toList();
    return sources.stream()
        .map(JavaSource::packageName)
        .distinct()
        .filter(name -> !marked.contains(name))
        .map(name -> name + " has no package-info with @NullMarked")
        .toList();
  }

  /** Modules that show too much, and business as a whole when most of it is public. */
  static List<String> tooPublic(List<JavaSource> business) {
    List<String> faults = new ArrayList<>();
    List<String> modules = business.stream().map(JavaSource::packageName).distinct().toList();
    for (String module : modules) {
      List<String> shown =
          topLevel(business.stream().filter(source -> source.packageName().equals(module)))
              .filter(JavaSource.Type::isPublic)
              .map(JavaSource.Type::name)
              .toList();
      if (shown.size() > PUBLIC_TYPES_MAX) {
        faults.add(module + " shows " + shown.size() + " types: " + shown);
      }
    }
    long all = topLevel(business.stream()).count();
    long shown = topLevel(business.stream()).filter(JavaSource.Type::isPublic).count();
    if (shown * 2 > all) {
      faults.add("business shows " + shown + " of its " + all + " types");
    }
    return faults;
  }

  private static Stream<JavaSource.Type> topLevel(Stream<JavaSource> sources) {
    return sources.flatMap(source -> source.types().stream()).filter(JavaSource.Type::topLevel);
  }

  private static String at(JavaSource source, int line) {
    return source.path() + ":" + line + ": ";
  }

  @Test
  void the_sources_are_tidy() {
    List<JavaSource> sources = Repository.sources();
    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(sources.stream().flatMap(source -> untidy(source).stream()).toList()).isEmpty();
  }

  @Test
  void sql_settings_and_scripts_are_tidy() {
    List<Path> texts =
        Stream.of(".sql", ".yaml", ".sh", ".css", ".html")
            .flatMap(ending -> Repository.files(ending).stream())
            .toList();
    assertThat(texts).isNotEmpty();
    assertThat(
            texts.stream()
                .flatMap(path ->
                    untidyText(Repository.name(path), Repository.text(path).lines().toList())
                        .stream())
                .toList())
        .isEmpty();
  }

  @Test
  void every_package_says_what_null_means() {
    assertThat(notNullMarked(Repository.sources())).isEmpty();
  }

  @Test
  void modules_show_little_and_hide_much() {
    assertThat(tooPublic(business())).isEmpty();
  }

  private static List<JavaSource> business() {
    return Repository.productSources().stream()
        .filter(source -> source.packageName().startsWith("banyan.business."))
        .toList();
  }

  @Test
  void a_long_method_a_wildcard_and_an_empty_name_are_caught() {
    JavaSource bad =
        JavaSource.parse(
            "Bad.java",
            """
            package shop.util;
            import java.util.*;
            class OrderHelper {
              void long_one() {
            %s  }
            }
            interface DatabaseOfOrders {}
            """
                .formatted("    ;\n".repeat(59)));
    assertThat(untidy(bad))
        .containsExactly(
            "Bad.java:4: long_one is long: 61",
            "Bad.java: imports java.util.*",
            "Bad.java: OrderHelper says nothing",
            "Bad.java: package shop.util says nothing");
  }

  @Test
  void a_long_file_a_long_line_a_tab_and_work_left_for_later_are_caught() {
    String text =
        "\tclass Bad {} // TO" + "DO\n" + "/".repeat(COLUMNS_MAX + 1) + "\n" + "\n".repeat(399);
    assertThat(untidy(JavaSource.parse("Bad.java", text)))
        .containsExactly(
            "Bad.java:1: has a tab",
            "Bad.java:1: is left for later",
            "Bad.java:2: has more than 120 columns",
            "Bad.java: has 401 lines");
  }

  @Test
  void a_package_that_does_not_say_what_null_means_is_caught() {
    JavaSource marked =
        JavaSource.parse("a/package-info.java", "@org.jspecify.annotations.NullMarked\npackage a;");
    JavaSource unmarked = JavaSource.parse("b/package-info.java", "/** NullMarked. */ package b;");
    JavaSource inside = JavaSource.parse("b/B.java", "package b; class B {}");
    assertThat(notNullMarked(List.of(marked, unmarked, inside)))
        .containsExactly("b has no package-info with @NullMarked");
  }

  @Test
  void a_module_that_shows_everything_is_caught() {
    List<JavaSource> sources =
        Stream.of("A", "B", "C", "D", "E", "F")
            .map(name -> JavaSource.parse(name + ".java", "package m; public class " + name + "{}"))
            .toList();
    assertThat(tooPublic(sources))
        .containsExactly("m shows 6 types: [A, B, C, D, E, F]", "business shows 6 of its 6 types");
  }
}
