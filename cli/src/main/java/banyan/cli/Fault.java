package banyan.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What drills break, how it is put right again, and what must hold meanwhile. */
enum Fault {
  KILL_SERVER(
      "kill -9 of the server; it is started again",
      Duration.ZERO,
      "banyan up on the same data",
      Must.BACK_IN_3_S,
      () -> Signals.KILL_SERVER),
  KILL_DATABASE(
      "kill -9 of PostgreSQL; the server starts it again by itself",
      Duration.ZERO,
      "nothing to undo: the server watches its PostgreSQL",
      Must.BACK_IN_10_S,
      () -> Signals.KILL_DATABASE),
  FREEZE_DATABASE(
      "PostgreSQL answers nothing for 10 seconds, then goes on",
      Duration.ofSeconds(10),
      "kill -CONT of every process of PostgreSQL",
      Must.CACHED_READS_GO_ON,
      () -> Signals.FREEZE_DATABASE),
  FREEZE_SERVER(
      "the server stands still for 10 seconds, then goes on",
      Duration.ofSeconds(10),
      "kill -CONT of the server",
      Must.COME_BACK,
      () -> Signals.FREEZE_SERVER),
  DISK_FULL(
      "the disk of a marketplace of its own is full to the last byte for 10 seconds; needs root",
      Duration.ofSeconds(10),
      "the ballast is removed; at the end that marketplace and its disk, too",
      Must.READS_GO_ON,
      FullDisk::new),
  POOL_EXHAUSTED(
      "for 10 seconds another program has every connection that PostgreSQL can give",
      Duration.ofSeconds(10),
      "the connections are given back; they go with the process that holds them",
      Must.CACHED_READS_GO_ON,
      HeldConnections::new),
  PROVIDER_HANGING(
      "the payment provider answers nothing for 10 seconds; every other charge reaches it",
      Duration.ofSeconds(10),
      "the sandbox is told to be steady; it is so by itself after 15 seconds",
      Must.READS_GO_ON,
      () -> new SpoiltProvider("hanging")),
  PROVIDER_FAILING(
      "the payment provider fails for 10 seconds, with every other charge taken",
      Duration.ofSeconds(10),
      "the sandbox is told to be steady; it is so by itself after 15 seconds",
      Must.READS_GO_ON,
      () -> new SpoiltProvider("failing")),
  PROVIDER_LATE(
      "for 10 seconds the payment provider takes money later and says so by webhook",
      Duration.ofSeconds(10),
      "the sandbox is told to be steady; it is so by itself after 15 seconds",
      Must.READS_GO_ON,
      () -> new SpoiltProvider("late")),
  PROVIDER_TWICE(
      "for 10 seconds every webhook of the payment provider comes twice, the last one first",
      Duration.ofSeconds(10),
      "the sandbox is told to be steady; it is so by itself after 15 seconds",
      Must.READS_GO_ON,
      () -> new SpoiltProvider("twice")),
  CLOCK(
      "the clock leaps an hour ahead, two back, and is right again; needs libfaketime",
      Duration.ofSeconds(8),
      "the clock is set right; at the end the server is started again without libfaketime",
      Must.READS_GO_ON,
      WrongClock::new),
  POISON_EVENT(
      "events that no consumer can take lie between those of orders",
      Duration.ofSeconds(15),
      "they are deleted from the outbox",
      Must.READS_GO_ON,
      PoisonedOutbox::new),
  KILL_CACHE(
      "kill -9 of the cache that the nodes share; it is started again, empty",
      Duration.ofSeconds(5),
      "nothing to undo: the stage's restart rule starts it",
      Must.GOODPUT_RETURNS,
      () -> Nodes.KILL_CACHE),
  FREEZE_CACHE(
      "the cache that the nodes share answers nothing for 10 seconds, then goes on",
      Duration.ofSeconds(10),
      "docker unpause of its container",
      Must.READS_GO_ON,
      () -> Nodes.FREEZE_CACHE),
  FLUSH_CACHE(
      "everything in the cache is thrown away at once",
      Duration.ofSeconds(5),
      "nothing to undo: copies come back as they are read",
      Must.GOODPUT_RETURNS,
      () -> Nodes.FLUSH_CACHE),
  KILL_PROXY(
      "kill -9 of the reverse proxy; it is started again",
      Duration.ofSeconds(5),
      "nothing to undo: the stage's restart rule starts it",
      Must.BACK_IN_3_S,
      () -> Nodes.KILL_PROXY),
  ROLLING_RESTART(
      "every node is stopped and started again, one after the other",
      Duration.ZERO,
      "docker start of the node that is down",
      Must.FAIL_NOTHING,
      () -> Nodes.ROLLING_RESTART),
  ROLLING_UPGRADE(
      "a node joins, every other one is replaced by one of another image, and then back; it leaves",
      Duration.ZERO,
      "docker compose up with the image that was there before",
      Must.FAIL_NOTHING,
      () -> Nodes.ROLLING_UPGRADE),
  NODE_ADDED(
      "one more node joins, takes its share, and leaves again",
      Duration.ofSeconds(5),
      "the node is stopped and removed",
      Must.FAIL_NOTHING,
      () -> Nodes.NODE_ADDED),
  LOSE_PRIMARY(
      "the database that takes the writes is gone for 20 seconds; another one takes its place",
      Duration.ofSeconds(20),
      "docker start of its container: it comes back as a replica",
      Must.BACK_IN_10_S,
      () -> Nodes.LOSE_PRIMARY),
  KILL_REPLICA(
      "kill -9 of a replica; it is started again and catches up",
      Duration.ofSeconds(10),
      "nothing to undo: the stage's restart rule starts it",
      Must.FAIL_NOTHING,
      () -> Nodes.KILL_REPLICA),
  LAGGING_REPLICA(
      "a replica stands still in the past for 30 seconds, then catches up",
      Duration.ofSeconds(30),
      "SELECT pg_wal_replay_resume() on it",
      Must.FAIL_NOTHING,
      () -> Nodes.LAGGING_REPLICA);

