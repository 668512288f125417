package banyan.cli;

import banyan.cli.load.EditSeen;
import banyan.cli.load.LoadFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Brings stages up, one after the other, uses and breaks each, and takes it down again. */
@Command(
    name = "check",
    description = "Brings stages up, shops in them, breaks something, audits, takes them down.",
    footer = {
      "",
      "Each stage gets a marketplace of its own on free ports, whose data is gone in the end.",
      "What runs elsewhere on this machine is left alone.",
      "",
      "Exit codes: 0 all is well, 1 a step failed, 3 a book is wrong.",
      "",
      "Examples:",
      "  banyan check 1",
      "  banyan check 1 2 3 4"
    })
final class Check implements Callable<Integer> {
  private static final int EDITS = 10;
  private static final long SEEN_WITHIN_MILLIS = 1_000;

  /**
   * Checkouts a second that any machine serves in any stage: whether a stage comes back is asked
   * here. One that is at its limit before the strike does not, and how much it bears is for drills
   * and benches.
   */
  private static final String DRILLED_AT = "10";

  @Mixin private Invocation invocation = new Invocation();

  @Parameters(arity = "1..*", paramLabel = "STAGE", description = "Numbers or names of stages.")
  private List<String> stages = List.of();

  @Option(names = "--keep", description = "Leave a stage that failed as it is, to look at it.")
  private boolean keep;

  /**
   * What came of one step.
   *
   * @param said the verdict in a few words
   */
  private record Step(String stage, String name, boolean well, double seconds, String said) {
    String line() {
      return "%s %-20s %-18s %6.1f s  %s".formatted(well ? "●" : "✗", stage, name, seconds, said);
    }
  }

  /** What a command answered: its exit code, and its JSON. */
  private record Answer(int status, JsonNode body, String text) {}

  private final List<Step> steps = new ArrayList<>();
  private boolean broken;

  @Override
  public Integer call() {
    Installation installation = Installation.here();
    List<Path> chosen = stages.stream().map(installation::stage).toList();
    for (Path stage : chosen) {
      check(
          stage,
          new DataFolder(installation.root().resolve("target/check-" + stage.getFileName())));
    }
    boolean well = steps.stream().allMatch(Step::well);
    invocation.answer(
        Map.of("well", well, "steps", steps),
        List.of(
            well
                ? "%d stages are well".formatted(chosen.size())
                : "%d of %d steps failed"
                    .formatted(steps.stream().filter(s -> !s.well()).count(), steps.size())));
    return broken ? Exit.INVARIANT_BROKEN : well ? Exit.OK : Exit.FAILED;
  }

  private void check(Path stage, DataFolder folder) {
    String name = stage.getFileName().toString();
    Fleet.stop(folder, Duration.ofSeconds(30), true, true);
    remove(folder.path());
    boolean up = step(name, "up", folder, this::exit, "up", name, "--port", "0");
    if (up) {
      use(name, folder);
    }
    if (keep && steps.stream().anyMatch(step -> step.stage().equals(name) && !step.well())) {
      return;
    }
    boolean fleet = Installation.isFleet(stage);
    String[] down = fleet ? new String[] {"down", "--volumes"} : new String[] {"down"};
    step(name, "down", folder, this::exit, down);
    if (fleet) {
      nothingLeft(name, folder);
    }
    remove(folder.path());
  }

  /** Shops, edits, breaks, audits. */
  private void use(String name, DataFolder folder) {
    step(name, "status", folder, this::exit, "status");
    step(
        name,
        "taobao",
        folder,
        this::served,
        "load",
        "--mix",
        "taobao",
        "--rate",
        "30",
        "--duration",
        "10s");
    step(
        name,
        "marketplace",
        folder,
        this::served,
        "load",
        "--mix",
        "online-marketplace",
        "--rate",
        "10",
        "--duration",
        "15s");
    edits(name, folder);
    step(
        name,
        "kill-server",
        folder,
        this::survived,
        "drill",
        "run",
        "kill-server",
        "--rate",
        DRILLED_AT,
        "--duration",
        "30s");
    step(
        name,
        "kill-database",
        folder,
        this::survived,
        "drill",
        "run",
        "kill-database",
        "--rate",
        DRILLED_AT,
        "--duration",
        "40s");
    step(name, "audit", folder, this::exit, "audit");
    Fleet.of(folder).filter(Fleet::hasProxy).ifPresent(fleet -> nobodyThere(name, fleet));
  }

