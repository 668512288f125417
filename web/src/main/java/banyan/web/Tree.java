package banyan.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A JSON object for templates: text, numbers ({@code Long} or {@code Double}), booleans, lists, and
 * trees again. The API leaves out what is null, so a field that is not there reads as null.
 */
public final class Tree extends LinkedHashMap<String, @Nullable Object> {
  private static final long serialVersionUID = 1L;

  public static final Tree EMPTY = new Tree();

  /** What a JSON object says; {@link #EMPTY} for anything else. */
  public static Tree of(JsonNode json) {
    return valueOf(json) instanceof Tree tree ? tree : EMPTY;
  }

  private static @Nullable Object valueOf(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> {
        Tree tree = new Tree();
        json.propertyStream().forEach(field -> tree.put(field.getKey(), valueOf(field.getValue())));
        yield tree;
      }
      case ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        json.forEach(element -> list.add(valueOf(element)));
        yield list;
      }
      case STRING -> json.asString();
      case BOOLEAN -> json.asBoolean();
      case NUMBER -> json.isIntegralNumber() ? (Object) json.asLong() : json.asDouble();
      default -> null;
    };
  }

  /** Templates ask whether a field is there before they read it; all are, some are null. */
  @Override
  public boolean containsKey(@Nullable Object field) {
    return true;
  }

  public boolean has(String field) {
    return get(field) != null;
  }

  /** The field as text; empty when it is not there. */
  public String text(String field) {
    Object value = get(field);
    return value == null ? "" : value.toString();
  }

  /** The field as a number; 0 when it is not there. */
  public long number(String field) {
    return get(field) instanceof Number number ? number.longValue() : 0;
  }

  public boolean flag(String field) {
    return Boolean.TRUE.equals(get(field));
  }

  /** The object in the field; an empty one when it is not there. */
  public Tree tree(String field) {
    return get(field) instanceof Tree tree ? tree : EMPTY;
  }

  /** The objects in the list of the field; none when it is not there. */
  public List<Tree> list(String field) {
    List<Tree> trees = new ArrayList<>();
    if (get(field) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Tree tree) {
          trees.add(tree);
        }
      }
    }
    return trees;
  }

  /** The texts in the list of the field; none when it is not there. */
  public List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    if (get(field) instanceof List<?> list) {
      list.forEach(element -> texts.add(String.valueOf(element)));
    }
    return texts;
  }

  /** This tree with more fields: for what a page adds to an answer. */
  public Tree with(Map<String, ? extends @Nullable Object> more) {
    Tree tree = new Tree();
    tree.putAll(this);
    tree.putAll(more);
    return tree;
  }
}
