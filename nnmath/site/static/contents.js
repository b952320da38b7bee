"use strict";
// The contents column shows where the reader is, and a link to a section that is closed opens it.
{
  const rail = document.querySelector(".rail");
  const entries = [...rail.querySelectorAll("a[href^='#']")].map((link) => [link, document.querySelector(link.hash)]);
  const mark = () => {
    const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
    const now = entries.filter(([, heading]) => heading && heading.getBoundingClientRect().top < bar + 150).at(-1)?.[0];
    for (const [link] of entries) {
      const changed = link.classList.contains("now") !== (link === now);
      link.classList.toggle("now", link === now);
      if (changed && link === now && rail.scrollWidth > rail.clientWidth) rail.scrollTo({ left: link.offsetLeft - 60 });
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  addEventListener("load", mark);
}
{
  const openSection = (hash) => {
    const section = document.getElementById(decodeURIComponent(hash.slice(1)))?.closest("details.section");
    if (section) section.open = true;
  };
  // before the browser scrolls there; an address that was typed, and the way back, make no click
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) openSection(link.hash);
  });
  addEventListener("hashchange", () => openSection(location.hash));
  openSection(location.hash);
}
