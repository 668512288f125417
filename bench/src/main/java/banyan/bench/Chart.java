package banyan.bench;

import java.util.List;
import java.util.Locale;

/** Ratios as bars on a logarithmic scale, each with a mark where it must reach; as SVG. */
final class Chart {
  private static final int ROW = 26;
  private static final int LEFT = 290;
  private static final int WIDTH = 860;
  private static final double LEAST = 0.01;

  private Chart() {}

  static String of(List<Finding> findings, String title) {
    List<Finding> ratios =
        findings.stream().filter(finding -> finding.must().startsWith("≥")).toList();
    double most = ratios.stream().anyMatch(finding -> finding.figure() > 100) ? 10_000 : 100;
    StringBuilder svg = new StringBuilder();
    int height = ROW * (ratios.size() + 3);
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
        <rect width="100%%" height="100%%" fill="#fff"/>
        <text x="12" y="20" font-weight="bold">%s</text>
        """
            .formatted(WIDTH, height, title));
    for (double tick = LEAST; tick <= most * 1.001; tick *= 10) {
      svg.append(
          line(
              """
              <line x1="%1$.1f" x2="%1$.1f" y1="30" y2="%2$d" stroke="#ddd"/>
              <text x="%1$.1f" y="%3$d" text-anchor="middle" fill="#555">%4$s ×</text>
              """,
              x(tick, most),
              height - 34,
              height - 16,
              tick < 1 ? "%.2f".formatted(tick) : "%.0f".formatted(tick)));
    }
    int y = 34;
    for (Finding finding : ratios) {
      double must = Double.parseDouble(finding.must().split(" ")[1]);
      svg.append(
          line(
              """
              <text x="12" y="%3$d">%5$s %6$s</text>
              <rect x="%1$.1f" y="%2$d" width="%7$.1f" height="%8$d" fill="%9$s"/>
              <line x1="%4$.1f" x2="%4$.1f" y1="%2$d" y2="%10$d" stroke="#000" stroke-width="2"/>
              <text x="%11$.1f" y="%3$d" fill="#333">%12$.2f</text>
              """,
              x(LEAST, most),
              y,
              y + 14,
              x(must, most),
              finding.name(),
              finding.what().replace("&", "&amp;"),
              x(finding.figure(), most) - x(LEAST, most),
              ROW - 8,
              finding.met() ? "#2b7a4b" : "#c0693a",
              y + ROW - 8,
              Math.max(x(finding.figure(), most), x(must, most)) + 6,
              finding.figure()));
      y += ROW;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static double x(double ratio, double most) {
    double clamped = Math.clamp(ratio, LEAST, most);
    return LEFT + (WIDTH - LEFT - 60) * (Math.log(clamped / LEAST) / Math.log(most / LEAST));
  }
}
