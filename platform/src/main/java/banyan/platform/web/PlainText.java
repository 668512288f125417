package banyan.platform.web;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;

/**
 * Refuses texts that no database keeps and no other program reads: with a NUL, or with half of a
 * surrogate pair, which JSON can spell and UTF-8 cannot.
 */
final class PlainText extends SimpleModule {
  static final String OBJECTION = "contains a character that no text may have";

  private static final long serialVersionUID = 1;

  PlainText() {
    super("plain-text");
    addDeserializer(String.class, new Texts());
    addKeyDeserializer(String.class, new Keys());
  }

  static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\0' || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private static String checked(String text, JsonParser parser) {
    if (!isPlain(text)) {
      throw DatabindException.from(parser, OBJECTION, new IllegalArgumentException(OBJECTION));
    }
    return text;
  }

  private static final class Texts extends StdScalarDeserializer<String> {
    Texts() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
      return checked(StringDeserializer.instance.deserialize(parser, context), parser);
    }
  }

  private static final class Keys extends KeyDeserializer {
    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      return checked(key, context.getParser());
    }
  }
}
