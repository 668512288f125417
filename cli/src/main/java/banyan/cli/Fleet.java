package banyan.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A marketplace whose parts are containers: any stage from 1 on. What Docker Compose has to be told
 * is kept in the data folder, so that every command finds the same marketplace.
 *
 * @param stage the name of its folder in {@code stages/}
 * @param project the name under which Docker knows its containers, networks and volumes
 * @param ready whether it has been ready once
 * @param variables of its Compose file
 */
record Fleet(
    String stage,
    String project,
    int port,
    int managementPort,
    boolean ready,
    @Nullable String version,
    Instant since,
    Map<String, String> variables)
    implements Marketplace {

  /** What the nodes know of each other: the file's name is the setting's. */
  private static final List<String> SECRETS = List.of("banyan.data.password", "banyan.secret");

  /** Nodes whose processor time is the database's. */
  private static final String DATABASES = "(database|db\\d+)";

  /** The fleet that was started on a folder and still has a running container. */
  static Optional<Fleet> of(DataFolder folder) {
    try {
      Fleet told = Invocation.JSON.readValue(Files.readString(file(folder)), Fleet.class);
      boolean lives =
          told.compose().nodes().stream().anyMatch(node -> node.state().equals("running"));
      return lives ? Optional.of(told) : Optional.empty();
    } catch (IOException | JacksonException none) {
      return Optional.empty();
    }
  }

  private static Path file(DataFolder folder) {
    return folder.path().resolve("fleet.json");
  }

  private void keep(DataFolder folder) {
    try {
      Path half = folder.path().resolve("fleet.json.new");
      Files.writeString(half, Invocation.JSON.writeValueAsString(this));
      Files.move(
          half, file(folder), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Compose compose() {
    return new Compose(project, Installation.here().stage(stage), variables);
  }

  @Override
  public String what() {
    return "stage " + stage;
  }

  @Override
  public Map<String, ProcessHandle> tiers(DataFolder folder) {
    Map<String, ProcessHandle> tiers = new LinkedHashMap<>();
    for (Compose.Node node : compose().nodes()) {
      Compose.process(node).ifPresent(process -> tiers.put(node.name(), process));
    }
    return tiers;
  }

  static boolean isDatabase(String tier) {
    return tier.matches(DATABASES);
  }

  /**
   * How to start one.
   *
   * @param address the shop's doors listen on
   * @param port of the shop, the next one is for management; 0: any free ones
   * @param sample whether it has sample goods and demo accounts
   */
  record Wish(String address, int port, boolean sample) {}

  /**
   * Builds the images, starts the containers, waits until every one of them is well. A repeat on a
   * running fleet of the same stage starts what is missing and changes what has changed.
   *
   * @param progress hears what each node waits for
   * @throws Refusal when Docker is missing, an image cannot be built, or a node does not get well
   */
  static Fleet start(
      Installation installation,
      Path stage,
      DataFolder folder,
      Wish wish,
      Duration patience,
      Consumer<String> progress) {
    refuseWithoutDocker();
    Optional<Fleet> before = of(folder);
    String name = stage.getFileName().toString();
    before
        .filter(other -> !other.stage().equals(name))
        .ifPresent(other -> {
          throw Refusal.failed(
              "stage %s runs on %s: ./banyan down first".formatted(other.stage(), folder.path()));
        });
    int port = before.map(Fleet::port).orElseGet(() -> wish.port() == 0 ? freePair() : wish.port());
    makeSecrets(folder.path().resolve("secrets"));
    Fleet fleet =
        new Fleet(
            name,
            projectOf(folder.path(), installation.root()),
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
                "BANYAN_SAMPLE", Boolean.toString(wish.sample())));
    fleet.keep(folder);
    fleet.build(installation, folder, progress);
    fleet.awaitWell(folder, patience, progress);
    Fleet ready =
        new Fleet(
            name, fleet.project, port, port + 1, true, fleet.version, fleet.since, fleet.variables);
    ready.keep(folder);
    return ready;
  }

  private static void refuseWithoutDocker() {
    if (!Compose.docker("compose", "version").well() || !Compose.docker("info").well()) {
      throw Refusal.failed(
          "the stages from 1 on need a running Docker with Compose: ./banyan doctor --fix installs it on Debian");
    }
  }

  private void build(Installation installation, DataFolder folder, Consumer<String> progress) {
    progress.accept("looking for the base image");
    Compose.Said base =
        Compose.run(Map.of(), List.of(installation.root().resolve("images/base-image").toString()));
    if (!base.well()) {
      throw Refusal.failed(base.last());
    }
    progress.accept("building images (cached layers are kept)");
    Path log = folder.path().resolve("build.log");
    Process building = compose().begin(log, "build");
    if (!Compose.ended(building, Duration.ofMinutes(20).toMillis()) || building.exitValue() != 0) {
      building.destroy();
      throw Refusal.failed("an image cannot be built; see " + log);
    }
  }

  private void awaitWell(DataFolder folder, Duration patience, Consumer<String> progress) {
    Compose compose = compose();
    Map<String, List<String>> services = compose.services();
    Path log = folder.path().resolve("compose.log");
    Process starting = compose.begin(log, "up", "--detach", "--remove-orphans");
    long giveUp = System.nanoTime() + patience.toNanos();
    String before = "";
    while (true) {
      boolean told = Compose.ended(starting, 300);
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

  /**
   * The node of a kind: the only one, the first one, and of databases the one that takes writes.
   */
  String node(String kind) {
    List<String> all =
        compose().nodes().stream()
            .filter(node ->
                kind.equals("database")
                    ? isDatabase(node.name())
                    : node.name().matches(kind + "\\d*"))
            .map(Compose.Node::name)
            .toList();
    if (all.isEmpty()) {
      throw Refusal.failed("stage %s has no node of the kind %s".formatted(stage, kind));
    }
    return all.size() == 1 || !kind.equals("database")
        ? all.getFirst()
        : all.stream().filter(this::takesWrites).findFirst().orElse(all.getFirst());
  }

  private boolean takesWrites(String database) {
    return compose()
        .say("exec", "-T", database, "psql", "-XAtc", "SELECT pg_is_in_recovery()", "banyan")
        .last()
        .equals("f");
  }

  /** kill -9 of the node's first process, as a crash is: the restart rule of its stage holds. */
  void kill(String node) {
    Compose.Node container = container(node);
    boolean killed = Compose.process(container).map(ProcessHandle::destroyForcibly).orElse(false);
    if (!killed) {
      // not this user's process: Docker may do it, and then does not start it again by itself
      refuseUnless(Compose.docker("kill", container.container()));
    }
  }

  /** Starts a node that does not run; one that runs stays as it is. */
  void revive(String node) {
    refuseUnless(Compose.docker("start", container(node).container()));
  }

  /** Every process of the node stands still. */
  void freeze(String node) {
    refuseUnless(Compose.docker("pause", container(node).container()));
  }

  /** Undoes {@link #freeze} of whatever node stands still. */
  void thaw() {
    for (Compose.Node node : compose().nodes()) {
      if (node.state().equals("paused")) {
        refuseUnless(Compose.docker("unpause", node.container()));
      }
    }
  }

  private Compose.Node container(String node) {
    return compose().nodes().stream()
        .filter(candidate -> candidate.name().equals(node))
        .findFirst()
        .orElseThrow(() -> Refusal.failed("there is no container of " + node));
  }

  private static void refuseUnless(Compose.Said said) {
    if (!said.well()) {
      throw Refusal.failed(said.last());
    }
  }

  /**
   * Takes containers and networks away; volumes, that is the data, only when told.
   *
   * @param patience after which Docker kills what has not stopped, when {@code force}; else the
   *     time that the stage's file gives each
   * @return how many containers there were; -1 when no fleet was started on the folder
   */
  static int stop(DataFolder folder, Duration patience, boolean volumes, boolean force) {
    Fleet told;
    try {
      told = Invocation.JSON.readValue(Files.readString(file(folder)), Fleet.class);
    } catch (IOException | JacksonException none) {
      return -1;
    }
    Compose compose = told.compose();
    int containers = compose.nodes().size();
    List<String> words = new ArrayList<>(List.of("down", "--remove-orphans"));
    if (force) {
      words.addAll(List.of("--timeout", Long.toString(patience.toSeconds())));
    }
    if (volumes) {
      words.add("--volumes");
    }
    Compose.Said said = compose.say(words.toArray(String[]::new));
    if (!said.well()) {
      throw Refusal.failed("the containers cannot be taken down: " + said.last());
    }
    try {
      Files.deleteIfExists(file(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return containers;
  }

  /** Two marketplaces on one machine are two projects; the usual one has the usual name. */
  private static String projectOf(Path folder, Path root) {
    return folder.equals(root.resolve(".banyan"))
        ? "banyan"
        : "banyan-" + Integer.toHexString(folder.toString().hashCode());
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

  private static int freePair() {
    for (int attempt = 0; attempt < 100; attempt++) {
      try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket next =
              new ServerSocket(one.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return next.getLocalPort() - 1;
      } catch (IOException | IllegalArgumentException taken) {
        continue;
      }
    }
    throw Refusal.failed("no two free ports in a row: choose one with --port");
  }
}
