package banyan.platform.data;

/** The idempotency key was used before, for another request. */
public final class KeyReused extends RuntimeException {
  private static final long serialVersionUID = 1;

  KeyReused(String key) {
    super("the idempotency key " + key + " was used for another request");
  }
}
