"use strict";
// An equation can be changed and run again: by the server of `nnmath site --serve`; elsewhere the command is shown.
{
  const address = document.querySelector("meta[name='nnmath-run']").content;
  const page = location.pathname.split("/").at(-1).replace(/\.html$/, "");
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  async function run(tag, latex) {
    const answer = await fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ page, tag, latex }),
    });
    return answer.ok ? answer.json() : { ok: false, says: await answer.text() };
  }

  function editor(equation) {
    const tag = equation.dataset.tag, original = equation.querySelector(".formula").innerHTML;
    const form = make("form", { className: "editor" });
    const field = make("textarea", { value: equation.dataset.latex, rows: 3, spellcheck: false });
    field.setAttribute("aria-label", `LaTeX of equation ${tag}`);
    const start = make("button", { type: "submit", textContent: "Run" });
    const close = make("button", { type: "button", textContent: "Close" });
    const result = make("output", {});
    form.append(field, start, " ", close, result);
    close.addEventListener("click", () => {
      equation.querySelector(".formula").innerHTML = original;
      form.remove();
      equation.querySelector(".edit").focus();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!address) {
        result.textContent = "These pages cannot run equations. On your own machine they can: python -m nnmath site --serve --open";
        return;
      }
      start.disabled = true;
      result.className = "";
      result.textContent = "Running all equations of this page …";
      const found = await run(tag, field.value).catch((error) => ({ ok: false, says: `No answer: ${error.message}` }));
      start.disabled = false;
      if (found.html) equation.querySelector(".formula").innerHTML = found.html;
      result.className = found.ok ? "holds" : "fails";
      result.textContent = found.says;
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    return form;
  }

  for (const equation of document.querySelectorAll("article .equation[data-tag]")) {
    const button = make("button", { type: "button", className: "edit", textContent: "edit" });
    button.setAttribute("aria-label", `change equation ${equation.dataset.tag} and run it`);
    button.addEventListener("click", () => {
      if (equation.nextElementSibling?.classList.contains("editor")) return;
      const form = editor(equation);
      equation.after(form);
      form.querySelector("textarea").focus();
    });
    equation.append(button);
  }
}
