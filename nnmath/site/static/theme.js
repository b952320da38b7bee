"use strict";
// Light, dark, or as the system has it. This script runs before the page is drawn, so that no page flashes in the other.
{
  const root = document.documentElement;
  const names = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const stored = () => { try { return localStorage.getItem("nnmath-theme"); } catch { return null; } };
  const store = (theme) => { try { localStorage.setItem("nnmath-theme", theme); } catch { /* it lasts for this page */ } };
  let theme = stored() in names ? stored() : "auto";
  const apply = () => { if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme; };
  root.classList.add("scripts");
  apply();
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => {
      button.replaceChildren(Object.assign(document.createElement("span"), { className: `icon ${theme}` }));
      button.setAttribute("aria-label", names[theme]);
      button.title = names[theme];
    };
    button.addEventListener("click", () => {
      const order = Object.keys(names);
      theme = order[(order.indexOf(theme) + 1) % order.length];
      store(theme);
      apply();
      label();
    });
    label();
    button.hidden = false;
  });
}
