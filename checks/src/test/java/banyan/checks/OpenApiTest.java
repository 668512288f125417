package banyan.checks;

import static org.assertj.core.api.Assertions.assertThat;

import banyan.checks.Operations.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The documentation of the API is what the running application says of itself. */
class OpenApiTest {
  private static final Path COMMITTED = Path.of("..", "docs", "openapi.json");
  private static final String REFRESH =
      "mvn -q test -pl checks -am -Dtest=OpenApiTest -Dbanyan.refresh=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Marketplace market = Marketplace.open();

  private JsonNode running() {
    return market.stranger().get("/v3/api-docs").expect(200).body();
  }

  @Test
  void the_committed_file_is_what_the_application_says() throws IOException {
    String text = JSON.writeValueAsString(running()).replace("\r\n", "\n") + "\n";
    if (Boolean.getBoolean("banyan.refresh")) {
      Files.createDirectories(COMMITTED.getParent());
      Files.writeString(COMMITTED, text);
    }
    assertThat(COMMITTED).as("refresh it with: " + REFRESH).exists();
    assertThat(Files.readString(COMMITTED))
        .as("docs/openapi.json; when the change is meant: " + REFRESH)
        .isEqualTo(text);
  }

  @Test
  void every_operation_is_documented_with_its_refusals() {
    JsonNode paths = running().at("/paths");
    List<String> wrong = new ArrayList<>();
    for (Operation operation : Operations.of(market)) {
      JsonNode documented =
          paths
              .path(operation.path().replaceAll("\\{(\\w+):[^}]*}", "{$1}"))
              .path(operation.method().toLowerCase(Locale.ROOT));
      for (String always : List.of("400", "401", "406", "503")) {
        JsonNode refusal = documented.path("responses").path(always).path("content");
        if (!refusal.has("application/problem+json")) {
          wrong.add(operation + " " + always);
        }
      }
      if (documented.path("responses").has("default")) {
        wrong.add(operation + " has a default, which says nothing");
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(running().at("/components/securitySchemes/bearer/scheme").asString())
        .isEqualTo("bearer");
  }
}
