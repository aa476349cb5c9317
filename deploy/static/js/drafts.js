// Drafts: what one types in <form data-draft="report"> survives a reload or a lost connection.
// Kept on the device alone, for a day, without files, passwords or tokens; erased once sent.
(() => {
  "use strict";
  const DAY_MS = 86_400_000;
  const keyOf = (form) => `preau-draft:${document.body.dataset.person || ""}:${location.pathname}:${form.dataset.draft}`;
  const kept = (form) => [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit", "button"].includes(e.type));
  const store = (action) => {
    try {
      return action(localStorage);
    } catch {
      return null; // storage refused: no drafts
    }
  };
  const save = (form) => {
    const values = kept(form).map((e) => [e.name, e.value, e.checked === true]);
    store((s) => s.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })));
  };
  const restore = (form) => {
    const draft = JSON.parse(store((s) => s.getItem(keyOf(form))) || "null");
    if (!draft || Date.now() - draft.at > DAY_MS || form.querySelector("[aria-invalid=true]")) return;
    for (const element of kept(form)) {
      for (const [name, value, checked] of draft.values) {
        if (name !== element.name) continue;
        if (["checkbox", "radio"].includes(element.type)) {
          if (value === element.value) element.checked = checked;
        } else if (!element.value) element.value = value;
      }
    }
    form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
  };
  const erase = (form) => store((s) => s.removeItem(keyOf(form)));
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("form[data-draft]")) save(form);
  });
  const restoreAll = () => document.querySelectorAll("form[data-draft]").forEach((form) => {
    if (form.dataset.restored) return;
    form.dataset.restored = "1";
    restore(form);
  });
  document.addEventListener("DOMContentLoaded", restoreAll);
  document.addEventListener("htmx:afterSettle", restoreAll);
  // Sent by htmx: erased when the server has it. Sent by the browser: kept until the next page
  // of another address says it arrived; a redisplayed form with errors keeps its values anyway.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.successful && form?.matches?.("form[data-draft]")) erase(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-draft]") || form.hasAttribute("hx-post")) return;
    if (navigator.onLine) store((s) => s.setItem("preau-draft-sent", JSON.stringify([keyOf(form), location.pathname])));
  });
  document.addEventListener("DOMContentLoaded", () => {
    const [key, path] = JSON.parse(store((s) => s.getItem("preau-draft-sent")) || "[]");
    if (!key) return;
    store((s) => s.removeItem("preau-draft-sent"));
    if (path !== location.pathname) store((s) => s.removeItem(key));
  });
})();
