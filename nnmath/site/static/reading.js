"use strict";
// A derivation beside its code: the code column follows the text, an equation and its lines light up together, symbols and
// numbers explain themselves where they stand, and the keyboard walks from one coded equation to the next.

const equations = new Map([...document.querySelectorAll(".equation[data-tag]")].map((e) => [e.dataset.tag, e]));
const coded = [...equations.values()].filter((e) => e.classList.contains("coded"));
const lines = [...document.querySelectorAll(".line[data-eq]")];
const tagsOf = (line) => line.dataset.eq?.split(" ") ?? [];
const linesOf = (tag) => lines.filter((line) => tagsOf(line).includes(tag));
const listing = document.querySelector(".listing");
const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
const besides = matchMedia("(min-width: 1000px)");

/** Where the text begins below what stays at the top of the window. */
const top0 = () => {
  const rail = document.querySelector(".rail"), bar = document.querySelector(".bar").getBoundingClientRect().bottom;
  return rail && matchMedia("(max-width: 1239.98px)").matches ? Math.max(bar, rail.getBoundingClientRect().bottom) : bar;
};
const visible = (element, from = top0()) => {
  const box = element.getBoundingClientRect();
  return element.checkVisibility() && box.bottom > from && box.top < innerHeight;
};

// ------------------------------------------------------------------ docstrings and imports are folded
function unfold(button, open) {
  const folded = button.closest(".line").nextElementSibling;
  folded.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
}
for (const button of document.querySelectorAll(".fold"))
  button.addEventListener("click", () => unfold(button, button.getAttribute("aria-expanded") === "false"));

function reveal(line) {
  const folded = line.closest(".folded");
  if (folded) unfold(folded.previousElementSibling.querySelector(".fold"), true);
}

// ------------------------------------------------------------------ the code column follows the text
/** Scroll the pane to where it shows lines of the most equations, above all of the one that comes first. */
function bringIntoPane(tags) {
  if (!listing || !tags.length || listing.scrollHeight <= listing.clientHeight + 1) return;
  const pane = listing.getBoundingClientRect(), margin = 30;
  const places = tags.flatMap((tag) => linesOf(tag).map((line) => {
    const box = line.getBoundingClientRect();
    return { tag, top: box.top - pane.top, bottom: box.bottom - pane.top };
  })).filter(({ top, bottom }) => bottom > top);
  const shown = (from) => new Set(places.filter((p) => p.top >= from && p.bottom <= from + pane.height).map((p) => p.tag));
  const worth = (from) => { const found = shown(from); return found.size + (found.has(tags[0]) ? tags.length : 0); };
  const candidates = places.flatMap((p) => [p.top - margin, p.bottom + margin - pane.height, (p.top + p.bottom - pane.height) / 2]);
  const best = Math.max(...candidates.map(worth));
  if (!candidates.length || worth(0) >= best) return;
  const by = candidates.filter((from) => worth(from) === best).sort((a, b) => Math.abs(a) - Math.abs(b))[0];
  listing.scrollTo({ top: listing.scrollTop + by, behavior: quiet || Math.abs(by) > 2 * pane.height ? "instant" : "smooth" });
}

/** The coded equations that the text in view leads to, the nearest first, and where they stand. */
function leads() {
  const from = top0(), middle = from + (innerHeight - from) * 0.45;
  const distance = (element) => {
    const box = element.getBoundingClientRect();
    return Math.max(box.top - middle, middle - box.bottom, 0);
  };
  const nearest = (some) => [...some].sort((a, b) => distance(a) - distance(b));
  const inView = nearest(coded.filter((equation) => visible(equation, from)));
  if (inView.length) return { tags: inView.map((e) => e.dataset.tag), where: "" };
  const links = [...document.querySelectorAll("article a.ref[href^='#eq-']")];
  const named = nearest(links.filter((a) => visible(a, from)))
    .map((a) => tagOf(a)).filter((tag) => linesOf(tag).length);
  if (named.length) return { tags: [...new Set(named)], where: "named here" };
  const [next] = nearest(coded);
  if (!next) return { tags: [], where: "" };
  return { tags: [next.dataset.tag], where: next.getBoundingClientRect().top > middle ? "further down" : "further up" };
}

