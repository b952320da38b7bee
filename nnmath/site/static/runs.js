"use strict";
// An animation can be stopped.
for (const figure of document.querySelectorAll("figure[data-still]")) {
  const image = figure.querySelector("img"), moving = image.getAttribute("src");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "stop the animation" });
  button.addEventListener("click", () => {
    const stops = image.getAttribute("src") === moving;
    image.src = stops ? figure.dataset.still : moving;
    button.textContent = stops ? "start the animation" : "stop the animation";
  });
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) figure.append(button);
}
