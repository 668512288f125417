package banyan.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops a marketplace: requests that run are answered, then events, then the database. */
@Command(
    name = "down",
    description = "Stops the marketplace and its database; the data stays.",
    footer = {
      "",
      "Examples:",
      "  banyan down",
      "  banyan down --force --timeout 10     kill it when it has not stopped after 10 s",
      "  banyan down --volumes                a stage of containers with all of its data"
    })
final class Down implements Callable<Integer> {
  @Mixin private Invocation invocation = new Invocation();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "90",
      description = "How long to wait for it; ${DEFAULT-VALUE} unless told.")
  private int seconds;

  @Option(names = "--force", description = "Kill it when it has not stopped in time.")
  private boolean force;

  @Option(names = "--volumes", description = "Of a stage of containers: take its data away, too.")
  private boolean volumes;

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder();
    Duration patience = Duration.ofSeconds(Math.clamp(seconds, 0, 3600));
    int containers = Fleet.stop(folder, patience, volumes, force);
    if (containers >= 0) {
      return stopped(folder, containers);
    }
    if (volumes) {
      throw Refusal.usage(
          "--volumes is for a stage of containers; the data of stage 0 is a folder");
    }
    Optional<DataFolder.Running> running = folder.running();
    running.ifPresent(known -> stop(folder, known, patience));
    Optional<ProcessHandle> left = folder.database();
    left.ifPresent(postgres -> stopDatabase(postgres, patience));
    String state = running.isPresent() || left.isPresent() ? "stopped" : "was not running";
    invocation.answer(
        Map.of(
            "state",
            "stopped",
            "wasRunning",
            running.isPresent(),
            "data",
            folder.path().toString()),
        List.of("%s; the data stays in %s".formatted(state, folder.path())));
    return Exit.OK;
  }

  private int stopped(DataFolder folder, int containers) {
    invocation.answer(
        Map.of("state", "stopped", "containers", containers, "volumesRemoved", volumes),
        List.of(
            "stopped; %d containers and their networks are gone, %s"
                .formatted(
                    containers,
                    volumes
                        ? "and so is the data"
                        : "the data stays in Docker's volumes (--volumes takes it away)")));
    return Exit.OK;
  }

  private void stop(DataFolder folder, DataFolder.Running running, Duration patience) {
    invocation.progress("waiting for process " + running.pid() + " to finish its requests");
    ProcessHandle process = running.handle();
    process.destroy();
    if (Processes.gone(process, running.startTicks(), patience)) {
      return;
    }
    if (!force) {
      throw Refusal.failed(
          "process %d has not stopped after %d s: wait, or end it with ./banyan down --force --data %s"
              .formatted(running.pid(), patience.toSeconds(), folder.path()));
    }
    process.destroyForcibly();
    if (!Processes.gone(process, running.startTicks(), Duration.ofSeconds(10))) {
      throw Refusal.failed("process %d cannot be killed".formatted(running.pid()));
    }
  }

  /** One that outlived a killed marketplace; SIGINT is PostgreSQL's own word for a fast stop. */
  private void stopDatabase(ProcessHandle postgres, Duration patience) {
    long ticks = Processes.startTicks(postgres.pid()).orElse(-1L);
    invocation.progress("stopping PostgreSQL, process " + postgres.pid());
    try {
      new ProcessBuilder("sh", "-c", "kill -INT " + postgres.pid()).start().waitFor();
    } catch (java.io.IOException e) {
      throw Refusal.failed(
          "PostgreSQL, process %d, cannot be told to stop".formatted(postgres.pid()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
    if (!Processes.gone(postgres, ticks, patience)) {
      throw Refusal.failed(
          "PostgreSQL, process %d, has not stopped after %d s"
              .formatted(postgres.pid(), patience.toSeconds()));
    }
  }
}
