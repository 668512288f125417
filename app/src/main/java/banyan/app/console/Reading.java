package banyan.app.console;

import banyan.platform.data.Databases.Pool;
import java.time.Instant;
import java.util.Map;

/**
 * The meters of this process at one moment. Counts grow for ever; two readings make a rate.
 *
 * @param operations by class
 * @param refusals by code and status, with a space between
 * @param caches by name
 * @param pools by name: one or more to a database
 * @param work on tables, by module and kind, with a space between
 * @param shown reads that copies answered, by their name
 * @param events that wait, by module
 * @param carried events that reached their consumers
 * @param gates by name
 * @param throttles refusals by name
 * @param outcomes of checkouts
 */
record Reading(
    Instant at,
    Map<String, Timed> operations,
    Map<String, Double> refusals,
    Map<String, Copies> caches,
    Map<String, Connections> pools,
    Map<String, Timed> work,
    Map<String, Double> shown,
    Map<String, Waiting> events,
    double carried,
    Map<String, Places> gates,
    Map<String, Double> throttles,
    Map<String, Double> outcomes,
    Machine machine) {

  /**
   * @param buckets how many were at most as long as each of {@link Traffic#BUCKETS}; empty when
   *     nobody counts that
   */
  record Timed(double count, double seconds, double[] buckets) {
    static final Timed NONE = new Timed(0, 0, new double[0]);

    Timed since(Timed before) {
      double[] more = buckets.clone();
      for (int i = 0; i < Math.min(more.length, before.buckets.length); i++) {
        more[i] -= before.buckets[i];
      }
      return new Timed(count - before.count, seconds - before.seconds, more);
    }

    Timed and(Timed other) {
      double[] sum =
          buckets.length > other.buckets.length ? buckets.clone() : other.buckets.clone();
      for (int i = 0; i < Math.min(buckets.length, other.buckets.length); i++) {
        sum[i] = buckets[i] + other.buckets[i];
      }
      return new Timed(count + other.count, seconds + other.seconds, sum);
    }

    /** Milliseconds that this share of them did not exceed; even spread within a bucket. */
    double millis(double share) {
      if (count <= 0 || buckets.length == 0) {
        return 0;
      }
      double wanted = share * count;
      double below = 0;
      double from = 0;
      for (int i = 0; i < buckets.length; i++) {
        double to = Traffic.BUCKETS[i].toNanos() / 1e6;
        if (buckets[i] >= wanted) {
          double inside = buckets[i] - below;
          return inside <= 0 ? to : from + (to - from) * (wanted - below) / inside;
        }
        below = buckets[i];
        from = to;
      }
      return from;
    }
  }

  /** Those to one database, of all the lanes that its connections are divided into. */
  Connections connections(String database) {
    Connections sum = new Connections(0, 0, 0, 0);
    for (Map.Entry<String, Connections> pool : pools.entrySet()) {
      if (Pool.ofLane(pool.getKey()).equals(database)) {
        sum = sum.and(pool.getValue());
      }
    }
    return sum;
  }

  record Copies(double hits, double misses, double entries) {}

  record Connections(double inUse, double idle, double waiting, double max) {
    private Connections and(Connections other) {
      return new Connections(
          inUse + other.inUse, idle + other.idle, waiting + other.waiting, max + other.max);
    }
  }

  record Waiting(double events, double seconds) {}

  record Places(double inside, double waiting, double places, double refused) {}

  /**
   * @param processCpu share of all cores that this process uses
   * @param cpu share of all cores that is used
   * @param heapKept bytes of lasting things after the last collection: what is really needed
   * @param heapKeptMax bytes that the heap has for lasting things
   * @param collecting share of its CPU time that the process spent in collections
   * @param connections that the server holds
   */
  record Machine(
      double processCpu,
      double cpu,
      double cores,
      double load,
      double heapUsed,
      double heapMax,
      double heapKept,
      double heapKeptMax,
      double collecting,
      double threads,
      double diskUsed,
      double diskSize,
      double connections,
      double connectionsMax) {}
}
