package banyan.checks.structure;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a door may give out and take in: records, sealed interfaces, enums and values of the JDK,
 * all serializable; anything else would come out of a remote call as something else.
 */
final class PublishedTypes {
  private static final Set<Class<?>> CONTAINERS =
      Set.of(List.class, Set.class, Map.class, Collection.class);

  /** Answers only: they are not serializable, so no record may hold one. */
  private static final Set<Class<?>> OPTIONAL =
      Set.of(Optional.class, OptionalLong.class, OptionalInt.class);

  private final Set<Class<?>> seen = new HashSet<>();
  private final List<String> faults = new ArrayList<>();

  /** What is wrong with a public type of a module and with everything it mentions. */
  static List<String> faults(Class<?> type) {
    PublishedTypes check = new PublishedTypes();
    if (type.isInterface() && !type.isSealed() && !Serializable.class.isAssignableFrom(type)) {
      check.door(type);
    } else {
      check.value(type, type.getSimpleName());
    }
    return check.faults;
  }

  private void door(Class<?> door) {
    for (Method method : door.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
        String at = door.getSimpleName() + "." + method.getName();
        for (Type parameter : method.getGenericParameterTypes()) {
          travels(parameter, at);
        }
        answer(method.getGenericReturnType(), at);
      }
    }
    Arrays.stream(door.getDeclaredClasses()).forEach(nested -> value(nested, nested.getName()));
  }

  private void answer(Type type, String at) {
    if (type == void.class || OPTIONAL.contains(type)) {
      return;
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      travels(generic.getActualTypeArguments()[0], at);
    } else {
      travels(type, at);
    }
  }

  private void travels(Type type, String at) {
    switch (type) {
      case ParameterizedType generic -> {
        if (!CONTAINERS.contains(generic.getRawType())) {
          travels(generic.getRawType(), at);
        }
        for (Type argument : generic.getActualTypeArguments()) {
          travels(argument, at);
        }
      }
      case WildcardType wildcard -> travels(wildcard.getUpperBounds()[0], at);
      case TypeVariable<?> variable -> travels(variable.getBounds()[0], at);
      case Class<?> plain -> value(plain, at);
      default -> faults.add(at + ": " + type);
    }
  }

  private void value(Class<?> type, String at) {
    if (type.isPrimitive() || type.isArray() && type.getComponentType().isPrimitive()) {
      return;
    }
    if (!seen.add(type)) {
      return;
    }
    boolean jdk = type.getName().startsWith("java.");
    if (jdk ? !jdkValue(type) : !Serializable.class.isAssignableFrom(type)) {
      faults.add(at + ": " + type.getName() + " is not serializable");
    }
    if (jdk) {
      return;
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        travels(component.getGenericType(), type.getSimpleName() + "." + component.getName());
      }
    } else if (type.isSealed()) {
      Arrays.stream(type.getPermittedSubclasses()).forEach(permitted -> value(permitted, at));
    } else if (!type.isEnum() && !Throwable.class.isAssignableFrom(type)) {
      faults.add(at + ": " + type.getName() + " is no record, sealed interface or enum");
    }
  }

  private static boolean jdkValue(Class<?> type) {
    return Serializable.class.isAssignableFrom(type)
        && (Modifier.isFinal(type.getModifiers())
            || Number.class.isAssignableFrom(type)
            || type == Object.class);
  }
}
