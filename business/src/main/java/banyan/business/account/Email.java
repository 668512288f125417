package banyan.business.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * An e-mail address, which is who somebody is to us.
 *
 * @param text as its owner writes it
 */
record Email(String text) {
  static final int LENGTH_MAX = 254;

  /** Something, an at sign, a domain with a dot or without: whether mail arrives, mail tells. */
  static final String FORM =
      "[^\\s@<>\"(),:;\\\\\\[\\]\\p{Cntrl}]{1,64}@[^\\s@<>\"(),:;\\\\\\[\\]\\p{Cntrl}]{1,189}";

  Email {
    text = text.strip();
  }

  /** The same for every way to write the address in capitals. */
  String key() {
    return text.toLowerCase(Locale.ROOT);
  }

  /** What the account's id takes its shard from. */
  long shardKey() {
    return ByteBuffer.wrap(sha256(key())).getLong();
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
