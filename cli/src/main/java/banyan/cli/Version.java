package banyan.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which build this is. */
@Command(
    name = "version",
    description = "Says which build this is and what it runs on.",
    footer = {"", "Examples:", "  banyan version", "  banyan version --json"})
final class Version implements Callable<Integer> {
  @Mixin private Invocation invocation = new Invocation();

  @Override
  public Integer call() {
    String java = System.getProperty("java.version", "");
    String home = System.getProperty("java.home", "");
    invocation.answer(
        Map.of("version", Installation.version(), "java", java, "javaHome", home),
        List.of("banyan " + Installation.version(), "java   " + java + " in " + home));
    return Exit.OK;
  }
}
