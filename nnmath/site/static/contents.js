"use strict";
// The contents column shows where the reader is.
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
