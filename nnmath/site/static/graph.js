"use strict";
// How the equations of a page depend on each other: which one the text names on the way to which other. Drawn when opened.
{
  const W = 580, ROW = 25;
  const svg = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  /** Equations in columns: each stands just before the first that uses it, so that arrows are short. */
  function layers(order, parents, children) {
    const depth = new Map();
    for (const tag of order) depth.set(tag, Math.max(-1, ...parents(tag).map((p) => depth.get(p))) + 1);
    for (const tag of [...order].reverse())
      if (children(tag).length) depth.set(tag, Math.min(...children(tag).map((c) => depth.get(c))) - 1);
    const columns = [];
    for (const tag of order) (columns[depth.get(tag)] ??= []).push(tag);
    return columns.filter(Boolean);
  }

  /** Sort each column by the mean place of its neighbours, a few times over, which leaves few crossings. */
  function untangle(columns, parents, children) {
    const place = new Map();
    const settle = (column) => column.forEach((tag, i) => place.set(tag, i - (column.length - 1) / 2));
    columns.forEach(settle);
    for (let sweep = 0; sweep < 6; sweep++)
      for (const column of sweep % 2 ? [...columns].reverse() : columns) {
        const neighbours = sweep % 2 ? children : parents;
        const mean = new Map(column.map((tag) => {
          const places = neighbours(tag).map((other) => place.get(other));
          return [tag, places.length ? places.reduce((a, b) => a + b) / places.length : place.get(tag)];
        }));
        column.sort((a, b) => mean.get(a) - mean.get(b));
        settle(column);
      }
    return place;
  }

  function draw(used) {
    const all = [...equations.keys()];
    const parents = (tag) => (used.get(tag) ?? []).filter((p) => equations.has(p) && all.indexOf(p) < all.indexOf(tag));
    const children = (tag) => all.filter((other) => parents(other).includes(tag));
    const order = all.filter((tag) => parents(tag).length || children(tag).length);
    const columns = layers(order, parents, children);
    const place = untangle(columns, parents, children);
    const height = Math.max(...columns.map((column) => column.length)) * ROW + 10;
    const dx = (W - 34) / Math.max(columns.length - 1, 1);
    const at = new Map(columns.flatMap((column, i) => column.map((tag) => [tag, [17 + i * dx, height / 2 + place.get(tag) * ROW]])));
    const picture = svg("svg", { viewBox: `0 0 ${W} ${height}`, role: "group", "aria-label": "Equations and those that use them" });
    for (const tag of order)
      for (const parent of parents(tag)) {
        const [[x0, y0], [x1, y1]] = [at.get(parent), at.get(tag)], bend = (x1 - x0) / 2;
        const d = `M${x0 + 14} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1 - 14} ${y1}`;
        picture.append(svg("path", { d, class: "edge", "data-from": parent, "data-to": tag }));
      }
    for (const tag of order) {
      const [x, y] = at.get(tag), link = svg("a", { href: `#eq-${tag}`, class: equations.get(tag).className.replace("equation", "") });
      link.append(svg("rect", { x: x - 14, y: y - 9, width: 28, height: 18, rx: 4 }));
      link.append(svg("text", { x, y: y + 4.5, "text-anchor": "middle" }, tag));
      link.setAttribute("aria-label", `equation ${tag}, from ${parents(tag).join(", ") || "no other"}`);
      picture.append(link);
    }
    return picture;
  }

  const details = document.querySelector(".graph");
  if (details && [...used.values()].some((tags) => tags.length)) {
    details.hidden = false;
    details.addEventListener("toggle", () => {
      const frame = details.querySelector(".drawn");
      if (details.open && !frame.childNodes.length) frame.append(draw(used));
    });
    const trace = (event, on) => {
      const tag = event.target.closest?.(".graph a")?.getAttribute("href").slice(4);
      for (const edge of details.querySelectorAll(".edge"))
        edge.classList.toggle("lit", on && (edge.dataset.from === tag || edge.dataset.to === tag));
    };
    for (const [type, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]])
      details.addEventListener(type, (event) => trace(event, on));
  }
}
