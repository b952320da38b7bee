"use strict";
// A digit is drawn, made into what MNIST's images are, and answered by the network; then the gradient goes back to its pixels.

// ------------------------------------------------------------------ the network, by the equations that the page links to
const bytes = (packed) => Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)).buffer;
const floats = (packed) => new Float32Array(bytes(packed));
/** Weights, or whole numbers and the unit of each column. */
const weights = ({ W, unit }, M) => {
  if (!unit) return floats(W);
  const units = floats(unit);
  return Float32Array.from(new Int8Array(bytes(W)), (w, i) => w * units[i % M]);
};
const layers = MODEL.layers.map((layer, i) => {
  const [D, M] = [MODEL.sizes[i], MODEL.sizes[i + 1]];
  return { W: weights(layer, M), b: floats(layer.b), D, M };
});

function dense(x, { W, b, D, M }) {
  const z = Float64Array.from(b);
  for (let d = 0; d < D; d++) if (x[d] !== 0) for (let m = 0; m < M; m++) z[m] += x[d] * W[d * M + m];
  return z;
}

function denseBackward(dz, { W, D, M }) {
  const dx = new Float64Array(D);
  for (let d = 0; d < D; d++) for (let m = 0; m < M; m++) dx[d] += dz[m] * W[d * M + m];
  return dx;
}

const sigmoid = (z) => { const e = Math.exp(-Math.abs(z)); return z >= 0 ? 1 - e / (1 + e) : e / (1 + e); };
const activations = {
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, slope: (z) => { const e = Math.exp(-Math.abs(z)); return e / (1 + e) ** 2; } },
};

function probabilities(logits) {
  if (MODEL.output === "sigmoid") return logits.map(sigmoid);
  const e = logits.map((z) => Math.exp(z - Math.max(...logits)));
  const sum = e.reduce((a, b) => a + b);
  return e.map((one) => one / sum);
}

function forward(pixels) {
  const { value } = activations[MODEL.hidden];
  const zs = [];
  let x = pixels;
  for (const layer of layers) {
    if (zs.length) x = zs.at(-1).map(value);
    zs.push(dense(x, layer));
  }
  return { zs, p: probabilities(zs.at(-1)) };
}

function pixelGradient({ zs, p }, truth) {
  const { slope } = activations[MODEL.hidden];
  const rest = p.reduce((sum, one, k) => (k === truth ? sum : sum + one), 0);
  // p - 1 without a difference that loses digits: for softmax it is minus the sum of the others
  const missing = MODEL.output === "softmax" ? rest : sigmoid(-zs.at(-1)[truth]);
  let dz = p.map((one, k) => (k === truth ? -missing : one));
  for (let i = layers.length - 1; i > 0; i--)
    dz = denseBackward(dz, layers[i]).map((da, m) => da * slope(zs[i - 1][m]));
  return denseBackward(dz, layers[0]);
}

// ------------------------------------------------------------------ from ink to an image such as MNIST's
const SIDE = 280;

/** Ink from 0 to 1, SIDE by SIDE, to 28 by 28: its box fitted into 20 by 20, its centre of mass in the middle. */
function preprocess(ink) {
  let left = SIDE, right = -1, top = SIDE, bottom = -1, mass = 0, cx = 0, cy = 0;
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const a = ink[y * SIDE + x];
      if (a <= 0.1) continue;
      left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
      mass += a; cx += a * (x + 0.5); cy += a * (y + 0.5);
    }
  if (mass === 0) return null;
  const pixel = Math.max(right - left + 1, bottom - top + 1) / 20; // so many of the canvas are one of the image
  const x0 = cx / mass - 14.5 * pixel, y0 = cy / mass - 14.5 * pixel; // in MNIST the middle is that of pixel 14
  const image = new Float64Array(784);
  for (let i = 0; i < 28; i++) for (let j = 0; j < 28; j++) image[i * 28 + j] = mean(ink, x0 + j * pixel, y0 + i * pixel, pixel);
  return image;
}

/** The mean ink of a square of the canvas, parts of pixels included. */
function mean(ink, x, y, size) {
  let sum = 0;
  for (let v = Math.max(Math.floor(y), 0); v < Math.min(y + size, SIDE); v++) {
    const height = Math.min(v + 1, y + size) - Math.max(v, y);
    for (let u = Math.max(Math.floor(x), 0); u < Math.min(x + size, SIDE); u++)
      sum += ink[v * SIDE + u] * height * (Math.min(u + 1, x + size) - Math.max(u, x));
  }
  return sum / (size * size);
}

// ------------------------------------------------------------------ drawing
const paper = document.getElementById("paper"), pen = paper.getContext("2d");
const hidden = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
const fitted = hidden.getContext("2d", { willReadFrequently: true });
let strokes = [], sample = false, latest = null;

function trace(context, lines, width) {
  Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: "#000", fillStyle: "#000" });
  for (const line of lines) {
    context.beginPath();
    if (line.length === 1) { context.arc(...line[0], width / 2, 0, 7); context.fill(); continue; }
    line.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
  }
}

/** The strokes as large as they fit, so that the thickness of the pen is in proportion however small one draws. */
function enlarged() {
  const xs = strokes.flat().map(([x]) => x), ys = strokes.flat().map(([, y]) => y);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(180 / Math.max(x1 - x0, y1 - y0, 20), 4);
  return strokes.map((line) => line.map(([x, y]) => [140 + (x - (x0 + x1) / 2) * scale, 140 + (y - (y0 + y1) / 2) * scale]));
}

