package banyan.app.console;

import banyan.app.console.Snapshot.Link;
import banyan.app.console.Snapshot.Load;
import banyan.app.console.Snapshot.Member;
import banyan.app.console.Snapshot.Node;
import banyan.platform.nodes.Nodes;
import banyan.platform.nodes.Sign;
import banyan.platform.nodes.Sign.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** This node and what it has heard of the others. */
record Fleet(Presence self, Nodes nodes) {
  static String idOf(int number) {
    return "app-" + number;
  }

  /** This node first, then the others by number; alone on its database, it is the only one. */
  List<Member> members() {
    List<Member> members = new ArrayList<>();
    members.add(member(self.last()));
    nodes.others().forEach(other -> members.add(member(other)));
    return members;
  }

  private static Member member(Sign sign) {
    boolean lives = sign.state() != State.GONE && sign.state() != State.UNKNOWN;
    return new Member(
        idOf(sign.number()),
        "node-" + sign.number(),
        sign.address(),
        sign.state().name().toLowerCase(Locale.ROOT),
        lives ? (Double) sign.requestsPerSecond() : null,
        lives ? (Double) sign.processor() : null,
        lives ? (Double) sign.memory() : null,
        sign.startedAt(),
        sign.stage(),
        sign.version());
  }

  /** The others as parts of the picture; those of whom nothing is known are left out. */
  List<Node> others() {
    return nodes.others().stream()
        .filter(other -> other.state() != State.UNKNOWN)
        .map(other -> {
          boolean lives = other.state() != State.GONE;
          return new Node(
              idOf(other.number()),
              "application",
              "node-" + other.number(),
              lives,
              List.of(
                  Load.of("cpu", lives ? other.processor() : 0, 1),
                  Load.of("heap", lives ? other.memory() : 0, 1)));
        })
        .toList();
  }

  /**
   * The links of the other nodes that live. All nodes are the same, so they ask whom this one asks;
   * how often, only they know, but for the requests of clients, which they tell.
   */
  List<Link> linksLike(List<Link> own, String clients, String ownId) {
    List<Link> links = new ArrayList<>();
    for (Sign other : nodes.others()) {
      if (other.state() == State.GONE || other.state() == State.UNKNOWN) {
        continue;
      }
      String id = idOf(other.number());
      links.add(new Link(clients, id, other.requestsPerSecond()));
      own.stream()
          .filter(link -> link.from().equals(ownId))
          .forEach(link -> links.add(new Link(id, link.to(), null)));
    }
    return links;
  }
}
