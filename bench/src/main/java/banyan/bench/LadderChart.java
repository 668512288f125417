package banyan.bench;

import banyan.bench.Step.Growth;
import java.util.List;
import java.util.Locale;

/** Throughput of the stages as bars, each mix on a scale of its own, then over nodes; as SVG. */
final class LadderChart {
  private static final int ROW = 26;
  private static final int LEFT = 250;
  private static final int BARS = 380;
  private static final int WIDTH = 900;
  private static final int PLOT = 220;
  private static final List<String> COLOURS = List.of("#2b7a4b", "#c0693a");

  private LadderChart() {}

  static String of(String title, List<Step> steps, List<Growth> growths) {
    StringBuilder svg = new StringBuilder();
    int height = 60 + ROW * steps.size() + ROW * 2 + (PLOT + 60) * growths.size();
    svg.append(
        format(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="#fff"/>
            <text x="12" y="20" font-weight="bold">%s</text>
            """,
            WIDTH, height, title));
    int y = 34;
    List<String> mixes = steps.stream().map(Step::mix).distinct().toList();
    for (String mix : mixes) {
      List<Step> bars = steps.stream().filter(step -> step.mix().equals(mix)).toList();
      double most = bars.stream().mapToDouble(Step::high).max().orElse(0);
      svg.append(format("<text x=\"12\" y=\"%d\" font-weight=\"bold\">%s</text>%n", y + 18, mix));
      y += ROW;
      for (Step bar : bars) {
        svg.append(bar(bar, y, most, COLOURS.get(mixes.indexOf(mix) % COLOURS.size())));
        y += ROW;
      }
    }
    for (Growth growth : growths) {
      svg.append(growth(growth, y + 40));
      y += PLOT + 60;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String bar(Step step, int y, double most, String colour) {
    double scale = most == 0 ? 0 : BARS / most;
    return format(
        """
        <text x="12" y="%1$d">%2$s, %3$d node%4$s</text>
        <rect x="%5$d" y="%6$d" width="%7$.1f" height="%8$d" fill="%9$s"/>
        <line x1="%10$.1f" x2="%11$.1f" y1="%12$d" y2="%12$d" stroke="#000"/>
        <text x="%13$.1f" y="%1$d" fill="#333">%14$.1f%15$s, binds: %16$s</text>
        """,
        y + 14,
        step.stage(),
        step.apps(),
        step.apps() == 1 ? "" : "s",
        LEFT,
        y,
        scale * step.perSecond(),
        ROW - 8,
        colour,
        LEFT + scale * step.low(),
        LEFT + scale * step.high(),
        y + (ROW - 8) / 2,
        LEFT + scale * step.high() + 6,
        step.perSecond(),
        step.gain() == null ? "" : format(" (%.2f ×)", step.gain().doubleValue()),
        step.binds().contains(" ") ? "nothing quite" : step.binds());
  }

  private static String growth(Growth growth, int top) {
    Usl law = growth.law();
    int nodes = growth.points().stream().mapToInt(Usl.Point::nodes).max().orElse(1);
    double most = growth.points().stream().mapToDouble(Usl.Point::x).max().orElse(0);
    double high = 1.15 * Math.max(1e-9, law == null ? most : Math.max(most, law.g() * nodes));
    double stepX = (double) BARS / nodes;
    double stepY = PLOT / high;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            """
            <text x="12" y="%1$d" font-weight="bold">%2$s: answers a second over nodes%3$s</text>
            <path d="M%4$d %5$d V%6$d H%7$d" fill="none" stroke="#555"/>
            """,
            top - 12,
            growth.what(),
            law == null
                ? ""
                : format("; g = %.1f, a = %.4f, b = %.5f; grey: linear", law.g(), law.a(), law.b()),
            LEFT,
            top,
            top + PLOT,
            LEFT + BARS));
    if (law != null) {
      StringBuilder curve = new StringBuilder();
      for (double k = 0; k <= nodes; k += nodes / 60.0) {
        curve.append(
            format(" %.1f,%.1f", LEFT + k * stepX, top + PLOT - stepY * Math.max(0, law.at(k))));
      }
      svg.append(
          format(
              """
              <line x1="%d" y1="%d" x2="%d" y2="%.1f" stroke="#bbb"/>
              <polyline points="%s" fill="none" stroke="#2b7a4b" stroke-width="2"/>
              """,
              LEFT,
              top + PLOT,
              LEFT + BARS,
              top + PLOT - stepY * law.g() * nodes,
              curve.toString().strip()));
    }
    for (Usl.Point point : growth.points()) {
      svg.append(
          format(
              """
              <circle cx="%1$.1f" cy="%2$.1f" r="4"/>
              <text x="%1$.1f" y="%3$d" text-anchor="middle">%4$d</text>
              <text x="%5$.1f" y="%6$.1f">%7$.1f</text>
              """,
              LEFT + point.nodes() * stepX,
              top + PLOT - stepY * point.x(),
              top + PLOT + 16,
              point.nodes(),
              LEFT + point.nodes() * stepX + 8,
              top + PLOT - stepY * point.x() + 14,
              point.x()));
    }
    return svg.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
