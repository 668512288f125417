package banyan.cli.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The outcome as one page that needs nothing else: the verdict first, then why. */
public final class HtmlReport {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 180;
  private static final int LEFT = 56;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #23231f; --quiet: #6a675d; --line: #ddd6c8; --paper: #fbf9f4; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #ecebe4; --quiet: #aeb1a4; --line: #3a4038; --paper: #171a17; }
      }
      body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
             max-width: 58rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.3rem; border-left: 8px solid #2e9e5b; padding-left: 1rem; }
      h1.missed { border-color: #d0402b; }
      h2 { font-size: 1.05rem; margin-top: 2rem; }
      table { border-collapse: collapse; } td, th { padding: .2rem .9rem .2rem 0; text-align: right; }
      td:first-child, th:first-child { text-align: left; } th { color: var(--quiet); font-weight: 600; }
      svg { width: 100%; height: auto; } text { fill: var(--quiet); font-size: 11px; }
      .axis { stroke: var(--line); } .quiet { color: var(--quiet); }
      """;

  private record Line(String name, String colour, ToDoubleFunction<Map<String, Object>> value) {}

  private HtmlReport() {}

  /**
   * @param books the lines of an audit after the run; empty when none was made
   * @param earlier an outcome to compare with, as it was written then; null for none
   */
  public static String of(
      Outcome outcome, List<String> books, @Nullable Map<String, Object> earlier) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\">")
        .append("<title>Load report</title><style>")
        .append(STYLE)
        .append("</style>\n");
    page.append("<h1")
        .append(outcome.met() ? "" : " class=\"missed\"")
        .append('>')
        .append(escape(outcome.verdict()))
        .append("</h1>\n");
    page.append("<h2>Offered against answered, requests a second</h2>")
        .append(
            chart(
                outcome.seconds(),
                new Line("offered", "#8a8a80", second -> number(second, "offered")),
                new Line("answered", "#2e9e5b", second -> number(second, "good")),
                new Line("shed", "#e0a030", second -> number(second, "shed")),
                new Line("failed or unknown", "#d0402b", second -> number(second, "bad"))));
    page.append("<h2>Latency from the intended start, milliseconds</h2>")
        .append(
            chart(
                outcome.seconds(),
                new Line("p50", "#3a7bd5", second -> number(second, "p50")),
                new Line("p99", "#8e44ad", second -> number(second, "p99"))));
    page.append("<h2>By what was done, milliseconds</h2>").append(acts(outcome.acts()));
    page.append("<h2>What was not good</h2>").append(errors(outcome.errors()));
    if (!outcome.anomalies().isEmpty()) {
      page.append("<h2>Anomalies, by criterion</h2>").append(anomalies(outcome));
    }
    page.append("<h2>Processor time</h2>").append(processor(outcome));
    if (!outcome.steps().isEmpty()) {
      page.append("<h2>The search for the capacity</h2>").append(steps(outcome.steps()));
    }
    page.append("<h2>The books</h2>");
    page.append(
        books.isEmpty()
            ? "<p class=\"quiet\">not audited: run <code>banyan audit</code></p>"
            : "<pre>" + escape(String.join("\n", books)) + "</pre>");
    if (earlier != null) {
      page.append("<h2>Against an earlier run</h2>").append(compared(outcome, earlier));
    }
    page.append("<h2>The plan</h2>").append(facts(outcome.plan()));
    return page.append("</html>\n").toString();
  }

  private static double number(Map<String, Object> of, String name) {
    return of.get(name) instanceof Number number ? number.doubleValue() : 0;
  }

  private static String chart(List<Map<String, Object>> seconds, Line... lines) {
    double top = 1;
    for (Line line : lines) {
      top = Math.max(top, seconds.stream().mapToDouble(line.value()).max().orElse(1));
    }
    StringBuilder svg =
        new StringBuilder("<svg role=\"img\" viewBox=\"0 0 %d %d\">".formatted(WIDTH, HEIGHT + 40));
    for (int i = 0; i <= 4; i++) {
      int y = HEIGHT - HEIGHT * i / 4 + 10;
      svg.append(
          "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/><text x=\"0\" y=\"%d\">%s</text>"
              .formatted(LEFT, WIDTH, y, y, y + 4, format(top * i / 4)));
    }
    int legend = LEFT;
    for (Line line : lines) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < seconds.size(); i++) {
        double x = LEFT + (WIDTH - LEFT) * (i + 0.5) / seconds.size();
        double y = HEIGHT + 10 - HEIGHT * line.value().applyAsDouble(seconds.get(i)) / top;
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      }
      svg.append(
          "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>"
              .formatted(line.colour(), points));
      svg.append(
          "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>"
              .formatted(
                  legend, HEIGHT + 26, line.colour(), legend + 16, HEIGHT + 31, line.name()));
      legend += 24 + 7 * line.name().length() + 16;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String acts(Map<String, Map<String, Object>> acts) {
    StringBuilder table =
        new StringBuilder("<table><tr><th>what</th><th>requests</th><th>p50</th><th>p90</th>")
            .append("<th>p99</th><th>p99.9</th><th>max</th></tr>");
    acts.forEach((act, told) ->
        table.append(
            row(
                act,
                told.get("requests"),
                told.get("p50"),
                told.get("p90"),
                told.get("p99"),
                told.get("p99.9"),
                told.get("max"))));
    return table.append("</table>").toString();
  }

  private static String errors(Map<String, Long> errors) {
    if (errors.isEmpty()) {
      return "<p class=\"quiet\">nothing</p>";
    }
    StringBuilder table = new StringBuilder("<table>");
    errors.forEach((code, count) -> table.append(row(code, count)));
    return table.append("</table>").toString();
  }

  private static String anomalies(Outcome outcome) {
    StringBuilder table = new StringBuilder("<table>");
    outcome.anomalies().forEach((kind, count) -> table.append(row(kind, count)));
    table.append("</table>");
    if (!outcome.anomalyExamples().isEmpty()) {
      table
          .append("<pre>")
          .append(escape(String.join("\n", outcome.anomalyExamples())))
          .append("</pre>");
    }
    return table.toString();
  }

  private static String processor(Outcome outcome) {
    StringBuilder table =
        new StringBuilder("<table><tr><th>tier</th><th>seconds</th><th>ms a request</th></tr>");
    outcome
        .processorSeconds()
        .forEach((tier, seconds) ->
            table.append(row(tier, seconds, outcome.processorMillisPerRequest().get(tier))));
    return table.append("</table>").toString();
  }

  private static String steps(List<Map<String, Object>> steps) {
    StringBuilder table =
        new StringBuilder(
            "<table><tr><th>requests/s</th><th>kept</th><th>p99</th><th>errors</th></tr>");
    steps.forEach(step ->
        table.append(row(step.get("rate"), step.get("kept"), step.get("p99"), step.get("errors"))));
    return table.append("</table>").toString();
  }

  private static String compared(Outcome outcome, Map<String, Object> earlier) {
    StringBuilder table = new StringBuilder("<table><tr><th></th><th>then</th><th>now</th></tr>");
    Map<?, ?> totals = earlier.get("totals") instanceof Map<?, ?> map ? map : Map.of();
    Map<?, ?> latency = earlier.get("latency") instanceof Map<?, ?> map ? map : Map.of();
    table.append(
        row(
            "answered/s",
            totals.get("answeredPerSecond"),
            outcome.totals().get("answeredPerSecond")));
    for (String percentile : List.of("p50", "p99", "max")) {
      table.append(row(percentile, latency.get(percentile), outcome.latency().get(percentile)));
    }
    return table.append("</table>").toString();
  }

  private static String facts(Map<String, Object> facts) {
    StringBuilder table = new StringBuilder("<table>");
    facts.forEach((name, value) -> table.append(row(name, value)));
    return table.append("</table>\n").toString();
  }

  private static String row(@Nullable Object... cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (Object cell : cells) {
      row.append("<td>").append(cell == null ? "" : escape(cell.toString())).append("</td>");
    }
    return row.append("</tr>").toString();
  }

  private static String format(double value) {
    return value >= 10
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
