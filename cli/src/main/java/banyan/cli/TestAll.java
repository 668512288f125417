package banyan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Only the help: the script itself runs the tests, because they rebuild the jar this class comes
 * from.
 */
@Command(
    name = "test",
    description = "Builds everything and runs all tests; further words go to Maven.",
    footer = {
      "",
      "Examples:",
      "  banyan test",
      "  banyan test -Dtest=CheckoutTest -Dsurefire.failIfNoSpecifiedTests=false"
    })
final class TestAll implements Callable<Integer> {
  @Mixin private Invocation invocation = new Invocation();

  @Override
  public Integer call() {
    throw Refusal.usage("the tests are run by the script: ./banyan test");
  }
}
