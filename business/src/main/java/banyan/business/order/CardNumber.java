package banyan.business.order;

/**
 * Knows the numbers of payment cards, to keep none: whoever sends one instead of the provider's
 * token for it must not find it in our tables and copies of them.
 */
final class CardNumber {
  private static final int DIGITS_MIN = 12;
  private static final int DIGITS_MAX = 19;

  private CardNumber() {}

  /** Whether a text is 12 to 19 digits, perhaps in groups, with the check digit of ISO 7812. */
  static boolean looksLike(String text) {
    String digits = text.strip().replaceAll("[ -]", "");
    return digits.matches("[0-9]{" + DIGITS_MIN + "," + DIGITS_MAX + "}") && checks(digits);
  }

  private static boolean checks(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed / 10 + weighed % 10;
    }
    return sum % 10 == 0;
  }
}
