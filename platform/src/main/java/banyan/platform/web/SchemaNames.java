package banyan.platform.web;

import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.util.StringUtils;

/**
 * Names schemas by their module, for two modules may both have a line and a view of it, and the
 * documentation has one list.
 */
final class SchemaNames extends TypeNameResolver {
  private static final String BUSINESS = "banyan.business.";

  private final Map<String, Class<?>> named = new ConcurrentHashMap<>();

  @Override
  protected String getNameOfClass(Class<?> type) {
    String simple = super.getNameOfClass(type);
    if (!type.getName().startsWith(BUSINESS)) {
      return simple;
    }
    String module = StringUtils.capitalize(moduleOf(type));
    String name = simple.startsWith(module) ? simple : module + simple;
    Class<?> other = named.putIfAbsent(name, type);
    if (other != null && other != type) {
      throw new IllegalStateException(
          type + " and " + other + " have the same name in the API's documentation: rename one");
    }
    return name;
  }

  /** The last word of the package: {@code order}. */
  static String moduleOf(Class<?> type) {
    String name = type.getPackageName();
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
