package banyan.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks whether this machine can run a marketplace, and names the way out where it cannot. */
@Command(
    name = "doctor",
    description =
        "Checks this machine: JDK, Maven, memory, disk, ports, file limit, data folder, Docker.",
    footer = {
      "",
      "Exit codes: 0 all is well, 1 something stops the marketplace.",
      "",
      "Examples:",
      "  banyan doctor",
      "  banyan doctor --port 9000 --json",
      "  sudo ./banyan doctor --fix      installs Docker with Compose on Debian, for stages 1 and up"
    })
final class Doctor implements Callable<Integer> {
  /** Server, PostgreSQL and what the operating system wants to cache. */
  static final long MEMORY_MIB_MIN = 1024;

  static final long DISK_MIB_MIN = 2048;
  static final long FILES_MIN = 4096;

  /** What a check found. {@code remedy} is empty when nothing has to be done. */
  record Finding(String name, boolean good, boolean stops, String found, String remedy) {}

  @Mixin private Invocation invocation = new Invocation();

  @Option(names = "--port", defaultValue = "8080", description = "The port the shop would take.")
  private int port;

  @Option(
      names = "--fix",
      description = "Install what the stages of containers need: Docker, Compose, the base image.")
  private boolean fix;

  @Override
  public Integer call() {
    DataFolder folder = invocation.folder();
    if (fix) {
      script("images/install-docker");
      script("images/base-image");
    }
    List<Finding> findings =
        List.of(
            jdk(),
            maven(),
            memory(),
            disk(folder.path()),
            files(),
            port(folder),
            data(folder),
            docker(),
            baseImage());
    boolean stopped = findings.stream().anyMatch(finding -> !finding.good() && finding.stops());
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      lines.add(
          "%s %-12s %s"
              .formatted(
                  finding.good() ? "●" : finding.stops() ? "✗" : "!",
                  finding.name(),
                  finding.found()));
      if (!finding.good()) {
        lines.add("               → " + finding.remedy());
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("healthy", !stopped);
    object.put("checks", findings);
    invocation.answer(object, lines);
    return stopped ? Exit.FAILED : Exit.OK;
  }

  private void script(String name) {
    invocation.progress(name);
    Compose.Said said =
        Compose.run(Map.of(), List.of(Installation.here().root().resolve(name).toString()));
    if (!said.well()) {
      throw Refusal.failed(said.last());
    }
  }

  private static Finding docker() {
    Compose.Said engine = Compose.docker("version", "--format", "{{.Server.Version}}");
    Compose.Said compose = Compose.docker("compose", "version", "--short");
    return new Finding(
        "Docker",
        engine.well() && compose.well(),
        false,
        engine.well() && compose.well()
            ? "%s, Compose %s".formatted(engine.last(), compose.last())
            : (engine.well() ? "no Compose" : "no running engine")
                + "; needed for the stages from 1 on",
        "sudo ./banyan doctor --fix installs and starts it on Debian");
  }

  private static Finding baseImage() {
    boolean there = Compose.docker("image", "inspect", "debian:trixie-slim").well();
    return new Finding(
        "base image",
        there,
        false,
        there ? "debian:trixie-slim" : "debian:trixie-slim is not here yet",
        "the first up of a stage gets it; without a registry of images: sudo ./banyan doctor --fix");
  }

  private static Finding jdk() {
    int feature = Runtime.version().feature();
    boolean compiler = Files.exists(Installation.here().java().resolveSibling("javac"));
    return new Finding(
        "JDK",
        feature >= 25 && compiler,
        true,
        "Java " + System.getProperty("java.version") + (compiler ? "" : ", without a compiler"),
        "install a JDK 25 or newer and point JAVA_HOME at it");
  }

  private static Finding maven() {
    Optional<Path> maven =
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
            .map(folder -> Path.of(folder, "mvn"))
            .filter(Files::isExecutable)
            .findFirst();
    return new Finding(
        "Maven",
        maven.isPresent(),
        false,
        maven.map(Path::toString).orElse("not found; needed only to build"),
        "install it, for instance: apt-get install maven");
  }

  private static Finding memory() {
    long available = Limits.availableMiB();
    return new Finding(
        "memory",
        available >= MEMORY_MIB_MIN,
        false,
        available + " MiB available",
        "the server wants about 400 MiB and PostgreSQL as much: stop something");
  }

  private static Finding disk(Path folder) {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    long free = 0;
    try {
      free = Files.getFileStore(there).getUsableSpace() >> 20;
    } catch (IOException e) {
      return new Finding(
          "disk", false, true, "unknown for " + there, "name another folder with --data");
    }
    return new Finding(
        "disk",
        free >= DISK_MIB_MIN,
        false,
        "%d MiB free for %s".formatted(free, folder),
        "make room, or name a folder on another disk with --data");
  }

  private static Finding files() {
    long limit = Limits.openFilesMax();
    return new Finding(
        "open files",
        limit >= FILES_MIN,
        false,
        "limit " + limit,
        "each connection takes one: raise it with ulimit -n 20000 before up");
  }

  private Finding port(DataFolder folder) {
    Optional<Marketplace> running = folder.marketplace();
    if (running.isPresent()) {
      return new Finding(
          "ports", true, false, "the marketplace runs on " + running.get().port(), "");
    }
    for (int wanted : new int[] {port, port + 1}) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(wanted));
      } catch (IOException taken) {
        String by = Processes.listener(wanted).map(name -> " by " + name).orElse("");
        return new Finding(
            "ports",
            false,
            true,
            "port %d is in use%s".formatted(wanted, by),
            "choose another one: ./banyan up --port 9000");
      }
    }
    return new Finding("ports", true, false, "%d and %d are free".formatted(port, port + 1), "");
  }

  private static Finding data(DataFolder folder) {
    boolean there = Files.exists(folder.path());
    Path writable = folder.path();
    while (!Files.exists(writable) && writable.getParent() != null) {
      writable = writable.getParent();
    }
    return new Finding(
        "data",
        Files.isWritable(writable),
        true,
        folder.path() + (there ? "" : " (will be made)"),
        "give %s to this user, or name another folder with --data".formatted(writable));
  }
}
