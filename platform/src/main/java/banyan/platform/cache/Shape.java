package banyan.platform.cache;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the values of a type look like as data: names and types of all components, down to the last
 * one. Two builds whose types differ have different shapes, so neither reads the other's bytes.
 *
 * @param print sixteen hexadecimal digits, equal for equal shapes
 */
public record Shape(String print) {
  private static final int DIGITS = 16;

  /**
   * The shape of a type.
   *
   * @param type a record, an enum, a string, a boxed number or boolean, a value of {@code
   *     java.time}; in components also primitives, and lists, sets and maps of those
   * @throws IllegalArgumentException for any other type: its bytes could not be told apart
   */
  public static Shape of(Class<?> type) {
    StringBuilder text = new StringBuilder();
    describe(type, text, new HashSet<>());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return new Shape(HexFormat.of().formatHex(hash).substring(0, DIGITS));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  private static void describe(Type type, StringBuilder text, Set<Class<?>> seen) {
    switch (type) {
      case ParameterizedType many when isMany(many.getRawType()) -> {
        text.append(many.getRawType().getTypeName()).append('<');
        for (Type part : many.getActualTypeArguments()) {
          describe(part, text, seen);
          text.append(',');
        }
        text.append('>');
      }
      case Class<?> record when record.isRecord() -> {
        text.append(record.getName());
        if (seen.add(record)) {
          text.append('{');
          for (RecordComponent component : record.getRecordComponents()) {
            text.append(component.getName()).append(':');
            describe(component.getGenericType(), text, seen);
            text.append(',');
          }
          text.append('}');
        }
      }
      case Class<?> word when word.isEnum() ->
          text.append(word.getName()).append(Arrays.toString(word.getEnumConstants()));
      case Class<?> plain when isPlain(plain) -> text.append(plain.getName());
      default ->
          throw new IllegalArgumentException(
              type.getTypeName() + " has no shape: a copy is a record of plain values");
    }
  }

  private static boolean isMany(Type raw) {
    return raw == List.class || raw == Set.class || raw == Map.class;
  }

  private static boolean isPlain(Class<?> type) {
    return type.isPrimitive()
        || type == String.class
        || type == Boolean.class
        || (type.getPackageName().equals("java.lang") && Number.class.isAssignableFrom(type))
        || type.getPackageName().equals("java.time");
  }
}
