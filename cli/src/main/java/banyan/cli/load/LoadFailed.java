package banyan.cli.load;

/** The load could not be put on: says why in one line. */
public final class LoadFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LoadFailed(String line) {
    super(line, null, false, false);
  }
}
