// Draws nodes and links in columns by kind. Everything comes from the two lists; nothing here knows a stage.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const ORDER = ["client", "dns", "balancer", "proxy", "application", "service"];
  const WIDTH = 200, HEAD = 48, ROW = 36, GAP = 26, COLUMN = 130;

  const make = (parent, name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return parent.appendChild(element);
  };
  const height = (node) => HEAD + ROW * node.loads.length;

  /** Columns of nodes, the clients first; what stores things stands together in the last one. */
  const columns = (nodes) => {
    const places = new Map();
    for (const node of nodes) {
      const at = ORDER.indexOf(node.kind);
      const place = at < 0 ? ORDER.length : at;
      if (!places.has(place)) places.set(place, []);
      places.get(place).push(node);
    }
    return [...places.keys()].sort((a, b) => a - b).map((place) => places.get(place));
  };

  /** Where each node stands; on a narrow screen columns become rows. */
  const layout = (nodes, narrow) => {
    const all = columns(nodes), at = new Map();
    if (narrow) {
      let y = 10;
      for (const column of all) {
        for (let i = 0; i < column.length; i += 2) {
          const pair = column.slice(i, i + 2);
          const left = pair.length === 2 ? 0 : (WIDTH + GAP) / 2;
          pair.forEach((node, j) => at.set(node.id, { x: left + j * (WIDTH + GAP), y }));
          y += Math.max(...pair.map(height)) + (i + 2 < column.length ? GAP * 1.5 : 0);
        }
        y += 70;
      }
      return { at, width: 2 * WIDTH + GAP, height: y - 60 };
    }
    const tall = (column) => column.reduce((sum, node) => sum + height(node) + GAP, -GAP);
    const most = Math.max(...all.map(tall));
    all.forEach((column, i) => {
      let y = 10 + (most - tall(column)) / 2;
      for (const node of column) {
        at.set(node.id, { x: 2 + i * (WIDTH + COLUMN), y });
        y += height(node) + GAP;
      }
    });
    return { at, width: all.length * (WIDTH + COLUMN) - COLUMN + 4, height: most + 20 };
  };

  const path = (from, to, a, b, narrow) => {
    if (narrow) {
      const x1 = a.x + WIDTH / 2, y1 = a.y + height(from), x2 = b.x + WIDTH / 2, y2 = b.y, m = (y1 + y2) / 2;
      return { d: `M${x1} ${y1}C${x1} ${m} ${x2} ${m} ${x2} ${y2}`, x: x2 * 0.8 + x1 * 0.2, y: y2 - 14 };
    }
    const x1 = a.x + WIDTH, y1 = a.y + height(from) / 2, x2 = b.x, y2 = b.y + height(to) / 2, m = (x1 + x2) / 2;
    return { d: `M${x1} ${y1}C${m} ${y1} ${m} ${y2} ${x2} ${y2}`, x: x2 - 44, y: y2 - 9 };
  };

  window.banyanPicture = (root, word, format) => {
    let drawn = "", parts;

    const draw = (nodes, links, narrow) => {
      const place = layout(nodes, narrow);
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${place.width} ${place.height}`);
      svg.setAttribute("class", "picture");
      svg.setAttribute("role", "img");
      const byId = new Map(nodes.map((node) => [node.id, node]));
      parts = { svg, links: [], nodes: new Map() };
      for (const link of links) {
        const from = byId.get(link.from), to = byId.get(link.to);
        if (!from || !to) { parts.links.push(null); continue; }
        const way = path(from, to, place.at.get(link.from), place.at.get(link.to), narrow);
        make(svg, "path", { class: "link", d: way.d });
        parts.links.push({
          flow: make(svg, "path", { class: "flow still", d: way.d }),
          rate: make(svg, "text", { class: "rate", x: way.x, y: way.y }),
        });
      }
      for (const node of nodes) parts.nodes.set(node.id, box(svg, node, place.at.get(node.id)));
      root.replaceChildren(svg);
    };

    const box = (svg, node, at) => {
      const group = make(svg, "g", { transform: `translate(${at.x} ${at.y})` });
      make(group, "rect", { class: "box", width: WIDTH, height: height(node), rx: 10 });
      const title = make(group, "text", { class: "name", x: 12, y: node.name ? 22 : 30 });
      title.textContent = word(`kind.${node.kind}`);
      const kind = make(group, "text", { class: "kind", x: 12, y: 39 });
      const loads = node.loads.map((load, i) => {
        const y = HEAD + i * ROW;
        make(group, "text", { x: 12, y: y + 13 }).textContent = word(`load.${load.name}`);
        const share = make(group, "text", { class: "share", x: WIDTH - 12, y: y + 13 });
        make(group, "rect", { class: "track", x: 12, y: y + 18, width: WIDTH - 24, height: 8, rx: 4 });
        return { share, fill: make(group, "rect", { class: "fill", x: 12, y: y + 18, height: 8, rx: 4 }) };
      });
      return { group, kind, loads };
    };

    const fill = (nodes, links) => {
      for (const node of nodes) {
        const part = parts.nodes.get(node.id);
        part.group.setAttribute("class", node.healthy ? "" : "broken");
        // one of several nodes is told by its short name; an address would leave no room
        const who = node.name.length < 9 ? `${node.name} ` : "";
        part.kind.textContent = node.healthy ? node.name : who + word("broken");
        node.loads.forEach((load, i) => {
          const share = Math.min(1, Math.max(0, load.share));
          part.loads[i].share.textContent = format.share(load.share);
          part.loads[i].fill.setAttribute("width", share * (WIDTH - 24));
          part.loads[i].fill.setAttribute("class", share >= 0.9 ? "fill full" : share >= 0.7 ? "fill high" : "fill");
        });
      }
      links.forEach((link, i) => {
        const part = parts.links[i];
        if (!part) return;
        const rate = link.perSecond ?? 0;
        const pace = rate < 0.05 ? "still" : rate < 5 ? "slow" : rate < 100 ? "steady" : "fast";
        part.flow.setAttribute("class", `flow ${pace}`);
        part.flow.setAttribute("stroke-width", 2.5 + 1.6 * Math.log10(1 + rate));
        // what only another node knows is a line without a figure
        part.rate.textContent =
          link.perSecond == null ? "" : word("per-second").replace("{0}", format.rate(rate));
      });
      parts.svg.setAttribute("aria-label", nodes.map((node) =>
        `${word(`kind.${node.kind}`)} ${node.name}: ${node.healthy ? word("healthy") : word("broken")}`).join(", "));
    };

    return (nodes, links) => {
      const narrow = root.clientWidth > 0 && root.clientWidth < 640;
      const shape = JSON.stringify([narrow, nodes.map((n) => [n.id, n.kind, n.loads.length]),
        links.map((l) => [l.from, l.to])]);
      if (shape !== drawn) {
        drawn = shape;
        draw(nodes, links, narrow);
      }
      fill(nodes, links);
    };
  };
})();
