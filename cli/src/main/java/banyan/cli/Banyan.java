package banyan.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root of the command. */
@Command(
    name = "banyan",
    description = "Runs an online marketplace, from one machine upwards.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Up.class,
      Down.class,
      Status.class,
      Audit.class,
      Load.class,
      Drill.class,
      Check.class,
      Import.class,
      Logs.class,
      Doctor.class,
      TestAll.class,
      BenchAll.class,
      Version.class,
      Train.class
    },
    mixinStandardHelpOptions = false,
    footer = {
      "",
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 an invariant is broken, 4 unreachable.",
      "",
      "Examples:",
      "  banyan up            a marketplace with sample goods on http://localhost:8080",
      "  banyan audit         are the books right?",
      "  banyan down          stop it; the data stays",
      "  banyan COMMAND --help"
    })
final class Banyan {
  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command line; everything it refuses is one line on standard error. */
  static int run(String... arguments) {
    CommandLine command = commandLine();
    if (arguments.length == 0) {
      command.usage(command.getOut());
      return Exit.USAGE;
    }
    return command.execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Banyan());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setUsageHelpAutoWidth(true);
    command.setParameterExceptionHandler((fault, given) -> {
      fault.getCommandLine().getErr().println("banyan: " + fault.getMessage());
      fault
          .getCommandLine()
          .getErr()
          .println("try: " + fault.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      return Exit.USAGE;
    });
    command.setExecutionExceptionHandler((fault, line, parsed) -> {
      line.getErr()
          .println("banyan: " + (fault instanceof Refusal ? fault.getMessage() : fault.toString()));
      return fault instanceof Refusal refusal ? refusal.status() : Exit.FAILED;
    });
    return command;
  }
}
