// A panel that cannot be read says so inside itself; the rest of the page stands.
(() => {
  "use strict";
  const failed = (event) => {
    const panel = event.detail.elt;
    if (!panel?.matches?.("[data-panel]")) return;
    const bones = panel.querySelector("[data-bones]");
    if (!bones) return; // what was read before stays; the live mark tells that it is old
    bones.textContent = "";
    const words = document.createElement("p");
    words.className = "i2 t13";
    words.textContent = panel.dataset.failed;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn sm";
    again.textContent = panel.dataset.again;
    again.addEventListener("click", () => window.htmx.trigger(panel, "load"));
    bones.append(words, again);
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
})();
