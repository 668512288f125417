package banyan.business.catalog;

import java.text.Normalizer;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The readable name of a product in an address: words of its first title, and its id. The id makes
 * it unique without asking anybody and says which shard has the product; the words never change.
 */
final class Slug {
  private static final int WORDS_LENGTH_MAX = 60;
  private static final int RADIX = 36;

  private Slug() {}

  static String of(String title, long productId) {
    return words(title, "product") + "-" + Long.toString(productId, RADIX);
  }

  /** Lower-case words joined by dashes; {@code otherwise} when the text has no Latin letters. */
  static String words(String text, String otherwise) {
    String words =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    if (words.length() > WORDS_LENGTH_MAX) {
      words = words.substring(0, WORDS_LENGTH_MAX);
    }
    words = words.replaceAll("^-+|-+$", "");
    return words.isEmpty() ? otherwise : words;
  }

  /** The product's id inside a slug, or empty when the text cannot be one. */
  static OptionalLong idOf(String slug) {
    int dash = slug.lastIndexOf('-');
    String id = slug.substring(dash + 1);
    if (dash < 1 || id.isEmpty() || id.length() > 13 || !id.matches("[0-9a-z]+")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(id, RADIX));
    } catch (NumberFormatException tooLarge) {
      return OptionalLong.empty();
    }
  }
}
