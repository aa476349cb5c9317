// Writing a plan: says what is being saved, warns before leaving what is not, tries again when the
// connection comes back. htmx sends; this only tells and insists.
(() => {
  "use strict";
  const page = document.querySelector("[data-plan]");
  if (!page) return;
  const RETRY_MS = 5000;
  const unsaved = new Set();
  const line = (form) => document.getElementById(`${form.id}-saved`);
  const say = (form, text) => {
    const place = line(form);
    if (place && !place.hasAttribute("data-conflict")) place.textContent = text;
  };
  page.addEventListener("input", (event) => {
    const form = event.target.closest("[data-saves]");
    if (!form) return;
    unsaved.add(form);
    form.dataset.typed = String(Number(form.dataset.typed || 0) + 1);
    say(form, page.dataset.typing);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("[data-saves]")) form.dataset.sent = form.dataset.typed || "0";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("[data-saves]")) return;
    if (!event.detail.successful) {
      say(form, page.dataset.lost);
      setTimeout(() => unsaved.has(form) && window.htmx.trigger(form, "again"), RETRY_MS);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const form of [...unsaved]) {
      const place = line(form);
      const refused = place?.querySelector(".note");
      if (!refused && form.dataset.sent === form.dataset.typed && place?.querySelector(".ti-check")) unsaved.delete(form);
    }
  });
  window.addEventListener("online", () => unsaved.forEach((form) => window.htmx.trigger(form, "again")));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });
})();