const inkOf = (context) => Float64Array.from({ length: SIDE * SIDE }, function alpha(_, i) { return this[4 * i + 3] / 255; },
  context.getImageData(0, 0, SIDE, SIDE).data);

function redraw() {
  pen.clearRect(0, 0, SIDE, SIDE);
  trace(pen, strokes, 20);
  fitted.clearRect(0, 0, SIDE, SIDE);
  if (strokes.length) trace(fitted, enlarged(), 22);
  answer(preprocess(inkOf(fitted)));
}

const place = (event) => {
  const box = paper.getBoundingClientRect();
  return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
};
paper.addEventListener("pointerdown", (event) => {
  if (sample) strokes = [];
  sample = false;
  paper.setPointerCapture(event.pointerId);
  strokes.push([place(event)]);
  redraw();
});
paper.addEventListener("pointermove", (event) => {
  if (!paper.hasPointerCapture(event.pointerId)) return;
  strokes.at(-1).push(place(event));
  redraw();
});
document.getElementById("clear").addEventListener("click", () => { strokes = []; redraw(); });

// ------------------------------------------------------------------ samples, for those who cannot draw, and to begin with
const arc = (cx, cy, rx, ry, from, to) => Array.from({ length: 25 }, (_, i) => {
  const angle = ((from + ((to - from) * i) / 24) * Math.PI) / 180;
  return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
});
const SAMPLES = [
  [arc(140, 140, 55, 85, -90, 270)],
  [[[150, 55], [135, 225]]],
  [[...arc(140, 100, 50, 48, 200, 390), [80, 218], [205, 215]]],
  [[...arc(135, 97, 48, 42, 210, 440), ...arc(135, 180, 55, 46, -85, 140)]],
  [[[100, 55], [85, 150], [195, 145]], [[178, 60], [165, 230]]],
  [[[190, 60], [105, 62], [98, 130], ...arc(130, 172, 58, 50, -120, 130)]],
  [[[170, 50], [115, 120], ...arc(138, 182, 42, 42, 190, 550)]],
  [[[80, 70], [200, 65], [125, 228]]],
  [[...arc(142, 98, 40, 42, 80, -270), ...arc(138, 185, 48, 45, -85, 270)]],
  [[...arc(138, 105, 45, 45, 0, -360), [182, 110], [165, 228]]],
];
SAMPLES.forEach((lines, digit) => {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: String(digit) });
  button.setAttribute("aria-label", `draw a sample ${digit}`);
  button.addEventListener("click", () => { strokes = lines; sample = true; redraw(); });
  document.getElementById("samples").append(button);
});

// ------------------------------------------------------------------ the answer
const bars = Array.from({ length: 10 }, () => {
  const row = document.createElement("li"), bar = document.createElement("span"), number = document.createElement("output");
  bar.className = "amount";
  row.append(bar, number);
  document.getElementById("bars").append(row);
  return { row, bar, number };
});
const truth = document.getElementById("truth");
for (let k = 0; k < 10; k++) truth.append(new Option(String(k), String(k)));
truth.addEventListener("change", showGradient);

const percent = (p) => (p < 0.01 ? "< 1%" : p > 0.99 ? "> 99%" : `${(100 * p).toFixed(0)}%`);
const article = (digit) => (digit === 8 ? "an" : "a");

/** The answer in words, no surer than the network may be of a drawing that is unlike those it was trained on. */
function spoken(p) {
  const order = [...p.keys()].sort((i, j) => p[j] - p[i]), [first, second] = order;
  if (p[first] > 0.8) return `It is ${article(first)} ${first}.`;
  if (p[first] > 0.4) return `It may be ${article(first)} ${first}, or ${article(second)} ${second}.`;
  return "The network does not recognise a digit.";
}
const best = (p) => p.indexOf(Math.max(...p));

function paint(canvas, colours) {
  const context = canvas.getContext("2d"), image = context.createImageData(28, 28);
  for (let i = 0; i < 784; i++) image.data.set(colours(i), 4 * i);
  context.putImageData(image, 0, 0);
}

function answer(image) {
  latest = image && { image, ...forward(image) };
  paint(document.getElementById("seen"), (i) => [0, 0, 0, image ? 255 * image[i] : 0]);
  const p = latest ? latest.p : new Float64Array(10);
  bars.forEach(({ row, bar, number }, k) => {
    row.classList.toggle("best", Boolean(latest) && k === best(p));
    bar.style.setProperty("--p", p[k]);
    number.textContent = latest ? percent(p[k]) : "";
  });
  document.getElementById("spoken").textContent = latest ? spoken(p) : "Draw a digit from 0 to 9.";
  showGradient();
}

function showGradient() {
  const canvas = document.getElementById("gradient"), says = document.getElementById("largest");
  if (!latest) { paint(canvas, () => [0, 0, 0, 0]); says.textContent = ""; return; }
  const gradient = pixelGradient(latest, truth.value === "" ? best(latest.p) : Number(truth.value));
  const largest = Math.max(...gradient.map(Math.abs));
  paint(canvas, (i) => {
    const strength = Math.round(255 * Math.sqrt(Math.abs(gradient[i]) / (largest || 1)));
    return gradient[i] < 0 ? [44, 69, 174, strength] : [179, 36, 16, strength];
  });
  says.textContent = `The largest is ${largest.toPrecision(2)} for a pixel from white to black.`;
}

document.querySelector(".desk").hidden = false;
strokes = SAMPLES[3];
sample = true;
redraw();
