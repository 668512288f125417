package banyan.cli;

import java.util.List;
import java.util.Locale;

/** How long the shop was away in each drill, with a mark where it must be back; as SVG. */
final class DrillChart {
  private static final int ROW = 26;
  private static final int LEFT = 140;
  private static final int BARS = 380;
  private static final int WIDTH = 860;
  private static final long LEAST_SCALE = 12;

  private DrillChart() {}

  /**
   * @param title without a character that XML gives a meaning
   */
  static String of(String title, List<DrillResult> results) {
    long most =
        Math.max(LEAST_SCALE, results.stream().mapToLong(DrillResult::seconds).max().orElse(0));
    double scale = (double) BARS / most;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="#fff"/>
            <text x="12" y="20" font-weight="bold">%s</text>
            """,
            WIDTH, ROW * results.size() + 46, title));
    int y = 34;
    for (DrillResult result : results) {
      svg.append(bar(result, y, scale));
      y += ROW;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String bar(DrillResult result, int y, double scale) {
    boolean well = result.held() && result.back() && result.met();
    long allowed = result.fault().must().secondsAway();
    double end = LEFT + scale * Math.max(result.seconds(), allowed);
    return format(
        """
        <text x="12" y="%1$d">%2$s</text>
        <rect x="%3$d" y="%4$d" width="%5$.1f" height="%6$d" fill="%7$s"/>
        %8$s<text x="%9$.1f" y="%1$d" fill="#333">%10$s</text>
        """,
        y + 14,
        result.fault(),
        LEFT,
        y,
        Math.max(1, scale * result.seconds()),
        ROW - 8,
        well ? "#2b7a4b" : "#c0693a",
        allowed == 0
            ? ""
            : format(
                "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#000\" stroke-width=\"2\"/>%n",
                LEFT + scale * allowed, y, y + ROW - 8),
        end + 6,
        said(result));
  }

  private static String said(DrillResult result) {
    if (!result.wasRun()) {
      return "not run";
    }
    String missed =
        result.figures().stream()
            .filter(figure -> !figure.met())
            .map(figure -> "; %s: %s".formatted(figure.what(), figure.measured()))
            .filter(text -> !text.contains("seconds unavailable"))
            .findFirst()
            .orElse("");
    return format(
        "%d s, %d of %d orders lost or wrong%s",
        result.seconds(), result.wrong().size(), result.acknowledged(), missed);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
