package banyan.cli;

/** What the shell is told; the numbers are part of the interface. */
final class Exit {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INVARIANT_BROKEN = 3;
  static final int UNREACHABLE = 4;

  private Exit() {}
}
