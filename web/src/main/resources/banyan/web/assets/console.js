// Makes the console live: the page is whole without it. Words come from the page, figures from the stream.
(() => {
  "use strict";
  const ENDPOINT = "/api/admin/console";
  const POINTS_MAX = 180;
  const $ = (id) => document.getElementById(id);
  const zh = document.documentElement.lang === "zh";

  const words = new Map();
  for (const word of $("words").content.querySelectorAll("[data-key]")) {
    words.set(word.dataset.key, word.textContent);
  }
  const word = (key, ...values) =>
    (words.get(key) ?? key.slice(key.indexOf(".") + 1)).replace(/\{(\d)\}/g, (all, i) => values[i] ?? all);

  const number = (value, places) =>
    value.toLocaleString(zh ? "zh-CN" : "en-GB", { maximumFractionDigits: places });
  const format = {
    text: (value) => String(value ?? ""),
    count: (value) => number(value, value < 10 && value % 1 ? 1 : 0),
    rate: (value) => number(value, value < 100 ? 1 : 0),
    millis: (value) => (value === 0 ? "–" : number(value, value < 10 ? 2 : value < 100 ? 1 : 0)),
    seconds: (value) => number(value, 1),
    share: (value) => `${number(value * 100, value < 0.1 && value > 0 ? 1 : 0)} %`,
    amount: (value, unit) => {
      if (unit !== "bytes") return number(value, value < 100 && value % 1 ? 1 : 0);
      const units = ["B", "KiB", "MiB", "GiB", "TiB"];
      let power = 0;
      for (; value >= 1024 && power < units.length - 1; power++) value /= 1024;
      return `${number(value, value < 10 ? 1 : 0)} ${units[power]}`;
    },
  };
  format.moment = (iso) => new Date(iso).toISOString().slice(0, 16).replace("T", " ");
  const time = (iso) => new Date(iso).toISOString().slice(11, 19);

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // Tables: the head says which field a column shows, and how.
  const cell = (column, row) => {
    if (row[column.field] == null) return element("td", column.numeric ? "number" : column.field, "–");
    const { field, form, words: group } = column;
    const value = row[field];
    const made = element("td", form === "text" || form === "word" ? field : column.numeric ? "number" : field);
    if (form === "word") made.textContent = word(`${group}.${value}`);
    else if (form === "healthy") {
      made.append(element("span", `lamp ${value ? "on" : "off"}`), " ", word(value ? "healthy" : "broken"));
    } else if (form === "state") {
      const lamp = value === "ready" ? "lamp on" : value === "gone" ? "lamp off" : "lamp";
      made.append(element("span", lamp), " ", word(`${group}.${value}`));
    } else if (form === "loads") {
      for (const load of value) {
        const one = element("span", "load", `${word(`load.${load.name}`)} `);
        one.append(element("b", "", format.share(load.share)));
        made.append(one);
      }
    } else if (form === "meter") {
      const meter = element("meter");
      Object.assign(meter, { min: 0, max: 1, low: 0.7, high: 0.9, optimum: 0, value });
      meter.setAttribute("aria-label", format.share(value));
      made.append(meter, ` ${format.share(value)}`);
    } else made.textContent = format[form](value, row.unit);
    return made;
  };
  const tables = [...document.querySelectorAll("table[data-rows]")].map((table) => ({
    rows: table.dataset.rows,
    body: table.tBodies[0],
    columns: [...table.querySelectorAll("th")].map((head) =>
      ({ ...head.dataset, numeric: head.classList.contains("number") })),
  }));
  const showTables = (now) => {
    for (const table of tables) {
      const lines = (now[table.rows] ?? []).map((row) => {
        const line = element("tr");
        line.append(...table.columns.map((column) =>
          cell(column, column.form === "text" && typeof row[column.field] === "number"
            ? { ...row, [column.field]: String(row[column.field]) } : row)));
        return line;
      });
      if (lines.length === 0) {
        const none = element("td", "quiet", word("empty"));
        none.colSpan = table.columns.length;
        lines.push(element("tr"));
        lines[0].append(none);
      }
      table.body.replaceChildren(...lines);
    }
  };

  // The books.
  const showBooks = (books) => {
    const sums = { right: 0, wrong: 0, unread: 0 };
    for (const book of books) {
      sums[book.state]++;
      const line = document.querySelector(`[data-book="${CSS.escape(book.name)}"]`);
      if (!line) continue;
      line.className = `book-${book.state}`;
      line.querySelector(".lamp").className =
        `lamp ${book.state === "right" ? "on" : book.state === "wrong" ? "off" : ""}`;
      let said = word(book.waiting ? "book.waiting" : `book.${book.state}`);
      if (book.violations > 0) said += ` · ${word("violations", book.violations)}`;
      line.querySelector(".state-word").textContent = said;
      line.querySelector(".when").textContent = book.checkedAt ? `${time(book.checkedAt)} · ${book.millis} ms` : "";
      line.querySelector(".examples").replaceChildren(...book.examples.map((one) => element("li", "", one)));
    }
    $("books-sum").textContent = word("books.sum", sums.right, sums.wrong, sums.unread);
  };

  // What would bind next.
  const showBinds = (next, machine) => {
    const of = next.resource, name = word(`resource.${of.name}`);
    const key = !next.near ? "binds.none" : of.utilisation >= 0.95 ? "binds.now" : "binds.next";
    $("binds").classList.toggle("near", next.near);
    $("binds-lead").textContent = word(key, name);
    const parts = [word(`evidence.${of.name}`, format.amount(of.used, of.unit), format.amount(of.limit, of.unit),
      format.share(of.utilisation), format.rate(machine.processCpu * machine.cores))];
    if (of.saturation > 0.005) parts.push(word("binds.waits", format.share(of.saturation)));
    if (of.name === "cpu" && next.near && machine.processCpu < machine.cpu / 2) parts.push(word("binds.others"));
    $("binds-why").textContent = parts.join(" ");
    $("binds-relief").textContent =
      next.relief ? word("binds.relief", next.relief, word(`stage.${next.relief}`)) : word("binds.last");
  };

  // Charts.
  let points = [], chosen = "all";
  const charts = new Map();
  const colours = ["#2e9e5b", "#3b82c4", "#d99a1b", "#d0402b", "#8b5fbf", "#1aa6a6", "#c4568e", "#7f8c3a", "#9a6b4f"];
  const series = {
    throughput: () => [...new Set(points.flatMap((p) => Object.keys(p.operations)))]
      .filter((name) => name !== "all").sort()
      .map((name) => [word(`class.${name}`), (p) => p.operations[name]?.[0] ?? 0, true]),
    latency: () => ["p50", "p95", "p99"].map((name, i) =>
      [word(`series.${name}`), (p) => p.operations[chosen]?.[i + 1] ?? null]),
    refusals: () => {
      const codes = [...new Set(points.flatMap((p) => Object.keys(p.refusals)))].sort();
      return codes.length ? codes.map((code) => [code, (p) => p.refusals[code] ?? 0])
        : [[word("series.none"), () => 0]];
    },
    cpu: () => [["machine", "cpu"], ["process", "processCpu"], ["heap", "heap"]].map(([name, field]) =>
      [word(`series.${name}`), (p) => p[field] * 100]),
    connections: () => [["in-use", "inUse"], ["waiting", "waiting"]].map(([name, field]) =>
      [word(`series.${name}`), (p) => p[field]]),
    commits: () => [[word("series.commits"), (p) => p.commits]],
    hits: () => [[word("series.hits"), (p) => (p.hitShare == null ? null : p.hitShare * 100)]],
    backlog: () => [[word("series.backlog"), (p) => p.backlog]],
  };
  const option = (name) => {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink").trim(), line = style.getPropertyValue("--line").trim();
    const quiet = style.getPropertyValue("--quiet").trim(), card = style.getPropertyValue("--card").trim();
    const shown = series[name]();
    return {
      animation: false, color: colours, useUTC: true,
      grid: { left: 46, right: 12, top: shown.length > 1 ? 34 : 14, bottom: 24 },
      legend: shown.length > 1
        ? { type: "scroll", top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 4, textStyle: { color: ink },
            pageTextStyle: { color: ink }, pageIconColor: quiet } : undefined,
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: card, borderColor: line,
        textStyle: { color: ink }, valueFormatter: (value) => (value == null ? "–" : number(value, 2)) },
      xAxis: { type: "time", min: Date.now() - 15 * 60000, max: Date.now(), minInterval: 4 * 60000,
        axisLabel: { color: quiet, formatter: "{HH}:{mm}", hideOverlap: true },
        axisLine: { lineStyle: { color: line } } },
      yAxis: { type: "value", min: 0, max: name === "hits" || name === "cpu" ? 100 : undefined,
        interval: name === "hits" || name === "cpu" ? 25 : undefined, splitNumber: 4,
        minInterval: name === "connections" || name === "backlog" ? 1 : undefined,
        axisLabel: { color: quiet }, splitLine: { lineStyle: { color: line } } },
      series: shown.map(([label, value, stacked]) => ({
        name: label, type: "line", showSymbol: false, lineStyle: { width: 1.5 }, stack: stacked ? "all" : undefined,
        areaStyle: stacked ? { opacity: 0.35 } : undefined,
        data: points.map((p) => [Date.parse(p.at), value(p)]),
      })),
    };
  };
  const showCharts = () => {
    if (!window.echarts || document.hidden) return;
    $("charts").hidden = false;
    for (const name of Object.keys(series)) {
      if (!charts.has(name)) charts.set(name, echarts.init($(`chart-${name}`), null, { useDirtyRect: false }));
      charts.get(name).setOption(option(name), { replaceMerge: ["series"] });
    }
  };
  $("class").addEventListener("change", (event) => { chosen = event.target.value; showCharts(); });
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showCharts);

  // The picture takes the place of its table.
  $("picture").hidden = false;
  $("picture-table").open = false;
  const picture = window.banyanPicture($("picture"), word, format);

  const show = (now) => {
    $("stage").textContent = now.stage;
    $("at").textContent = time(now.at);
    $("at").dateTime = now.at;
    picture(now.nodes, now.links);
    $("fleet").hidden = now.fleet.length < 2;
    $("fleet-unknown").hidden = now.fleet.every((node) => node.state !== "unknown");
    showTables(now);
    showBooks(now.books);
    showBinds(now.next, now.machine);
    if (now.latest && now.latest.at !== points.at(-1)?.at) {
      points = [...points, now.latest].slice(-POINTS_MAX);
      showCharts();
    }
  };
  const live = (is) => {
    $("live").textContent = word(is ? "live" : "ended");
    $("pulse").className = `lamp ${is ? "on" : "off"}`;
  };

  // One connection while the page is looked at; the history once when it opens.
  let source, again;
  const close = () => { clearTimeout(again); source?.close(); source = undefined; };
  const open = async () => {
    close();
    try {
      const answer = await fetch(ENDPOINT, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      points = now.history ?? [];
      show(now);
      showCharts();
    } catch {
      live(false);
      again = setTimeout(open, 10000);
      return;
    }
    source = new EventSource(`${ENDPOINT}/stream`);
    source.addEventListener("snapshot", (event) => { live(true); show(JSON.parse(event.data)); });
    source.onerror = () => {
      // it ends every few minutes and comes back by itself; only a refusal needs another try
      if (source && source.readyState === EventSource.CLOSED) {
        live(false);
        again = setTimeout(open, 10000);
      }
    };
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
})();
