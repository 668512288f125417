package banyan.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  void keep(DataFolder folder) {
    try {
      Path half = folder.path().resolve("fleet.json.new");
      Files.writeString(half, Invocation.JSON.writeValueAsString(this));
      Files.move(
          half, file(folder), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Fleet nowReady() {
    return new Fleet(stage, project, port, managementPort, true, version, since, variables);
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
    return sql(database, "SELECT pg_is_in_recovery()").last().equals("f");
  }

  /** The databases that only follow another one. */
  List<String> replicas() {
    List<String> all =
        compose().nodes().stream()
            .map(Compose.Node::name)
            .filter(Fleet::isDatabase)
            .filter(name -> sql(name, "SELECT pg_is_in_recovery()").last().equals("t"))
            .toList();
    if (all.isEmpty()) {
      throw Refusal.failed("stage %s has no replica".formatted(stage));
    }
    return all;
  }

  /** Says something to a database, as its superuser. */
  Compose.Said sql(String database, String statement) {
    return compose().say("exec", "-T", database, "psql", "-XAtc", statement, "banyan");
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

  /** kill -9 of a node that nothing starts again but {@link #reviveAll}: its machine is gone. */
  void lose(String node) {
    refuseUnless(Compose.docker("kill", container(node).container()));
  }

  /** Starts every node that something has ended. */
  void reviveAll() {
    for (Compose.Node node : compose().nodes()) {
      if (node.state().equals("exited") || node.state().equals("created")) {
        refuseUnless(Compose.docker("start", node.container()));
      }
    }
  }

  /** The nodes that serve the shop. */
  List<String> apps() {
    return compose().nodes().stream()
        .map(Compose.Node::name)
        .filter(name -> name.matches("app\\d*"))
        .toList();
  }

  boolean hasProxy() {
    return compose().nodes().stream().anyMatch(node -> node.name().equals("proxy"));
  }

  /** This fleet with another value of a variable, for what is started from now on. */
  Fleet with(String variable, String value) {
    Map<String, String> changed = new LinkedHashMap<>(variables);
    changed.put(variable, value);
    return new Fleet(stage, project, port, managementPort, ready, version, since, changed);
  }

  /** One more name for the image in use. */
  void tagImage(String image, String tag) {
    refuseUnless(Compose.docker("tag", image, image + ":" + tag));
  }

  /** Replaces a node by a new one of the image that the variables name, and waits for it. */
  void replace(String node, Duration patience) {
    must("up", "--detach", "--no-deps", "--no-build", node);
    awaitWell(node, patience);
  }

  /** A command of Compose that has to succeed. */
  void must(String... words) {
    refuseUnless(compose().say(words));
  }

  /** Waits until a node is well. */
  void awaitWell(String node, Duration patience) {
    long giveUp = System.nanoTime() + patience.toNanos();
    while (!container(node).well()) {
      if (System.nanoTime() > giveUp) {
        throw Refusal.failed("%s is not well after %d s".formatted(node, patience.toSeconds()));
      }
      Processes.pauseForDocker();
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
    List<String> words = new ArrayList<>(List.of("--profile", "*", "down", "--remove-orphans"));
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
}
