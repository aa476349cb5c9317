// Preview: a row with data-preview="/address/" shows that fragment in [data-preview-pane].
(() => {
  "use strict";
  const pane = () => document.querySelector("[data-preview-pane]");
  const show = (row) => {
    const target = pane();
    if (!target || !row?.dataset.preview || !window.htmx) return;
    target.hidden = false;
    target.closest("[data-split]")?.classList.add("with-preview");
    window.htmx.ajax("GET", row.dataset.preview, { target, swap: "innerHTML" });
    target.dataset.of = row.dataset.preview;
  };
  const close = () => {
    const target = pane();
    if (!target || target.hidden) return;
    target.hidden = true;
    target.closest("[data-split]")?.classList.remove("with-preview");
  };
  document.addEventListener("preau:preview", (event) => {
    const row = event.target.closest("[data-preview]");
    if (pane() && !pane().hidden && pane().dataset.of === row?.dataset.preview) return close();
    show(row);
  });
  document.addEventListener("preau:row", (event) => {
    if (pane() && !pane().hidden) show(event.target.closest("[data-preview]"));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-preview-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
  });
})();
