"use strict";
// Search over all pages, without a server: the index is a script, which is loaded when somebody searches.
{
  const open = document.getElementById("search-open");
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Search");
  const field = Object.assign(document.createElement("input"), { type: "search", placeholder: "Search the derivations, or a number such as (24)" });
  field.setAttribute("aria-label", "Search the derivations");
  const note = document.createElement("p"), results = document.createElement("ol");
  note.setAttribute("role", "status");
  dialog.append(field, note, results);
  document.body.append(dialog);

  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const MOST = 30;

  /** How well an entry fits all words; 0 where one is missing. A word in a title counts more than one in the text. */
  function score(entry, words) {
    let sum = 0;
    for (const word of words) {
      const at = entry.plainTitle.indexOf(word);
      const found = (at === 0 ? 12 : at > 0 ? 8 : 0) + (entry.plainSection.includes(word) ? 5 : 0) + (entry.plainText.includes(word) ? 2 : 0);
      if (!found) return 0;
      sum += found;
    }
    return sum / (1 + entry.text.length / 4000);
  }

  function marked(text, words) {
    const at = Math.max(0, Math.min(...words.map((word) => plain(text).indexOf(word)).filter((i) => i >= 0), text.length) - 40);
    const piece = `${at > 0 ? "…" : ""}${text.slice(at, at + 150)}${at + 150 < text.length ? "…" : ""}`;
    const span = document.createElement("span");
    let rest = piece;
    for (;;) {
      const hits = words.map((word) => [plain(rest).indexOf(word), word.length]).filter(([i]) => i >= 0).sort(([a], [b]) => a - b);
      if (!hits.length) break;
      const [i, length] = hits[0];
      span.append(rest.slice(0, i), Object.assign(document.createElement("mark"), { textContent: rest.slice(i, i + length) }));
      rest = rest.slice(i + length);
    }
    span.append(rest);
    return span;
  }

  function search() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const found = words.length
      ? globalThis.SEARCH.map((entry) => [score(entry, words), entry]).filter(([points]) => points).sort(([a], [b]) => b - a)
      : [];
    note.textContent = words.length ? `${found.length} ${found.length === 1 ? "place" : "places"}` : "";
    results.replaceChildren(...found.slice(0, MOST).map(([, entry]) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = entry.address;
      const title = Object.assign(document.createElement("strong"), { textContent: entry.title });
      link.append(title, entry.section ? ` · ${entry.section}` : "", marked(entry.text, words));
      link.addEventListener("click", () => dialog.close());
      item.append(link);
      return item;
    }));
  }

  function load() {
    if (globalThis.SEARCH) return Promise.resolve();
    const script = Object.assign(document.createElement("script"), { src: "search-index.js" });
    document.head.append(script);
    return new Promise((done) => script.addEventListener("load", () => {
      globalThis.SEARCH = globalThis.SEARCH_INDEX.map(([address, title, section, text]) => (
        { address, title, section, text, plainTitle: plain(title), plainSection: plain(section), plainText: plain(text) }));
      done();
    }));
  }

  async function show() {
    await load();
    if (!dialog.open) dialog.showModal();
    field.select();
    search();
  }

  open.hidden = false;
  open.addEventListener("click", show);
  field.addEventListener("input", search);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    const links = [...results.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : field).focus();
    else if (event.key === "Escape") dialog.close();
    else if (event.key === "Enter" && document.activeElement === field) links[0]?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    show();
  });
}