let reading = [];
const caption = document.querySelector(".leads");
function follow() {
  const { tags, where } = leads();
  const wanted = lines.filter((line) => tagsOf(line).some((tag) => tags.includes(tag)));
  for (const line of reading) if (!wanted.includes(line)) line.classList.remove("reading");
  for (const line of wanted) line.classList.add("reading");
  reading = wanted;
  if (caption) {
    caption.replaceChildren(...(where ? ["lines for ", ...tags.flatMap((tag, i) => [i ? ", " : "", linkTo(tag)]), `, ${where}`] : []));
    caption.hidden = !where;
  }
  showSymbols();
  if (besides.matches) bringIntoPane(tags);
}

const linkTo = (tag) => Object.assign(document.createElement("a"), { href: `#eq-${tag}`, className: "ref", textContent: `(${tag})` });

/** Of the symbols below the code those that stand in the equations in view. */
const inView = document.querySelector(".in-view");
function showSymbols() {
  if (!inView) return;
  const from = top0();
  const there = new Set([...document.querySelectorAll("article .equation")].filter((e) => visible(e, from))
    .flatMap((e) => [...e.querySelectorAll("[data-symbol]")].map((s) => s.dataset.symbol)));
  const rows = [...inView.querySelectorAll("[data-of]")];
  const any = rows.some((row) => there.has(row.dataset.of));
  for (const row of rows) row.hidden = any && !there.has(row.dataset.of);
  inView.hidden = !besides.matches;
}

function arrive() {
  const line = /^#L\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (line) reveal(line);
  bringIntoPane(line ? tagsOf(line) : [location.hash.replace("#eq-", "")]);
}

// ------------------------------------------------------------------ an equation and its lines light up together
function light(tags, on) {
  for (const tag of tags) {
    equations.get(tag)?.classList.toggle("lit", on);
    for (const line of linesOf(tag)) line.classList.toggle("lit", on);
  }
}

// ------------------------------------------------------------------ what is elsewhere is shown where it is named
const peek = Object.assign(document.createElement("div"), { className: "peek", hidden: true });
peek.setAttribute("aria-hidden", "true");
document.body.append(peek);

/** Show something at an element, above its line or equation, or below where there is no room. */
function show(content, at) {
  peek.replaceChildren(...content);
  peek.hidden = false;
  const { top, bottom } = (at.closest(".formula") ?? at).getBoundingClientRect();
  const box = { left: at.getBoundingClientRect().left, top, bottom };
  const left = Math.min(box.left, innerWidth - peek.offsetWidth - 12);
  const above = box.top - peek.offsetHeight - 8;
  peek.style.left = `${Math.max(left, 12)}px`;
  peek.style.top = `${above > 60 ? above : box.bottom + 8}px`;
}

const formulaOf = (tag) => equations.get(tag)?.querySelector(".formula").cloneNode(true);

function explain(element) {
  const name = element.dataset.symbol;
  if (name.startsWith("eq-")) {
    const defined = formulaOf(name.slice(3));
    if (defined && element.closest(".equation")?.id !== name) show([defined, ` defined in (${name.slice(3)})`], element);
    return;
  }
  const row = inView?.querySelector(`[data-of="${name}"] dd`);
  if (row) show([...row.cloneNode(true).childNodes], element);
}

const tagOf = (link) => decodeURIComponent(link.getAttribute("href")).replace("#eq-", "");

