package banyan.checks;

import banyan.checks.Marketplace.Answer;
import banyan.checks.Marketplace.Client;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that is somebody's own, and the request by which an operation is asked for it.
 *
 * @param others who may call the operation, and must not learn that the thing is there
 * @param grant makes the request lawful for the owner, after the others have asked
 */
record Belonging(Client owner, List<Client> others, String id, Asking asking, Runnable grant) {
  /** How an operation is asked for the thing with an id. */
  @FunctionalInterface
  interface Asking {
    Request of(String id);
  }

  /**
   * @param body null for none
   */
  record Request(String method, String path, @Nullable Object body) {
    Answer by(Client client) {
      return switch (method) {
        case "GET" -> client.get(path);
        case "DELETE" -> client.delete(path);
        case "PUT" -> client.put(path, body == null ? "" : body);
        default -> client.post(path, body == null ? "" : body);
      };
    }
  }

  static Belonging of(Client owner, List<Client> others, String id, Asking asking) {
    return new Belonging(owner, others, id, asking, () -> {});
  }

  Belonging grantedBy(Runnable lawful) {
    return new Belonging(owner, others, id, asking, lawful);
  }

  /** An id of the same shard that nobody has ever been given. */
  String idOfNothing() {
    return Long.toString(Long.parseLong(id) ^ (1L << 40));
  }
}
