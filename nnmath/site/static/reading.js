"use strict";
// What the pages can do beyond being read: an equation and its line light up together, the code of the section that is
// being read stays in view, an equation that is elsewhere is shown where it is named, and LaTeX can be copied.

const equations = new Map([...document.querySelectorAll(".equation[data-tag]")].map((e) => [e.dataset.tag, e]));
const lines = [...document.querySelectorAll(".line[data-eq]")];
const linesOf = (tag) => lines.filter((line) => line.dataset.eq.split(" ").includes(tag));
const listing = document.querySelector(".listing");
const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;

const visible = (element) => {
  const box = element.getBoundingClientRect();
  return box.bottom > 60 && box.top < innerHeight - 20;
};

// ------------------------------------------------------------------ an equation and its line light up together
function light(tags, on) {
  for (const tag of tags) {
    equations.get(tag)?.classList.toggle("lit", on);
    for (const line of linesOf(tag)) line.classList.toggle("lit", on);
  }
}

function bringIntoPane(shown) {
  if (!listing || !shown.length || listing.scrollHeight <= listing.clientHeight) return;
  const pane = listing.getBoundingClientRect();
  const top = Math.min(...shown.map((line) => line.getBoundingClientRect().top)) - pane.top;
  const bottom = Math.max(...shown.map((line) => line.getBoundingClientRect().bottom)) - pane.top;
  if (top < 0 || bottom > pane.height)
    listing.scrollTo({ top: listing.scrollTop + top - pane.height / 3, behavior: quiet ? "auto" : "smooth" });
}

// ------------------------------------------------------------------ an equation that is elsewhere is shown where it is named
const peek = document.createElement("div");
peek.className = "peek";
peek.setAttribute("aria-hidden", "true");
peek.hidden = true;
document.body.append(peek);

function show(tag, at) {
  const equation = equations.get(tag);
  if (!equation || visible(equation)) return;
  peek.replaceChildren(equation.querySelector(".formula").cloneNode(true));
  peek.hidden = false;
  const box = at.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - peek.offsetWidth - 12);
  const above = box.top - peek.offsetHeight - 8;
  peek.style.left = `${Math.max(left, 12)}px`;
  peek.style.top = `${above > 60 ? above : box.bottom + 8}px`;
}

const tagOf = (link) => decodeURIComponent(link.getAttribute("href")).replace("#eq-", "");

function pointing(event, on) {
  const link = event.target.closest?.("a[href^='#eq-']");
  const equation = event.target.closest?.(".equation[data-tag]");
  const line = event.target.closest?.(".line[data-eq]");
  const tags = link ? [tagOf(link)] : equation ? [equation.dataset.tag] : line ? line.dataset.eq.split(" ") : [];
  light(tags, on);
  peek.hidden = true;
  if (!on) return;
  if (equation) bringIntoPane(linesOf(equation.dataset.tag));
  if (link && !equation) show(tags[0], link);
}

for (const [type, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]])
  document.addEventListener(type, (event) => pointing(event, on));

// ------------------------------------------------------------------ the code of the section that is being read stays in view
const headings = [...document.querySelectorAll("article h2[id], article h3[id]")];
const tagsOf = new Map(); // for each heading the equations of its section, and those that it speaks of
for (const element of document.querySelectorAll(".equation.coded, article a.ref[href^='#eq-']")) {
  const before = headings.filter((h) => h.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  const tag = element.dataset.tag ?? tagOf(element);
  if (before.length) tagsOf.set(before.at(-1), [...(tagsOf.get(before.at(-1)) ?? []), tag]);
}
const spokenOf = (heading) => lines.filter((line) => line.dataset.eq.split(" ").some((tag) => tagsOf.get(heading)?.includes(tag)));

function arrive() {
  const line = location.hash.startsWith("#L") && document.querySelector(location.hash);
  bringIntoPane(line ? [line] : linesOf(location.hash.replace("#eq-", "")));
}

let shown = [];
function follow() {
  const heading = headings.filter((h) => h.getBoundingClientRect().top < innerHeight * 0.4).at(-1);
  const near = [...equations.values()].filter(visible).flatMap((equation) => linesOf(equation.dataset.tag));
  const reading = near.length ? near : spokenOf(heading);
  if (reading.length === shown.length && reading.every((line, i) => line === shown[i])) return;
  for (const line of shown) line.classList.remove("reading");
  for (const line of reading) line.classList.add("reading");
  shown = reading;
  if (matchMedia("(min-width: 70rem)").matches) bringIntoPane(reading);
}

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
  follow();
  arrive();
}

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
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "copy LaTeX";
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
  for (const element of copied.querySelectorAll(".label, .copy, .in-code")) element.remove();
  for (const equation of copied.querySelectorAll(".equation")) equation.textContent = `\n$$${equation.dataset.latex}$$\n`;
  for (const math of copied.querySelectorAll("math"))
    math.replaceWith(`$${math.querySelector("annotation")?.textContent ?? ""}$`);
  event.clipboardData.setData("text/plain", copied.textContent);
  event.preventDefault();
});
