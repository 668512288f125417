package banyan.app;

import banyan.business.intake.Imports;
import banyan.platform.ids.Ids;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Bulk imports for whoever runs the marketplace: {@code POST /actuator/imports} on the management
 * port begins one, {@code GET /actuator/imports/{id}} says how it stands.
 */
@WebEndpoint(id = "imports")
class ImportsEndpoint {
  private final Imports imports;

  ImportsEndpoint(Imports imports) {
    this.imports = imports;
  }

  /**
   * @param files absolute paths on this machine, separated by line ends
   */
  @WriteOperation
  WebEndpointResponse<Map<String, String>> start(
      String files, @Nullable Boolean dryRun, @Nullable String currency) {
    Imports.Request request =
        new Imports.Request(
            Arrays.stream(files.split("\n", -1)).filter(file -> !file.isBlank()).toList(),
            Boolean.TRUE.equals(dryRun),
            currency == null ? "GBP" : currency);
    return switch (imports.start(request)) {
      case Imports.Started(long importId) ->
          new WebEndpointResponse<>(Map.of("id", Long.toString(importId)), 201);
      case Imports.NotStarted(String code, String detail) ->
          new WebEndpointResponse<>(
              Map.of("code", code, "detail", detail), code.equals("busy") ? 409 : 400);
    };
  }

  @ReadOperation
  WebEndpointResponse<Imports.Progress> progress(@Selector String id) {
    return Ids.parse(id).stream()
        .mapToObj(imports::find)
        .flatMap(java.util.Optional::stream)
        .findFirst()
        .map(progress -> new WebEndpointResponse<>(progress, 200))
        .orElse(new WebEndpointResponse<>(404));
  }
}
