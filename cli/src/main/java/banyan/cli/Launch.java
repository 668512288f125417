package banyan.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Brings a fleet up: secrets, images, containers, until every node is well. */
final class Launch {
  /** What the nodes know of each other: the file's name is the setting's. */
  private static final List<String> SECRETS = List.of("banyan.data.password", "banyan.secret");

  /** The ports of a fleet: the shop's, management, the shop's with TLS. */
  static final int PORTS = 3;

  private final Installation installation;
  private final DataFolder folder;
  private final Consumer<String> progress;

  /**
   * @param progress hears what each node waits for
   */
  Launch(Installation installation, DataFolder folder, Consumer<String> progress) {
    this.installation = installation;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * How to start one.
   *
   * @param address the shop's doors listen on
   * @param port of the shop, the next one is for management, the one after it for TLS; 0: any free
   *     ones
   * @param sample whether it has sample goods and demo accounts
   */
  record Wish(String address, int port, boolean sample) {}

  /**
   * Builds the images, starts the containers, waits until every one of them is well. A repeat on a
   * running fleet of the same stage starts what is missing and changes what has changed.
   *
   * @throws Refusal when Docker is missing, an image cannot be built, or a node does not get well
   */
  Fleet start(Path stage, Wish wish, Duration patience) {
    refuseWithoutDocker();
    Optional<Fleet> before = Fleet.of(folder);
    String name = stage.getFileName().toString();
    before
        .filter(other -> !other.stage().equals(name))
        .ifPresent(other -> {
          throw Refusal.failed(
              "stage %s runs on %s: ./banyan down first".formatted(other.stage(), folder.path()));
        });
    int port =
        before.map(Fleet::port).orElseGet(() -> wish.port() == 0 ? freePorts() : wish.port());
    makeSecrets(folder.path().resolve("secrets"));
    Fleet fleet =
        new Fleet(
            name,
            project(),
            port,
            port + 1,
            false,
            Installation.version(),
            before.map(Fleet::since).orElseGet(Instant::now),
            Map.of(
                "BANYAN_HOME", folder.path().toString(),
                "BANYAN_ADDRESS", wish.address(),
                "BANYAN_PORT", Integer.toString(port),
                "BANYAN_MANAGEMENT_PORT", Integer.toString(port + 1),
                "BANYAN_TLS_PORT", Integer.toString(port + 2),
                "BANYAN_SAMPLE", Boolean.toString(wish.sample())));
    fleet.keep(folder);
    build(fleet.compose());
    awaitWell(fleet.compose(), patience);
    Fleet ready = fleet.nowReady();
    ready.keep(folder);
    return ready;
  }

  private static void refuseWithoutDocker() {
    if (!Compose.docker("compose", "version").well() || !Compose.docker("info").well()) {
      throw Refusal.failed(
          "the stages from 1 on need a running Docker with Compose: ./banyan doctor --fix installs it on Debian");
    }
  }

  private void build(Compose compose) {
    progress.accept("looking for the base image");
    Compose.Said base =
        Compose.run(Map.of(), List.of(installation.root().resolve("images/base-image").toString()));
    if (!base.well()) {
      throw Refusal.failed(base.last());
    }
    progress.accept("building images (cached layers are kept)");
    Path log = folder.path().resolve("build.log");
    Process building = compose.begin(log, "build");
    if (!Compose.ended(building, Duration.ofMinutes(20).toMillis()) || building.exitValue() != 0) {
      building.destroy();
      throw Refusal.failed("an image cannot be built; see " + log);
    }
  }

  private void awaitWell(Compose compose, Duration patience) {
    Map<String, List<String>> services = compose.services();
    Path log = folder.path().resolve("compose.log");
    Process starting = compose.begin(log, "up", "--detach", "--remove-orphans");
    long giveUp = System.nanoTime() + patience.toNanos();
    String before = "";
    while (true) {
      Processes.pauseForDocker();
      boolean told = !starting.isAlive();
      List<Compose.Node> nodes = compose.nodes();
      if (told && starting.exitValue() != 0) {
        throw Refusal.failed(why(compose, nodes, log));
      }
      if (told && !nodes.isEmpty() && nodes.stream().allMatch(Compose.Node::well)) {
        return;
      }
      if (System.nanoTime() > giveUp) {
        starting.destroy();
        throw Refusal.failed(
            "not all nodes are well after %d s: %s"
                .formatted(patience.toSeconds(), waiting(services, nodes)));
      }
      String now = waiting(services, nodes);
      if (!now.equals(before)) {
        progress.accept(now);
        before = now;
      }
    }
  }

  /** What each node that is not well waits for. */
  static String waiting(Map<String, List<String>> services, List<Compose.Node> nodes) {
    Map<String, Compose.Node> known =
        nodes.stream()
            .collect(Collectors.toMap(Compose.Node::name, node -> node, (one, same) -> one));
    List<String> lines = new ArrayList<>();
    services.forEach((name, needs) -> {
      Compose.Node node = known.get(name);
      if (node != null && node.well()) {
        return;
      }
      List<String> missing =
          needs.stream()
              .filter(need -> !(known.get(need) instanceof Compose.Node other && other.well()))
              .toList();
      boolean started = node != null && !node.state().equals("created");
      lines.add(
          started || missing.isEmpty()
              ? name + (started ? " gets ready" : " is being made")
              : name + " waits for " + String.join(", ", missing));
    });
    return String.join(" · ", lines);
  }

  /** The last words of the node that did not start, or of Compose. */
  private static String why(Compose compose, List<Compose.Node> nodes, Path log) {
    for (Compose.Node node : nodes) {
      if (node.state().equals("exited")
          || node.state().equals("restarting")
          || node.health().equals("unhealthy")) {
        return "%s does not start: %s (all of it: ./banyan logs %s)"
            .formatted(
                node.name(),
                compose.say("logs", "--no-log-prefix", "--tail", "3", node.name()).last(),
                node.name());
      }
    }
    try {
      return new Compose.Said(1, Files.readString(log)).last() + " (log: " + log + ")";
    } catch (IOException gone) {
      return "the containers cannot be started";
    }
  }

  /** Two marketplaces on one machine are two projects; the usual one has the usual name. */
  String project() {
    return folder.path().equals(installation.root().resolve(".banyan"))
        ? "banyan"
        : "banyan-" + Integer.toHexString(folder.path().toString().hashCode());
  }

  /** Made once; only the owner of the folder reaches them, whatever user a container runs as. */
  private static void makeSecrets(Path folder) {
    try {
      if (!Files.exists(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      for (String name : SECRETS) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
          byte[] bytes = new byte[24];
          new SecureRandom().nextBytes(bytes);
          Path half = folder.resolve(name + ".new");
          Files.writeString(half, HexFormat.of().formatHex(bytes));
          Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("r--r--r--"));
          Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw Refusal.failed("%s cannot be written: %s".formatted(folder, e.getMessage()));
    }
  }

  private static int freePorts() {
    for (int attempt = 0; attempt < 100; attempt++) {
      try (ServerSocket first = listening(0);
          ServerSocket second = listening(first.getLocalPort() + 1);
          ServerSocket third = listening(second.getLocalPort() + 1)) {
        return third.getLocalPort() + 1 - PORTS;
      } catch (IOException | IllegalArgumentException taken) {
        continue;
      }
    }
    throw Refusal.failed("no three free ports in a row: choose them with --port");
  }

  private static ServerSocket listening(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
