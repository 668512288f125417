package banyan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One stage of the ladder that runs, every node a container. Stage 0 is one machine and so one
 * container, with the database inside; the others are started by the command as anybody would. All
 * of it, data too, is gone after {@link #close}.
 */
final class Rung implements AutoCloseable {
  /** What the images of the marketplace are called here, so that no other fleet's are replaced. */
  private static final Map<String, String> IMAGE = Map.of("BANYAN_APP_TAG", "ladder");

  private static final String PROJECT = "com.docker.compose.project=";
  private static final String ALONE = "banyan-ladder-0";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Processors of a node while it starts and warms up: at the quota that takes minutes. */
  static final double PLENTY = 1;

  /** Nodes of the marketplace in a stage's file, with those that it only has when asked for. */
  static final int APPS_MAX = 3;

  private final Path root;
  private final int number;
  private final Path stage;
  private final Path data;
  private String url = "";
  private Map<String, String> variables = Map.of();
  private String project = "";

  private Rung(Path root, int number, Path stage, Path data) {
    this.root = root;
    this.number = number;
    this.stage = stage;
    this.data = data;
  }

  /**
   * Starts a stage on free ports, empty, and waits until it is well. What an interrupted run left
   * is removed first.
   *
   * @param root of the sources, where the command is
   */
  static Rung start(Path root, int number) {
    Path data = root.resolve("target/ladder/stage-" + number);
    Rung rung = new Rung(root, number, stage(root, number), data);
    rung.close();
    try {
      Files.createDirectories(data);
      if (number == 0) {
        rung.alone();
      } else {
        rung.fleet();
      }
      return rung;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException failed) {
      rung.close();
      throw failed;
    }
  }

  private static Path stage(Path root, int number) {
    try (Stream<Path> stages = Files.list(root.resolve("stages"))) {
      return stages
          .filter(path -> path.getFileName().toString().startsWith("%02d-".formatted(number)))
          .findFirst()
          .orElseThrow(() -> new BenchFailed("there is no stage " + number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return stage.getFileName().toString();
  }

  /** The shop's address. */
  String url() {
    return url;
  }

  private void alone() {
    Node.run(Map.of(), List.of(root.resolve("images/base-image").toString()));
    Map<String, String> environment = new LinkedHashMap<>(IMAGE);
    environment.put("BANYAN_HOME", data.toString());
    Path file = stage(root, 1).resolve("compose.yaml");
    Node.run(environment, List.of("docker", "compose", "--file", file.toString(), "build", "app1"));
    List<String> words =
        List.of(
            "docker run --detach --name %s --cpus %s".formatted(ALONE, PLENTY),
            "--memory 1g --shm-size 128m --tmpfs /tmp --publish 127.0.0.1::8080",
            "--volume %s:/etc/banyan:ro".formatted(stage),
            "banyan/app:" + IMAGE.get("BANYAN_APP_TAG"),
            "--banyan.home=/var/lib/banyan --server.address=0.0.0.0 --banyan.sample=false");
    Node.run(Map.of(), List.of(String.join(" ", words).split(" ")));
    awaitWell(new Node("machine", ALONE));
    url = "http://" + Node.docker("port", ALONE, "8080/tcp").lines().findFirst().orElseThrow();
  }

  private void fleet() throws IOException {
    Map<String, String> environment = new LinkedHashMap<>(IMAGE);
    for (String kind : List.of("APP", "DATABASE", "CACHE", "PROXY", "MONITOR")) {
      environment.put("BANYAN_" + kind + "_CPUS", Double.toString(PLENTY));
    }
    Node.run(
        environment,
        List.of(
            root.resolve("banyan").toString(),
            "up",
            Integer.toString(number),
            "--empty",
            "--port=0",
            "--json",
            "--data=" + data));
    environment.putAll(known());
    variables = environment;
  }

  private Path note() {
    return data.resolve("fleet.json");
  }

  /** What the command has noted of the fleet: where it is, and what its Compose file was told. */
  private Map<String, String> known() throws IOException {
    JsonNode told = Market.JSON.readTree(Files.readString(note()));
    url = "http://127.0.0.1:" + told.path("port").asInt();
    project = told.path("project").asString();
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name : told.path("variables").propertyNames()) {
      environment.put(name, told.path("variables").path(name).asString());
    }
    return environment;
  }

  /** The containers that run, by name. */
  List<Node> nodes() {
    return number == 0 ? List.of(new Node("machine", ALONE)) : containers(false);
  }

  private List<Node> containers(boolean stopped) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "ps",
                "--filter",
                "label=" + PROJECT + project,
                "--format",
                "{{.Label \"com.docker.compose.service\"}}\t{{.Names}}"));
    if (stopped) {
      words.add("--all");
    }
    return Node.docker(words.toArray(String[]::new))
        .lines()
        .map(line -> line.split("\t"))
        .map(fields -> new Node(fields[0], fields[1]))
        .sorted(Comparator.comparing(Node::name))
        .toList();
  }

  /** Lets so many of the nodes that serve the shop run, and waits until they are well. */
  void apps(int wanted) {
    for (int i = 1; i <= APPS_MAX; i++) {
      String name = "app" + i;
      Optional<Node> there =
          containers(true).stream().filter(node -> node.name().equals(name)).findFirst();
      if (i > wanted) {
        there.ifPresent(node -> Node.docker("stop", node.container()));
      } else if (there.isPresent()) {
        Node.docker("start", there.get().container());
      } else {
        add(name);
      }
    }
    nodes().forEach(Rung::awaitWell);
  }

  private void add(String name) {
    List<String> words = new ArrayList<>(List.of("docker", "compose", "--project-name", project));
    words.addAll(List.of("--file", stage.resolve("compose.yaml").toString()));
    words.addAll(List.of("--profile", "more", "up", "--detach", "--no-build", "--no-deps", name));
    Node.run(variables, words);
  }

  private static void awaitWell(Node node) {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    String format = "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}";
    while (true) {
      String state = Node.docker("inspect", "--format", format, node.container()).strip();
      if (state.equals("running healthy") || state.equals("running")) {
        return;
      }
      if (!state.startsWith("running") || System.nanoTime() > giveUp) {
        throw new BenchFailed(
            "%s is %s: %s"
                .formatted(
                    node.name(), state, Node.docker("logs", "--tail", "5", node.container())));
      }
      try {
        Thread.sleep(300);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new BenchFailed("interrupted");
      }
    }
  }

  /** Takes containers, networks and data away; a repeat does nothing. */
  @Override
  public void close() {
    if (number == 0) {
      Node.docker("rm", "--force", "--volumes", ALONE);
    } else if (Files.exists(note())) {
      Map<String, String> environment = new LinkedHashMap<>(variables);
      try {
        environment.putAll(known());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // a node of a profile is none of those that the stage's file takes down
      containers(true).stream()
          .filter(node -> node.name().equals("app3"))
          .forEach(node -> Node.docker("rm", "--force", node.container()));
      Node.run(
          environment,
          List.of(
              root.resolve("banyan").toString(),
              "down",
              "--volumes",
              "--force",
              "--timeout=10",
              "--data=" + data));
      // nor is its volume
      Node.docker("volume", "ls", "--quiet", "--filter", "label=" + PROJECT + project)
          .lines()
          .forEach(volume -> Node.docker("volume", "rm", volume));
    }
  }
}
