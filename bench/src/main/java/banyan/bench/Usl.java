package banyan.bench;

import java.util.List;

/**
 * How throughput grows with nodes, by the Universal Scalability Law: X(K) = g·K / (1 + a·(K−1) +
 * b·K·(K−1)). Source: N. J. Gunther, Guerrilla Capacity Planning, Springer 2007, chapters 4 to 6.
 *
 * @param g throughput of one node
 * @param a contention: the share of the work that has to queue for something shared, 0 to 1
 * @param b crosstalk: what each pair of nodes has to agree on, 0 to 1
 */
record Usl(double g, double a, double b) {
  /**
   * One measurement.
   *
   * @param x throughput, above 0
   */
  record Point(int nodes, double x) {}

  /** Points of the grid to each side of its middle. */
  private static final int REACH = 15;

  /** Each grid is 0.7 of the one before: the last one's step is below 1e-9. */
  private static final int GRIDS = 60;

  /**
   * Least squares of the logarithms, so that every number of nodes counts alike. For given a and b
   * the best g is known, so only those two are looked for: on a grid that closes in.
   *
   * @throws IllegalArgumentException with fewer than three numbers of nodes, or nothing throughput
   */
  static Usl fit(List<Point> points) {
    if (points.stream().map(Point::nodes).distinct().count() < 3
        || points.stream().anyMatch(point -> point.x() <= 0 || point.nodes() < 1)) {
      throw new IllegalArgumentException("three numbers of nodes, each with a throughput above 0");
    }
    Usl best = of(points, 0, 0);
    double half = 0.5;
    double a = 0.5;
    double b = 0.5;
    for (int grid = 0; grid < GRIDS; grid++) {
      for (int i = -REACH; i <= REACH; i++) {
        for (int j = -REACH; j <= REACH; j++) {
          Usl other =
              of(
                  points,
                  Math.clamp(a + half * i / REACH, 0, 1),
                  Math.clamp(b + half * j / REACH, 0, 1));
          if (other.error(points) < best.error(points)) {
            best = other;
          }
        }
      }
      a = best.a;
      b = best.b;
      half *= 0.7;
    }
    return best;
  }

  private static Usl of(List<Point> points, double a, double b) {
    Usl one = new Usl(1, a, b);
    double log =
        points.stream()
            .mapToDouble(point -> Math.log(point.x() / one.at(point.nodes())))
            .average()
            .orElseThrow();
    return new Usl(Math.exp(log), a, b);
  }

  private double error(List<Point> points) {
    return points.stream()
        .mapToDouble(point -> Math.pow(Math.log(point.x() / at(point.nodes())), 2))
        .sum();
  }

  /** Throughput that so many nodes should have. */
  double at(double nodes) {
    return g * nodes / (1 + a * (nodes - 1) + b * nodes * (nodes - 1));
  }

  /** With more nodes than this throughput falls; infinite when it never does. */
  double peak() {
    return b > 1e-9 ? Math.sqrt(Math.max(0, 1 - a) / b) : Double.POSITIVE_INFINITY;
  }

  /** The largest distance of a measurement from the curve, as a share of the curve. */
  double worst(List<Point> points) {
    return points.stream()
        .mapToDouble(point -> Math.abs(point.x() / at(point.nodes()) - 1))
        .max()
        .orElse(0);
  }
}
