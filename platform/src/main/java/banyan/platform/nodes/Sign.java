package banyan.platform.nodes;

import java.time.Instant;

/**
 * What a node says of itself.
 *
 * @param number as its ids have it, different in every running node
 * @param stage the folder whose settings it was started with
 * @param version of the build; empty when it was not packaged
 * @param address machine and port where it listens
 * @param startedAt by its own clock
 * @param requestsPerSecond that it answered in the last seconds
 * @param processor share of its cores that it uses, 0 to 1
 * @param memory share of its heap that lasting objects take, 0 to 1
 */
public record Sign(
    int number,
    State state,
    String stage,
    String version,
    String address,
    Instant startedAt,
    double requestsPerSecond,
    double processor,
    double memory) {

  /** How a node is; the last two are what others say of it. */
  public enum State {
    STARTING,
    READY,
    /** It serves what is under way, and is about to stop. */
    DRAINING,
    /** It has stopped, or was not heard of for a while. */
    GONE,
    /** The database is away, so nobody can be heard of. */
    UNKNOWN
  }

  Sign as(State other) {
    return new Sign(
        number, other, stage, version, address, startedAt, requestsPerSecond, processor, memory);
  }
}
