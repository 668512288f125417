package banyan.platform.web;

import banyan.platform.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names guests without storing them: the guest's id and a signature that only our nodes can make.
 */
public final class GuestTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  /** Never used itself: a copy of one that knows the key costs a third of making one. */
  private final Mac signer;

  private final Ids ids;

  /**
   * @param secret shared by all nodes, never told
   */
  public GuestTokens(String secret, Ids ids) {
    try {
      this.signer = Mac.getInstance(ALGORITHM);
      signer.init(
          new SecretKeySpec(("guest:" + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM));
    } catch (GeneralSecurityException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
    this.ids = ids;
  }

  /** A token for a new guest. */
  public String issue() {
    byte[] id = ByteBuffer.allocate(Long.BYTES).putLong(ids.nextRoot()).array();
    return TEXT.encodeToString(id) + "." + TEXT.encodeToString(sign(id));
  }

  /** The guest's id, or empty for a token that is not ours. */
  public OptionalLong guestOf(String token) {
    int dot = token.indexOf('.');
    if (dot < 0 || token.length() > 80) {
      return OptionalLong.empty();
    }
    try {
      byte[] id = Base64.getUrlDecoder().decode(token.substring(0, dot));
      byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      return id.length == Long.BYTES && MessageDigest.isEqual(signature, sign(id))
          ? OptionalLong.of(ByteBuffer.wrap(id).getLong())
          : OptionalLong.empty();
    } catch (IllegalArgumentException notBase64) {
      return OptionalLong.empty();
    }
  }

  private byte[] sign(byte[] id) {
    try {
      return ((Mac) signer.clone()).doFinal(id);
    } catch (CloneNotSupportedException everyJavaCan) {
      throw new IllegalStateException(everyJavaCan);
    }
  }
}
