package banyan.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Docker Compose, asked by its own command: what it does with a stage is what anybody can do by
 * hand.
 *
 * @param project the name under which containers, networks and volumes of one marketplace go
 * @param stage the folder with {@code compose.yaml}
 * @param variables that the file names
 */
record Compose(String project, Path stage, Map<String, String> variables) {
  /**
   * A container.
   *
   * @param name of its service
   * @param state as Docker says: created, running, restarting, exited, paused
   * @param health starting, healthy, unhealthy; empty when nothing checks it
   */
  record Node(String name, String container, String state, String health) {
    boolean well() {
      return state.equals("running") && (health.isEmpty() || health.equals("healthy"));
    }
  }

  /**
   * What a command said.
   *
   * @param text standard output and error together
   */
  record Said(int status, String text) {
    boolean well() {
      return status == 0;
    }

    /** The last line that says something. */
    String last() {
      List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
      return lines.isEmpty() ? "it said nothing" : lines.getLast().strip();
    }
  }

  /** Runs any program to its end. */
  static Said run(Map<String, String> environment, List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String text =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      return new Said(process.waitFor(), text);
    } catch (IOException missing) {
      return new Said(127, command.getFirst() + ": " + missing.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  static Said docker(String... words) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    return run(Map.of(), command);
  }

  /** {@code docker compose} on this project, to its end. */
  Said say(String... words) {
    return run(variables, command(words));
  }

  /** {@link #say} that goes on while the caller looks at what becomes of it. */
  Process begin(Path log, String... words) {
    return begin(program(words).redirectOutput(log.toFile()));
  }

  /** {@link #say} whose words the caller reads as they come. */
  Process begin(String... words) {
    return begin(program(words));
  }

  private static Process begin(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException missing) {
      throw Refusal.failed("docker cannot be run: ./banyan doctor says what is missing");
    }
  }

  /** A command in a node that reads a file of this machine. */
  Said into(String node, Path file, String... command) {
    return shell(node, List.of(command), builder -> builder.redirectInput(file.toFile()));
  }

  /** A command in a node whose output becomes a file of this machine. */
  Said outOf(String node, Path file, String... command) {
    return shell(node, List.of(command), builder -> builder.redirectOutput(file.toFile()));
  }

  private Said shell(String node, List<String> command, Consumer<ProcessBuilder> files) {
    List<String> words = new ArrayList<>(List.of("exec", "-T", node));
    words.addAll(command);
    ProcessBuilder builder = program(words.toArray(String[]::new)).redirectErrorStream(false);
    builder
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    files.accept(builder);
    try {
      return new Said(builder.start().waitFor(), "");
    } catch (IOException missing) {
      return new Said(127, String.valueOf(missing.getMessage()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }

  private ProcessBuilder program(String... words) {
    ProcessBuilder builder = new ProcessBuilder(command(words)).redirectErrorStream(true);
    builder.environment().putAll(variables);
    return builder;
  }

  private List<String> command(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker",
                "compose",
                "--progress",
                "plain",
                "--project-name",
                project,
                "--file",
                stage.resolve("compose.yaml").toString()));
    command.addAll(List.of(words));
    return command;
  }

  /** All containers of the project, running or not, by service. */
  List<Node> nodes() {
    Said said =
        docker(
            "ps",
            "--all",
            "--no-trunc",
            "--filter",
            "label=com.docker.compose.project=" + project,
            "--format",
            "{{.Label \"com.docker.compose.service\"}}\t{{.Names}}\t{{.State}}\t{{.Status}}");
    if (!said.well()) {
      throw Refusal.failed("Docker does not answer (%s): ./banyan doctor".formatted(said.last()));
    }
    return said.text()
        .lines()
        .map(line -> line.split("\t"))
        .filter(fields -> fields.length == 4)
        .map(fields -> new Node(fields[0], fields[1], fields[2], health(fields[3])))
        .sorted(java.util.Comparator.comparing(Node::name))
        .toList();
  }

  /** Docker says it in words: Up 3 seconds (health: starting). */
  private static String health(String status) {
    return status.contains("(healthy)")
        ? "healthy"
        : status.contains("(unhealthy)")
            ? "unhealthy"
            : status.contains("health: starting") ? "starting" : "";
  }

  /** The services, and those each of them waits for before it is started. */
  Map<String, List<String>> services() {
    Said said = say("config", "--format", "json");
    if (!said.well()) {
      throw Refusal.failed(
          "%s cannot be read: %s".formatted(stage.resolve("compose.yaml"), said.last()));
    }
    Map<String, List<String>> services = new LinkedHashMap<>();
    JsonNode all = Invocation.JSON.readTree(said.text()).path("services");
    for (String name : new TreeSet<>(all.propertyNames())) {
      services.put(
          name, List.copyOf(new TreeSet<>(all.path(name).path("depends_on").propertyNames())));
    }
    return services;
  }

  /** The main process of a container, as this machine knows it; empty when none runs. */
  static java.util.Optional<ProcessHandle> process(Node node) {
    Said said = docker("inspect", "--format", "{{.State.Pid}}", node.container());
    return said.well() && said.last().matches("[1-9]\\d*")
        ? ProcessHandle.of(Long.parseLong(said.last()))
        : java.util.Optional.empty();
  }

  /** Waits for a program that was begun; false when it has not ended in time. */
  static boolean ended(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
  }
}
