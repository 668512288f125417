package banyan.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Starts a marketplace and leaves it running. */
@Command(
    name = "up",
    description = "Starts a marketplace, waits until it takes requests, and leaves it running.",
    footer = {
      "",
      "Examples:",
      "  banyan up                          with sample goods and demo accounts, on port 8080",
      "  banyan up 1                        stage 1: containers, with Docker",
      "  banyan up --empty --data /srv/shop --port 9000",
      "  banyan up --host 0.0.0.0           reachable from other machines (default: only from this one)"
    })
final class Up implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Mixin private Invocation invocation = new Invocation();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "STAGE",
      defaultValue = "0",
      description = "Number or name of the stage; ${DEFAULT-VALUE} unless told.")
  private String stage = "0";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description =
          "Port of the shop; the next one is for management. 0: any free ones. ${DEFAULT-VALUE} unless told.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address the shop listens on; only this machine unless told.")
  private String host = "127.0.0.1";

  @Option(names = "--empty", description = "No sample goods, no demo accounts.")
  private boolean empty;

  @Override
  public Integer call() {
    Installation installation = Installation.here();
    Path chosen = installation.stage(stage);
    if (port < 0 || port > 65_534) {
      throw Refusal.usage("--port takes 0..65534: " + port);
    }
    DataFolder folder = invocation.folder();
    folder.checkUsable();
    long start = System.nanoTime();
    Optional<Marketplace> already = folder.marketplace();
    Marketplace running =
        Installation.isFleet(chosen)
            ? fleet(installation, chosen, folder)
            : process(installation, chosen, folder, already);
    long millis = (System.nanoTime() - start) / 1_000_000;
    report(folder, running, already.isPresent(), millis);
    return Exit.OK;
  }

  private Marketplace fleet(Installation installation, Path chosen, DataFolder folder) {
    folder
        .running()
        .ifPresent(process -> {
          throw Refusal.failed(
              "process %d, stage 0, runs on %s: ./banyan down first, or name another folder with --data"
                  .formatted(process.pid(), folder.path()));
        });
    if (port != 0 && Fleet.of(folder).isEmpty()) {
      refuseTaken(port, host);
      refuseTaken(port + 1, "127.0.0.1");
      refuseTaken(port + 2, host);
    }
    return new Launch(installation, folder, invocation::progress)
        .start(chosen, new Launch.Wish(host, port, !empty), PATIENCE);
  }

  private Marketplace process(
      Installation installation, Path chosen, DataFolder folder, Optional<Marketplace> already) {
    if (already.isEmpty()) {
      return start(installation, chosen, folder);
    }
    if (already.get() instanceof DataFolder.Running other) {
      return awaitOther(folder, other);
    }
    throw Refusal.failed(
        "%s runs on %s: ./banyan down first, or name another folder with --data"
            .formatted(already.get().what(), folder.path()));
  }

  private DataFolder.Running start(Installation installation, Path chosen, DataFolder folder) {
    if (port != 0) {
      refuseTaken(port, host);
      refuseTaken(port + 1, "127.0.0.1");
    }
    List<String> options = new ArrayList<>();
    if (Files.exists(installation.startUpCache())) {
      options.add("-XX:AOTCache=" + installation.startUpCache());
    }
    Server server =
        Server.start(
            installation,
            chosen,
            folder,
            options,
            List.of(
                "--server.port=" + port,
                "--server.address=" + host,
                "--management.server.port=" + (port == 0 ? 0 : port + 1),
                "--banyan.sample=" + !empty));
    return server.awaitReady(PATIENCE, invocation::progress);
  }

  /** Another command may have started it a moment ago. */
  private DataFolder.Running awaitOther(DataFolder folder, DataFolder.Running other) {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    DataFolder.Running running = other;
    while (!running.ready()) {
      invocation.progress(Server.waitingFor(folder));
      if (System.nanoTime() > giveUp) {
        throw Refusal.failed(
            "process %d does not get ready; see %s".formatted(other.pid(), folder.log()));
      }
      Processes.pause();
      running =
          folder
              .running()
              .orElseThrow(() -> Refusal.failed("it did not start; see " + folder.log()));
    }
    return running;
  }

  private static void refuseTaken(int port, String address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
    } catch (IOException taken) {
      String by = Processes.listener(port).map(name -> " by " + name).orElse("");
      throw Refusal.failed(
          by.isEmpty() && !String.valueOf(taken.getMessage()).contains("in use")
              ? "cannot listen on %s, port %d (%s): choose another --host or --port"
                  .formatted(address, port, taken.getMessage())
              : "port %d is in use%s: choose another one with --port (it takes that one and the next)"
                  .formatted(port, by));
    }
  }

  private void report(DataFolder folder, Marketplace running, boolean already, long millis) {
    List<JsonNode> accounts = demoAccounts(running);
    Map<String, Object> object = new LinkedHashMap<>(Report.of(folder, running));
    object.put("alreadyRunning", already);
    object.put("millis", millis);
    object.put("demoAccounts", accounts);
    List<String> lines = new ArrayList<>();
    lines.add(
        already
            ? "already running, " + running.what()
            : "ready after %.1f s, %s".formatted(millis / 1000.0, running.what()));
    lines.addAll(Report.lines(folder, running));
    for (JsonNode account : accounts) {
      lines.add(
          "account   %-8s %-28s password: %s"
              .formatted(
                  account.path("role").asString(),
                  account.path("email").asString(),
                  account.path("password").asString()));
    }
    lines.add("stop it   ./banyan down");
    invocation.answer(object, lines);
  }

  /** The sample names its accounts on the management port; an empty shop has none. */
  private static List<JsonNode> demoAccounts(Marketplace running) {
    JsonNode info = Management.get(running.management() + "/info", Duration.ofSeconds(10)).body();
    List<JsonNode> accounts = new ArrayList<>();
    info.path("demoAccounts").forEach(accounts::add);
    return accounts;
  }
}
