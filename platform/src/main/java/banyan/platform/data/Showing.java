package banyan.platform.data;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where a module's tables are read for what is only shown: in a copy when the reader may be given
 * one, else on the primary. A copy that fails is left out, and the question asked again on the
 * primary.
 */
final class Showing {
  /** One PostgreSQL to ask. */
  record Source(JdbcClient jdbc, TransactionTemplate transactions) {}

  /**
   * A part of the module's shards.
   *
   * @param replicas copies of it; null when there are none
   */
  record Node(Source primary, @Nullable Replicas replicas) {}

  private final List<Node> nodes;
  private final int copiesMax;

  Showing(List<Node> nodes) {
    this.nodes = nodes;
    this.copiesMax =
        nodes.stream()
            .mapToInt(node -> node.replicas == null ? 0 : node.replicas.count())
            .max()
            .orElse(0);
  }

  /** Lanes for questions that are asked together: for each node its primary's and its copies'. */
  int lanes() {
    return nodes.size() * (1 + copiesMax);
  }

  /** The lane for a question of this thread's reader to a node. */
  int laneOf(int node) {
    return node * (1 + copiesMax) + 1 + copyFor(nodes.get(node));
  }

  <T extends @Nullable Object> T inLane(int lane, Function<Source, T> question) {
    return ask(nodes.get(lane / (1 + copiesMax)), lane % (1 + copiesMax) - 1, question);
  }

  <T extends @Nullable Object> T on(Node node, Function<Source, T> question) {
    return ask(node, copyFor(node), question);
  }

  /** The number of the copy that this thread's reader is given, -1 for the primary. */
  private static int copyFor(Node node) {
    if (node.replicas == null) {
      return -1;
    }
    Replicas.Choice choice = node.replicas.choose();
    node.replicas.count(choice);
    return choice.copy();
  }

  private static <T extends @Nullable Object> T ask(
      Node node, int copy, Function<Source, T> question) {
    if (copy < 0 || node.replicas == null) {
      return question.apply(node.primary);
    }
    Replica replica = node.replicas.copy(copy);
    try {
      return replica.read(question);
    } catch (RuntimeException fault) {
      if (!Replica.isToBlame(fault)) {
        throw fault;
      }
      node.replicas.failed(replica);
      return question.apply(node.primary);
    }
  }
}
