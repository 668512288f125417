package banyan.app;

import banyan.business.sandbox.Sandbox;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * How the sandbox provider behaves for everybody: {@code POST /actuator/sandbox} on the management
 * port, for drills. A spell ends by itself.
 */
@WebEndpoint(id = "sandbox")
class SandboxEndpoint {
  private final Sandbox sandbox;

  SandboxEndpoint(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @ReadOperation
  Map<String, String> mood() {
    return Map.of("mood", sandbox.mood().name().toLowerCase(Locale.ROOT));
  }

  /**
   * @param mood steady, hanging, failing, late or twice
   * @param seconds until it is steady again, 600 at most
   */
  @WriteOperation
  WebEndpointResponse<Map<String, String>> turn(String mood, int seconds) {
    try {
      sandbox.turn(
          Sandbox.Mood.valueOf(mood.toUpperCase(Locale.ROOT)), Duration.ofSeconds(seconds));
    } catch (IllegalArgumentException refused) {
      return new WebEndpointResponse<>(
          Map.of("refused", String.valueOf(refused.getMessage())), 400);
    }
    return new WebEndpointResponse<>(mood(), 200);
  }
}
