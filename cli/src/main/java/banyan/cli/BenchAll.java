package banyan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Only a line in the help: the script runs the yardstick, which has libraries of its own. */
@Command(
    name = "bench",
    description = "Measures the workloads W1 to W11, each beside its limit in the same run.")
final class BenchAll implements Callable<Integer> {
  @Mixin private Invocation invocation = new Invocation();

  @Override
  public Integer call() {
    throw Refusal.usage("the yardstick is run by the script: ./banyan bench --help");
  }
}