function pointing(event, on) {
  const link = event.target.closest?.("a[href^='#eq-']");
  const equation = event.target.closest?.(".equation[data-tag]");
  const line = event.target.closest?.(".line[data-eq]");
  const symbol = event.target.closest?.("[data-symbol]");
  const tags = link ? [tagOf(link)] : equation ? [equation.dataset.tag] : line ? tagsOf(line) : [];
  light(tags, on);
  peek.hidden = true;
  if (!on) return;
  if (equation && event.type === "focusin") bringIntoPane([equation.dataset.tag]);
  if (symbol) explain(symbol);
  else if (link && link.closest(".equation")?.dataset.tag !== tags[0] && equations.has(tags[0]) && !visible(equations.get(tags[0])))
    show([formulaOf(tags[0])], link);
}

for (const [type, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]])
  document.addEventListener(type, (event) => pointing(event, on));

// ------------------------------------------------------------------ what an equation uses, and what uses it
/** For each equation the numbers that the text above it names: the text since the equation or heading before it. */
function uses() {
  const found = new Map();
  let named = [];
  for (const element of document.querySelectorAll("article h2, article h3, article a.ref, article .equation")) {
    if (element.matches("a.ref")) {
      if (element.hash && element.getAttribute("href").startsWith("#eq-")) named.push(tagOf(element));
    } else {
      if (element.dataset.tag) found.set(element.dataset.tag, [...new Set(named)].filter((tag) => tag !== element.dataset.tag));
      named = [];
    }
  }
  return found;
}

const used = uses();
for (const [tag, equation] of equations) {
  const by = [...used].filter(([, tags]) => tags.includes(tag)).map(([other]) => other);
  const ties = Object.assign(document.createElement("div"), { className: "ties" });
  for (const [says, tags] of [["uses ", used.get(tag)], ["used by ", by]])
    if (tags.length) ties.append(ties.childNodes.length ? " · " : "", says, ...tags.flatMap((one, i) => [i ? ", " : "", linkTo(one)]));
  if (ties.childNodes.length) equation.append(ties);
}

// ------------------------------------------------------------------ the keyboard: j or n to the next coded equation, k or p back
function step(by) {
  const at = coded.findIndex((equation) => equation.contains(document.activeElement));
  const middle = top0() + 40;
  const next = at >= 0 ? at + by
    : by > 0 ? coded.findIndex((e) => e.getBoundingClientRect().top > middle)
      : coded.findLastIndex((e) => e.getBoundingClientRect().top < middle);
  const equation = coded[next];
  if (!equation) return;
  scrollBy({ top: equation.getBoundingClientRect().top - top0() - innerHeight * 0.25, behavior: "instant" });
  equation.querySelector(".tag").focus({ preventScroll: true });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (["j", "n"].includes(event.key)) step(1);
  else if (["k", "p"].includes(event.key)) step(-1);
});

// ------------------------------------------------------------------ mathematics is copied as LaTeX
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

for (const equation of document.querySelectorAll(".equation")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "copy LaTeX" });
  button.setAttribute("aria-label", `copy the LaTeX of equation ${equation.dataset.tag ?? ""}`.trim());
  button.addEventListener("click", async () => {
    await copy(equation.dataset.latex);
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy LaTeX"; }, 1500);
  });
  equation.append(button);
}

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const copied = selection.getRangeAt(0).cloneContents();
  if (!copied.querySelector("math")) return;
  for (const element of copied.querySelectorAll(".label, .copy, .edit, .in-code, .ties")) element.remove();
  for (const equation of copied.querySelectorAll(".equation")) equation.textContent = `\n$$${equation.dataset.latex}$$\n`;
  for (const math of copied.querySelectorAll("math"))
    math.replaceWith(`$${math.querySelector("annotation")?.textContent ?? ""}$`);
  event.clipboardData.setData("text/plain", copied.textContent);
  event.preventDefault();
});

// ------------------------------------------------------------------
if (listing) {
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  addEventListener("hashchange", arrive);
  document.addEventListener("toggle", later, { capture: true });
  follow();
  arrive();
}
