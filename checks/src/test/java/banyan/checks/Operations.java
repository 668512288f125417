package banyan.checks;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every operation under {@code /api} that the running application answers. */
final class Operations {
  /**
   * @param path as the handler has it, with {@code {names}} in it
   * @param consumes the type of body that the handler takes; JSON when it names none
   */
  record Operation(String method, String path, MediaType consumes, Method handler) {
    @Override
    public String toString() {
      return method + " " + path;
    }

    /** Names of the ids that the body takes, at any depth. */
    Set<String> idsInBody() {
      Set<String> names = new TreeSet<>();
      for (Parameter parameter : handler.getParameters()) {
        if (parameter.isAnnotationPresent(RequestBody.class)) {
          addIds(parameter.getParameterizedType(), names);
        }
      }
      return names;
    }

    private static void addIds(Type type, Set<String> names) {
      if (type instanceof ParameterizedType generic) {
        for (Type argument : generic.getActualTypeArguments()) {
          addIds(argument, names);
        }
      } else if (type instanceof Class<?> shape && shape.isRecord()) {
        for (RecordComponent part : shape.getRecordComponents()) {
          if (part.getName().endsWith("Id") || part.getName().endsWith("Ids")) {
            names.add(part.getName());
          }
          addIds(part.getGenericType(), names);
        }
      }
    }

    /** The path with a value in the place of each name. */
    String at(String value) {
      return path.replaceAll("\\{[^}]*}", java.util.regex.Matcher.quoteReplacement(value));
    }
  }

  private Operations() {}

  static List<Operation> of(Marketplace market) {
    List<Operation> operations = new ArrayList<>();
    for (RequestMappingHandlerMapping mapping : market.parts(RequestMappingHandlerMapping.class)) {
      mapping
          .getHandlerMethods()
          .forEach((info, handler) ->
              info.getPatternValues().stream()
                  .filter(path -> path.startsWith("/api"))
                  .forEach(path -> operations.addAll(of(path, info, handler))));
    }
    operations.sort(Comparator.comparing(Operation::path).thenComparing(Operation::method));
    return operations;
  }

  private static List<Operation> of(String path, RequestMappingInfo info, HandlerMethod handler) {
    Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
    if (methods.isEmpty()) {
      throw new AssertionError(handler + " answers every method; name the ones that are meant");
    }
    MediaType consumes =
        info.getConsumesCondition().getConsumableMediaTypes().stream()
            .findFirst()
            .orElse(MediaType.APPLICATION_JSON);
    return methods.stream()
        .map(method -> new Operation(method.name(), path, consumes, handler.getMethod()))
        .toList();
  }
}
