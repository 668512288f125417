package banyan.app.console;

import banyan.app.console.Binding.Resource;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the console shows. Rates are of the last seconds; counts are since the process started;
 * shares are 0 to 1.
 *
 * @param stage the folder that the process was started with
 * @param fleet the application nodes of one database, this one first
 * @param refusals answers of 400 and above
 * @param statementsFrom {@code database} or, when that keeps none, {@code modules}
 * @param history points of the last 15 minutes, the oldest first; only when asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Snapshot(
    Instant at,
    String stage,
    List<Node> nodes,
    List<Link> links,
    List<Member> fleet,
    List<Lamps.Lamp> books,
    List<Operation> operations,
    List<Refusal> refusals,
    List<CacheUse> caches,
    List<PoolUse> pools,
    String statementsFrom,
    List<Statement> statements,
    List<Events> events,
    List<Limit> limits,
    List<Outcome> checkouts,
    List<Use> resources,
    Next next,
    Reading.Machine machine,
    Point latest,
    @Nullable List<Point> history) {

  /**
   * A part of the marketplace that can fail by itself.
   *
   * @param kind {@code client}, {@code proxy}, {@code application}, {@code cache}, {@code
   *     database}, {@code queue}, {@code files}: its column in the picture
   */
  record Node(String id, String kind, String name, boolean healthy, List<Load> loads) {}

  /**
   * @param name {@code cpu}, {@code heap}, {@code connections}, {@code entries} …
   * @param share of its limit that is used
   */
  record Load(String name, double used, double limit, double share) {
    static Load of(String name, double used, double limit) {
      return new Load(name, used, limit, limit > 0 ? used / limit : 0);
    }
  }

  /**
   * Who asks whom.
   *
   * @param perSecond not there when only another node knows
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Link(String from, String to, @Nullable Double perSecond) {}

  /**
   * An application node. What it does is not there when nobody can know.
   *
   * @param state {@code starting}, {@code ready}, {@code draining}, {@code gone}, or {@code
   *     unknown} when the database, through which nodes hear of each other, does not answer
   * @param cpu share of its cores that it uses
   * @param heap share that lasting objects take
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Member(
      String id,
      String name,
      String address,
      String state,
      @Nullable Double perSecond,
      @Nullable Double cpu,
      @Nullable Double heap,
      Instant since,
      String stage,
      String version) {}

  /** Times in milliseconds. */
  record Operation(
      String name, double perSecond, double p50, double p95, double p99, double total) {}

  record Refusal(String code, int status, double perMinute, double total) {}

  record CacheUse(String name, double entries, double perSecond, double hitShare) {}

  /**
   * @param address machine, port and name of the database
   * @param commitsPerSecond by the database's own count, so of everybody
   * @param memoryShare blocks that the database had in its own memory
   */
  record PoolUse(
      String name,
      String address,
      boolean answers,
      double inUse,
      double idle,
      double waiting,
      double max,
      double commitsPerSecond,
      double memoryShare) {}

  /** The dearest by total time. */
  record Statement(
      String text, double calls, double totalMillis, double meanMillis, double share) {}

  record Events(String module, double waiting, double oldestSeconds) {}

  /**
   * @param kind {@code gate}: so many at once; {@code throttle}: so many a minute
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Limit(
      String name,
      String kind,
      @Nullable Double inside,
      @Nullable Double places,
      @Nullable Double waiting,
      double refused) {}

  record Outcome(String name, double perMinute, double total) {}

  /** A resource by the USE method. */
  record Use(
      String name, double used, double limit, double utilisation, double saturation, String unit) {
    static Use of(Resource resource) {
      return new Use(
          resource.name(),
          resource.used(),
          resource.limit(),
          resource.utilisation(),
          resource.saturation(),
          resource.unit());
    }
  }

  /**
   * What would bind next.
   *
   * @param near whether it is near enough to do something
   * @param relief the stage that gives more of it; not there when no later one does
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Next(Use resource, boolean near, @Nullable String relief) {
    static Next of(Binding binding) {
      return new Next(Use.of(binding.resource()), binding.near(), binding.relief());
    }
  }

  /**
   * One moment for charts.
   *
   * @param operations by class, only those that were asked for: a second, and milliseconds at 50,
   *     95 and 99 per cent; {@code all} is all of them
   * @param refusals a second, by code
   * @param hitShare of all caches; not there when nobody asked them
   * @param backlog events that wait
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Point(
      Instant at,
      Map<String, double[]> operations,
      Map<String, Double> refusals,
      @Nullable Double hitShare,
      double inUse,
      double waiting,
      double commits,
      double backlog,
      double processCpu,
      double cpu,
      double heap) {}
}