  /** What the proxy says when no node is left: to whoever looks, and to whoever pays. */
  private void nobodyThere(String stage, Fleet fleet) {
    invocation.progress(stage + ": nobody there");
    long start = System.nanoTime();
    fleet.apps().forEach(fleet::lose);
    String shop = "http://127.0.0.1:%d".formatted(fleet.port());
    HttpRequest.Builder pays =
        HttpRequest.newBuilder(URI.create(shop + "/api/checkout"))
            .header("Idempotency-Key", "nobody-there")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    Map<String, HttpRequest.Builder> asked =
        Map.of(
            "product", HttpRequest.newBuilder(URI.create(shop + "/api/products/none")),
            "picture", HttpRequest.newBuilder(URI.create(shop + "/pictures/none")),
            "session",
                HttpRequest.newBuilder(URI.create(shop + "/api/sessions"))
                    .POST(HttpRequest.BodyPublishers.noBody()),
            "checkout", pays);
    List<String> wrong = new ArrayList<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (Map.Entry<String, HttpRequest.Builder> question : asked.entrySet()) {
        HttpResponse<Void> answer =
            http.send(
                question.getValue().timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() != 503 || !Onlooker.proper(answer)) {
          wrong.add("%s: %d".formatted(question.getKey(), answer.statusCode()));
        }
      }
    } catch (IOException broken) {
      wrong.add(String.valueOf(broken));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("interrupted");
    }
    note(
        stage,
        "nobody there",
        wrong.isEmpty(),
        (System.nanoTime() - start) / 1e9,
        wrong.isEmpty()
            ? "%d kinds of requests refused with 503".formatted(asked.size())
            : "no proper 503: " + wrong);
  }

  /** No copy anywhere is older than a second. */
  private void edits(String stage, DataFolder folder) {
    invocation.progress(stage + ": edits");
    long start = System.nanoTime();
    boolean well = false;
    String said;
    try {
      long slowest =
          EditSeen.millis(folder.reachable().shop(), EDITS).stream()
              .mapToLong(Long::longValue)
              .max()
              .orElse(0);
      well = slowest <= SEEN_WITHIN_MILLIS;
      said = "%d edits of a product, each seen everywhere after %d ms".formatted(EDITS, slowest);
    } catch (LoadFailed unseen) {
      said = String.valueOf(unseen.getMessage());
    }
    note(stage, "edits", well, (System.nanoTime() - start) / 1e9, said);
  }

  /** Says of an answer whether it is good, and in a few words what it says. */
  private interface Verdict {
    Map.Entry<Boolean, String> of(Answer answer);
  }

  private boolean step(
      String stage, String name, DataFolder folder, Verdict verdict, String... words) {
    invocation.progress(stage + ": " + name);
    long start = System.nanoTime();
    Answer answer = run(folder, words);
    Map.Entry<Boolean, String> said = verdict.of(answer);
    note(stage, name, said.getKey(), (System.nanoTime() - start) / 1e9, said.getValue());
    return said.getKey();
  }

  private void note(String stage, String name, boolean well, double seconds, String said) {
    Step step = new Step(stage, name, well, seconds, said);
    steps.add(step);
    if (!invocation.json()) {
      invocation.out().println(step.line());
      invocation.out().flush();
    }
  }

  private static Answer run(DataFolder folder, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--json", "--data", folder.path().toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Banyan.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    int status = command.execute(all.toArray(String[]::new));
    try {
      return new Answer(status, Invocation.JSON.readTree(out.toString()), err.toString().strip());
    } catch (JacksonException noJson) {
      return new Answer(status, Invocation.JSON.createObjectNode(), err + out.toString());
    }
  }

  private Map.Entry<Boolean, String> exit(Answer answer) {
    broken |= answer.status() == Exit.INVARIANT_BROKEN;
    return Map.entry(
        answer.status() == Exit.OK,
        answer.status() == Exit.OK
            ? ""
            : answer.text().lines().findFirst().orElse("exit " + answer.status()));
  }

  /** A load that nothing failed in; how fast it was is for benches to say. */
  private Map.Entry<Boolean, String> served(Answer answer) {
    JsonNode totals = answer.body().path("totals");
    long good = totals.path("good").asLong();
    boolean well =
        answer.status() != Exit.INVARIANT_BROKEN
            && good > 0
            && answer.body().path("errors").isEmpty();
    broken |= answer.status() == Exit.INVARIANT_BROKEN;
    return Map.entry(
        well,
        well
            ? "%,d requests served".formatted(good)
            : "errors %s %s".formatted(answer.body().path("errors"), answer.text()));
  }

  /** A drill in which nothing was lost and after which the shop came back. */
  private Map.Entry<Boolean, String> survived(Answer answer) {
    JsonNode drill = answer.body().at("/drills/0");
    boolean well =
        drill.path("violations").isArray()
            && drill.path("violations").isEmpty()
            && drill.path("back").asBoolean(false);
    broken |= answer.status() == Exit.INVARIANT_BROKEN;
    return Map.entry(
        well,
        drill.isMissingNode()
            ? answer.text()
            : "%,d orders acknowledged, %d lost or wrong, %d s unavailable"
                .formatted(
                    drill.path("acknowledged").asLong(),
                    drill.path("violations").size(),
                    drill.path("secondsUnavailable").asLong()));
  }

  /** What Docker still knows of the project. */
  private void nothingLeft(String stage, DataFolder folder) {
    String project = new Launch(Installation.here(), folder, said -> {}).project();
    Map<String, String> left = new LinkedHashMap<>();
    for (String kind : List.of("container", "volume", "network")) {
      String found =
          Compose.docker(
                  kind, "ls", "--quiet", "--filter", "label=com.docker.compose.project=" + project)
              .text()
              .strip();
      if (!found.isEmpty()) {
        left.put(kind, found.replace('\n', ' '));
      }
    }
    note(stage, "nothing is left", left.isEmpty(), 0, left.isEmpty() ? "" : left.toString());
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw Refusal.failed("%s cannot be removed: %s".formatted(folder, e.getMessage()));
    }
  }
}
