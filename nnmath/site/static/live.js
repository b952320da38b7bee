"use strict";
// Three figures that move: a slider for the input, the tangent and the numbers at that point, by the equations of the page.

const exp = Math.exp;
const kinds = {
  sigmoid: {
    inputs: [{ name: "z", from: -8, to: 40, step: 0.1, value: 1.5 }],
    y: [-0.12, 1.12],
    value: ({ z }) => { const e = exp(-Math.abs(z)); return z >= 0 ? 1 - e / (1 + e) : e / (1 + e); },
    slope: ({ z }) => { const e = exp(-Math.abs(z)); return e / (1 + e) ** 2; },
    textbook: { name: "a · (1 − a)", of: ({ z }) => { const a = 1 / (1 + exp(-z)); return a * (1 - a); } },
    names: ["a", "slope e / (1 + e)²"],
    says: ({ z }) => (z >= 37 ? "From 37 on a is rounded to 1, and a · (1 − a) is 0. The slope is not." : ""),
  },
  relu: {
    inputs: [{ name: "z", from: -3, to: 3, step: 0.05, value: 1 }],
    y: [-0.6, 3.1],
    value: ({ z }) => Math.max(z, 0),
    slope: ({ z }) => (z > 0 ? 1 : 0),
    names: ["a", "slope [z > 0]"],
    says: ({ z }) => (z === 0 ? "At the kink: any slope from 0 to 1 is a tangent from below. The code takes 0." : ""),
  },
  binary: {
    inputs: [
      { name: "z", from: -8, to: 40, step: 0.1, value: -1 },
      { name: "t", from: 0, to: 1, step: 0.05, value: 1 },
    ],
    y: [-0.8, 8],
    value: ({ z, t }) => Math.abs(z) * Math.abs((z > 0) - t) + Math.log1p(exp(-Math.abs(z))),
    slope: ({ z, t }) => {
      const e = exp(-Math.abs(z)), larger = 1 / (1 + e), smaller = e / (1 + e);
      const [p, q] = z > 0 ? [larger, smaller] : [smaller, larger];
      return (1 - t) * p - t * q;
    },
    textbook: { name: "p − t", of: ({ z, t }) => 1 / (1 + exp(-z)) - t },
    names: ["cost", "slope (1 − t) p − t q"],
    says: ({ z, t }) => (z >= 37 && t === 1 ? "From 37 on p is rounded to 1, and p − t is 0. The slope is not." : ""),
  },
};

const W = 640, H = 330, PAD = { left: 44, right: 14, top: 12, bottom: 34 };
const make = (name, attributes, text) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
};
const printed = (x) => {
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text = size >= 1e-4 && size < 1e4 ? x.toFixed(6) : x.toExponential(5).replace("e", " · 10^");
  return text.replace("-", "−");
};

function draw(svg, kind, now) {
  const left = Math.max(-8, Math.min(kind.inputs[0].to - 14, now.z - 12));
  const [x0, x1] = kind.inputs[0].to > 8 ? [left, left + 16] : [kind.inputs[0].from, kind.inputs[0].to];
  const [y0, y1] = kind.y;
  const X = (x) => PAD.left + ((x - x0) / (x1 - x0)) * (W - PAD.left - PAD.right);
  const Y = (y) => H - PAD.bottom - ((y - y0) / (y1 - y0)) * (H - PAD.top - PAD.bottom);
  const at = (z) => ({ ...now, z });
  svg.replaceChildren();
  const unit = y1 - y0 > 3 ? (y1 - y0 > 5 ? 2 : 1) : 0.5;
  for (let y = Math.ceil(y0 / unit) * unit; y <= y1; y += unit) {
    svg.append(make("line", { x1: PAD.left, x2: W - PAD.right, y1: Y(y), y2: Y(y), class: "grid" }));
    svg.append(make("text", { x: PAD.left - 8, y: Y(y) + 5, "text-anchor": "end" }, String(y)));
  }
  const step = x1 - x0 > 8 ? 4 : 1;
  for (let x = Math.ceil(x0 / step) * step; x <= x1; x += step)
    svg.append(make("text", { x: X(x), y: H - 10, "text-anchor": "middle" }, String(x).replace("-", "−")));
  const points = Array.from({ length: 201 }, (_, i) => x0 + ((x1 - x0) * i) / 200);
  const path = (f) => points.map((z, i) => `${i ? "L" : "M"}${X(z).toFixed(1)} ${Y(f(z)).toFixed(1)}`).join("");
  const clipped = make("g", { "clip-path": "inset(0)" });
  clipped.append(make("path", { d: path((z) => kind.value(at(z))), class: "curve" }));
  const a = kind.value(now), slope = kind.slope(now);
  clipped.append(make("path", { d: path((z) => a + slope * (z - now.z)), class: "tangent" }));
  svg.append(clipped, make("circle", { cx: X(now.z), cy: Y(a), r: 6, class: "point" }));
}

for (const figure of document.querySelectorAll("figure[data-live]")) {
  const kind = kinds[figure.dataset.live];
  const now = Object.fromEntries(kind.inputs.map(({ name, value }) => [name, value]));
  const image = figure.querySelector("img");
  const svg = make("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `${image.alt} A tangent touches it.` });
  const panel = document.createElement("div");
  panel.className = "live";
  const numbers = document.createElement("dl");
  const remark = document.createElement("p");
  for (const input of kind.inputs) {
    const label = document.createElement("label");
    const slider = document.createElement("input");
    const output = document.createElement("output");
    Object.assign(slider, { type: "range", min: input.from, max: input.to, step: input.step, value: input.value });
    slider.addEventListener("input", () => { now[input.name] = Number(slider.value); update(); });
    input.show = () => { output.textContent = now[input.name].toFixed(2).replace("-", "−"); };
    label.append(`${input.name} `, slider, output);
    panel.append(label);
  }
  const rows = [...kind.names, ...(kind.textbook ? [kind.textbook.name] : [])].map((name) => {
    const row = document.createElement("div"), value = document.createElement("dd");
    row.append(Object.assign(document.createElement("dt"), { textContent: name }), value);
    numbers.append(row);
    return value;
  });
  function update() {
    draw(svg, kind, now);
    for (const input of kind.inputs) input.show();
    const a = kind.value(now);
    const values = [a, kind.slope(now), ...(kind.textbook ? [kind.textbook.of(now)] : [])];
    values.forEach((value, i) => { rows[i].textContent = printed(value); });
    remark.textContent = kind.says(now);
  }
  panel.append(numbers, remark);
  for (const still of figure.querySelectorAll("img")) still.remove();
  figure.prepend(svg, panel);
  update();
}
