// The ticket page: dialogs that a button opens, a reply box that empties once sent, `i` for a note.
(() => {
  "use strict";
  const refused = (detail) => (detail.xhr?.getResponseHeader("HX-Trigger") || "").includes('"error"');

  // A second click while the first is under way is dropped, not queued.
  const once = () => {
    for (const form of document.querySelectorAll("form[hx-post]:not([hx-sync])")) form.setAttribute("hx-sync", "this:drop");
  };
  document.addEventListener("htmx:load", once);
  once();

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal?.();
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form?.matches?.("form") || !event.detail.successful || refused(event.detail)) return;
    if (form.hasAttribute("data-close-dialog")) form.closest("dialog")?.close();
    if (form.hasAttribute("data-close-dialog") || form.hasAttribute("data-reset")) form.reset();
  });

  // The cause may move to another device: its live panel then follows.
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const cause = event.detail.target?.id === "t-cause" ? document.getElementById("t-cause") : null;
    const shown = document.getElementById("t-live");
    if (!cause || !shown || !cause.dataset.device || cause.dataset.device === shown.dataset.device) return;
    window.htmx.ajax("GET", cause.dataset.liveFrom, { target: "#t-live", select: "#t-live", swap: "outerHTML" });
  });

  // Choosing "note" (by click or key) leads to the words, and shows that the school will not read.
  const paint = (form) => {
    const note = form.querySelector('[name=internal][value="1"]')?.checked;
    form.classList.toggle("s-suspect", Boolean(note));
    form.classList.toggle("note-x", Boolean(note));
    for (const radio of form.querySelectorAll("[name=internal]")) radio.closest(".chip").classList.toggle("on", radio.checked);
    const wait = form.querySelector("[name=wait]");
    if (wait) wait.disabled = Boolean(note);
  };
  document.addEventListener("change", (event) => {
    if (event.target.name !== "internal") return;
    paint(event.target.form);
    event.target.form.querySelector("textarea")?.focus();
  });
  document.addEventListener("reset", (event) => {
    if (event.target.hasAttribute("data-reset")) setTimeout(() => paint(event.target));
  });
  document.querySelectorAll("form[data-reset]").forEach(paint);
})();
