package banyan.cli;

/** Why a command cannot do its work, in one line that names the way out. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String line) {
    super(line, null, false, false);
    this.status = status;
  }

  static Refusal failed(String line) {
    return new Refusal(Exit.FAILED, line);
  }

  static Refusal usage(String line) {
    return new Refusal(Exit.USAGE, line);
  }

  static Refusal unreachable(String line) {
    return new Refusal(Exit.UNREACHABLE, line);
  }

  int status() {
    return status;
  }
}
