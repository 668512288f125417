package banyan.platform.data;

/**
 * How a copy of a database stands.
 *
 * @param pool of the connections to it, as metrics have it
 * @param name machine and port
 * @param answers whether it said lately where it is
 * @param primary it is no copy now, but the primary
 * @param good whether it may be read
 * @param lagSeconds how old what it shows is; not a number when nobody knows
 * @param lagSecondsMax with which it may be read
 * @param lagBytes of log that it has yet to replay; not a number when nobody knows
 */
public record Standing(
    String pool,
    String name,
    boolean answers,
    boolean primary,
    boolean good,
    double lagSeconds,
    double lagSecondsMax,
    double lagBytes) {}
