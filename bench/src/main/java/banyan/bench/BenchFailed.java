package banyan.bench;

/** A measurement that cannot be believed or made; the message says why. */
final class BenchFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchFailed(String message) {
    super(message);
  }
}