  /** What else must hold than that nothing is lost and nothing answers 500. */
  enum Must {
    BACK_IN_3_S(3),
    BACK_IN_10_S(10),
    COME_BACK(0),
    CACHED_READS_GO_ON(0),
    READS_GO_ON(0),
    /** Reads go on, and soon nearly everything is answered in time again, with nothing cached. */
    GOODPUT_RETURNS(0),
    FAIL_NOTHING(0);

    private final int secondsAway;

    Must(int secondsAway) {
      this.secondsAway = secondsAway;
    }

    /** How long the shop may be unavailable; 0 where that is not what is asked. */
    int secondsAway() {
      return secondsAway;
    }
  }

  private final String what;
  private final Duration lasts;
  private final String undo;
  private final Must must;
  private final Supplier<Breakage> breakage;

  Fault(String what, Duration lasts, String undo, Must must, Supplier<Breakage> breakage) {
    this.what = what;
    this.lasts = lasts;
    this.undo = undo;
    this.must = must;
    this.breakage = breakage;
  }

  static Optional<Fault> named(String name) {
    for (Fault fault : values()) {
      if (fault.toString().equals(name)) {
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  String what() {
    return what;
  }

  /** How long it is left broken after the strike. */
  Duration lasts() {
    return lasts;
  }

  /** What puts it right, in words: printed and kept before anything is broken. */
  String undoing() {
    return undo;
  }

  /** Why it cannot be run on a marketplace; empty when it can. */
  Optional<String> unfit(Marketplace running) {
    return switch (this) {
      case DISK_FULL, POOL_EXHAUSTED, CLOCK, POISON_EVENT ->
          running instanceof Fleet
              ? Optional.of("a drill of stage 0, where one machine holds everything")
              : Optional.empty();
      case KILL_CACHE, FREEZE_CACHE, FLUSH_CACHE -> needs(running, "cache", 2);
      case LOSE_PRIMARY, KILL_REPLICA, LAGGING_REPLICA -> needs(running, "db2", 4);
      case KILL_PROXY, ROLLING_RESTART, ROLLING_UPGRADE, NODE_ADDED -> needs(running, "proxy", 3);
      default -> Optional.empty();
    };
  }

  private static Optional<String> needs(Marketplace running, String node, int stage) {
    boolean there =
        running instanceof Fleet fleet
            && fleet.compose().nodes().stream().anyMatch(known -> known.name().equals(node));
    return there
        ? Optional.empty()
        : Optional.of("a drill of the stages from %d on".formatted(stage));
  }

  /** How long the load must go on at least, for all that happens to happen under it. */
  Duration loadAtLeast() {
    return switch (this) {
      case ROLLING_RESTART -> Duration.ofSeconds(120);
      case ROLLING_UPGRADE -> Duration.ofSeconds(300);
      case NODE_ADDED, LAGGING_REPLICA -> Duration.ofSeconds(60);
      default -> Duration.ZERO;
    };
  }

  Must must() {
    return must;
  }

  /** The hands that do it; new ones for each drill. */
  Breakage breakage() {
    return breakage.get();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
