package banyan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BanyanTest {
  @TempDir Path data;

  @Test
  void bad_usage_exits_with_2() {
    assertThat(Banyan.run()).isEqualTo(Exit.USAGE);
    assertThat(Banyan.run("climb")).isEqualTo(Exit.USAGE);
    assertThat(Banyan.run("up", "--port", "many")).isEqualTo(Exit.USAGE);
    assertThat(Banyan.run("audit", "--nonsense")).isEqualTo(Exit.USAGE);
  }

  @Test
  void every_command_explains_itself_with_examples() {
    for (String command :
        List.of("up", "down", "status", "audit", "logs", "doctor", "test", "version")) {
      assertThat(Banyan.run(command, "--help")).as(command).isEqualTo(Exit.OK);
      String help =
          Objects.requireNonNull(new CommandLine(new Banyan()).getSubcommands().get(command))
              .getUsageMessage();
      assertThat(help).as(command).contains("Examples:").contains("banyan " + command);
    }
  }

  @Test
  void nobody_running_is_unreachable_for_questions_and_fine_for_down() {
    assertThat(Banyan.run("status", "--data", data.toString())).isEqualTo(Exit.UNREACHABLE);
    assertThat(Banyan.run("audit", "--data", data.toString())).isEqualTo(Exit.UNREACHABLE);
    assertThat(Banyan.run("down", "--data", data.toString())).isEqualTo(Exit.OK);
  }

  @Test
  void an_audit_with_a_wrong_book_exits_with_3_and_one_without_with_0() throws IOException {
    assertThat(auditOf("[]")).isEqualTo(Exit.OK);
    assertThat(auditOf("[\"order 1: captured twice\"]")).isEqualTo(Exit.INVARIANT_BROKEN);
  }

  @Test
  void the_table_of_an_audit_shows_the_first_violations_and_the_verdict_last() {
    List<String> lines =
        Audit.table(
            Invocation.JSON.readTree(
                """
                {"balanced": false, "books": [
                  {"name": "a", "statement": "A holds.", "violations": [], "millis": 2},
                  {"name": "b", "statement": "B holds.", "millis": 3,
                   "violations": ["1", "2", "3", "4", "5", "6", "7"]}]}
                """));

    assertThat(lines.get(0)).startsWith("●").contains("A holds.");
    assertThat(lines.get(1)).startsWith("✗").contains("B holds.");
    assertThat(lines).contains("    … and 2 more; --json lists up to 100");
    assertThat(lines.getLast()).isEqualTo("1 of 2 books are wrong");
  }

  @Test
  void a_stage_goes_by_its_number_its_name_or_both() throws IOException {
    Path stage = Files.createDirectories(data.resolve("stages/00-one-machine"));
    Installation installation = new Installation(data);

    for (String name : List.of("0", "00", "one-machine", "00-one-machine")) {
      assertThat(installation.stage(name)).isEqualTo(stage);
    }
    assertThatThrownBy(() -> installation.stage("14"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("00-one-machine");
  }

  @Test
  void the_one_who_holds_a_port_is_named() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Processes.listener(socket.getLocalPort()).orElse(""))
          .contains(Long.toString(ProcessHandle.current().pid()));
    }
  }

  /** Runs the command against a management port that answers with one book. */
  private int auditOf(String violations) throws IOException {
    String report =
        """
        {"at": "2026-11-21T10:00:00Z", "balanced": %s, "books": [
          {"name": "one", "statement": "One holds.", "violations": %s, "millis": 1}]}
        """
            .formatted(violations.equals("[]"), violations);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/actuator/audit",
        exchange -> {
          byte[] bytes = report.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      long me = ProcessHandle.current().pid();
      Files.writeString(
          data.resolve("running.json"),
          Invocation.JSON.writeValueAsString(
              Map.of(
                  "pid",
                  me,
                  "startTicks",
                  Processes.startTicks(me).orElseThrow(),
                  "bootId",
                  Processes.bootId(),
                  "state",
                  "ready",
                  "port",
                  1,
                  "managementPort",
                  server.getAddress().getPort(),
                  "since",
                  "2026-11-21T10:00:00Z")));
      return Banyan.run("audit", "--data", data.toString());
    } finally {
      server.stop(0);
    }
  }
}
