package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import banyan.checks.Operations.Operation;
import banyan.platform.web.Allow;
import banyan.platform.web.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/**
 * Who may do what is written down twice: at the handler, and in {@code authorisation.csv}, which a
 * human has read. Every operation is asked by everybody, one role at a time.
 */
class ApiAuthorisationTest {
  private static final String EVERYONE = "everyone";

  private final Marketplace market = Marketplace.open();
  private final List<Operation> operations = Operations.of(market);

  /** What the table says: the roles of an operation; empty for everyone. */
  private static Map<String, Set<Role>> table() {
    try (InputStream file = ApiAuthorisationTest.class.getResourceAsStream("/authorisation.csv")) {
      Map<String, Set<Role>> rows = new LinkedHashMap<>();
      new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(","))
          .forEach(row -> rows.put(row[0] + " " + row[1], rolesOf(row[2].strip())));
      return rows;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Set<Role> rolesOf(String text) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (!text.equals(EVERYONE)) {
      for (String role : text.split(" ")) {
        roles.add(Role.valueOf(role));
      }
    }
    return roles;
  }

  private static String row(Operation operation) {
    Allow allow = operation.handler().getAnnotation(Allow.class);
    String who =
        allow == null || allow.everyone()
            ? EVERYONE
            : EnumSet.copyOf(List.of(allow.value())).stream()
                .map(Role::name)
                .collect(Collectors.joining(" "));
    return operation.method() + "," + operation.path() + "," + who;
  }

  @Test
  void every_operation_has_a_row_in_the_table_and_every_row_an_operation() {
    Set<String> known = table().keySet();
    Set<String> running =
        operations.stream().map(Operation::toString).collect(Collectors.toCollection(TreeSet::new));
    String missing =
        operations.stream()
            .filter(operation -> !known.contains(operation.toString()))
            .map(ApiAuthorisationTest::row)
            .collect(Collectors.joining("\n"));
    assertThat(missing)
        .as("rows for authorisation.csv, as the handlers say; read each before adding it")
        .isEmpty();
    assertThat(known).as("rows without an operation").isSubsetOf(running);
  }

  /** What the document names and the table does not. */
  private static List<String> withoutRow(Set<String> known, ApiDocument document) {
    return document.operations().stream()
        .map(ApiDocument.Operation::toString)
        .filter(operation -> !known.contains(operation))
        .toList();
  }

  @Test
  void an_operation_of_the_document_without_a_row_is_found() {
    ApiDocument document = ApiDocument.of(market.url());
    assertThat(document.operations()).hasSizeGreaterThan(70);
    assertThat(withoutRow(table().keySet(), document)).isEmpty();
    Set<String> known = new TreeSet<>(table().keySet());
    known.remove("PUT /api/admin/accounts/{id}/roles");
    assertThat(withoutRow(known, document)).containsExactly("PUT /api/admin/accounts/{id}/roles");
  }

  @Test
  void everybody_can_do_what_the_table_allows_and_nothing_else() {
    Map<String, Set<Role>> table = table();
    Client stranger = market.stranger();
    Map<Role, Client> clients = new EnumMap<>(Role.class);
    List<String> wrong = new ArrayList<>();
    for (Operation operation : operations) {
      Set<Role> allowed = table.get(operation.toString());
      if (allowed == null) {
        continue; // the other test names it
      }
      check(wrong, operation, "nobody", stranger, allowed.isEmpty() ? 0 : 401);
      for (Role role : Role.values()) {
        Client client = clients.computeIfAbsent(role, market::staff);
        boolean may = allowed.isEmpty() || allowed.contains(role);
        check(wrong, operation, role.name(), client, may ? 0 : 403);
        if (may && !operation.method().equals("GET")) {
          // it may have ended its own session
          boolean signedIn = client.get("/api/account").status() == 200;
          clients.compute(role, (same, kept) -> signedIn ? kept : null);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * @param expected 401 or 403; 0 for anything but these
   */
  private static void check(
      List<String> wrong, Operation operation, String who, Client client, int expected) {
    Answer answer = ask(operation, client);
    boolean guarded = answer.status() == 401 || answer.status() == 403;
    if (expected == 0 ? guarded : answer.status() != expected) {
      wrong.add(
          operation
              + " by "
              + who
              + ": "
              + answer.status()
              + ", expected "
              + (expected == 0 ? "anything but 401 and 403" : expected));
    }
  }

  /** Asks with a body of the type that the handler takes: another one would not reach it. */
  private static Answer ask(Operation operation, Client client) {
    String path = operation.at("1");
    if (Set.of("GET", "DELETE").contains(operation.method())) {
      return client.send(operation.method(), path, null);
    }
    boolean form = operation.consumes().isCompatibleWith(MediaType.MULTIPART_FORM_DATA);
    String type = operation.consumes() + (form ? ";boundary=none" : "");
    return client
        .with("Content-Type", type)
        .send(operation.method(), path, form ? "--none--\r\n" : "{}");
  }
}
