// Draws the table beside it: the first column is the axis, columns with data-line are its lines or bars.
(() => {
  "use strict";
  if (!window.echarts) return;
  const charts = [];

  const option = (table) => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    const drawn = heads.map((head, at) => ({ head, at })).filter(({ head }) => head.dataset.line);
    const text = { color: colour("--ink") };
    const quiet = { color: colour("--quiet") };
    const grid = { lineStyle: { color: colour("--line") } };
    return {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      color: [colour("--leaf"), colour("--bark")],
      textStyle: text,
      legend: { textStyle: text, top: 0 },
      grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis", renderMode: "richText", backgroundColor: colour("--card"),
        borderColor: colour("--line"), textStyle: text
      },
      xAxis: {
        type: "category", data: rows.map((row) => row.cells[0].textContent),
        axisLabel: quiet, axisLine: grid, axisTick: { show: false }
      },
      yAxis: drawn.map((column, index) => ({
        type: "value", axisLabel: quiet, minInterval: index ? 1 : 0, splitLine: index ? { show: false } : grid
      })),
      series: drawn.map(({ head, at }, index) => ({
        name: head.textContent, type: head.dataset.line, yAxisIndex: index, showSymbol: rows.length < 3,
        barMaxWidth: 28, data: rows.map((row) => Number(row.cells[at].dataset.value))
      }))
    };
  };

  for (const figure of document.querySelectorAll(".charted")) {
    const table = figure.querySelector("table");
    const place = figure.querySelector(".chart");
    place.hidden = false;
    figure.querySelector("details").open = false;
    const chart = echarts.init(place);
    chart.setOption(option(table));
    charts.push([chart, table]);
  }
  addEventListener("resize", () => charts.forEach(([chart]) => chart.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
    () => charts.forEach(([chart, table]) => chart.setOption(option(table))));
})();
