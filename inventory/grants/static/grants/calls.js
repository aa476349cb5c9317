// Writing a file: says what is being saved, keeps on this device what is not yet, tries again when
// the connection comes back, shows the questions that an answer calls for. htmx sends.
(() => {
  "use strict";
  const page = document.querySelector("[data-application]");
  if (!page) return;
  const RETRY_MS = 5000;
  const keyOf = (form) => `preau-answer:${document.body.dataset.person || ""}:${page.dataset.application}:${form.dataset.question}`;
  const store = (action) => {
    try {
      return action(localStorage);
    } catch {
      return null; // storage refused: what is typed lives in the page alone
    }
  };
  const unsaved = new Set();
  const forms = () => [...page.querySelectorAll("form[data-saves]")];
  const fields = (form) => [...form.elements].filter((e) => e.name && !["hidden", "submit", "button"].includes(e.type));
  const line = (form) => document.getElementById(`q-${form.dataset.question}-saved`);
  const say = (form, text) => {
    const place = line(form);
    if (!place || place.hasAttribute("data-conflict")) return;
    place.removeAttribute("data-ok");
    place.textContent = text;
  };
  const keep = (form) => {
    const values = fields(form).map((e) => [e.name, e.value, e.checked === true]);
    const revision = form.elements.revision.value;
    store((s) => s.setItem(keyOf(form), JSON.stringify({ at: Date.now(), revision, values })));
  };
  const forget = (form) => {
    unsaved.delete(form);
    store((s) => s.removeItem(keyOf(form)));
  };
  const restore = (form) => {
    const kept = JSON.parse(store((s) => s.getItem(keyOf(form))) || "null");
    if (!kept) return;
    let other = false;
    const waiting = [...kept.values];
    for (const field of fields(form)) {
      const n = waiting.findIndex(([name, value]) => name === field.name && (!["checkbox", "radio"].includes(field.type) || value === field.value));
      if (n < 0) continue;
      const [[, value, checked]] = waiting.splice(n, 1);
      if (["checkbox", "radio"].includes(field.type)) {
        other = other || field.checked !== checked;
        field.checked = checked;
      } else {
        other = other || field.value !== value;
        field.value = value;
      }
      if (value) field.closest("[data-group-row]")?.removeAttribute("hidden");
    }
    if (!other) return forget(form);
    form.elements.revision.value = kept.revision; // what it was written upon: the server compares
    unsaved.add(form);
    form.dataset.typed = "1";
    say(form, page.dataset.kept);
  };
  const money = (n) => `${n.toLocaleString("fr-BE", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}\u00a0€`;
  const total = (field) => {
    const cell = field.closest("tr")?.querySelector("[data-line]");
    if (cell) cell.textContent = money(Number(field.dataset.price) * (Number(field.value) || 0));
  };
  const answers = (key) => {
    const form = page.querySelector(`form[data-question="${key}"]`);
    if (!form) return [];
    return fields(form).filter((e) => !["checkbox", "radio"].includes(e.type) || e.checked).map((e) => e.value);
  };
  const conditions = () => page.querySelectorAll("[data-when]").forEach((ask) => {
    ask.hidden = !answers(ask.dataset.when).includes(ask.dataset.equals);
  });
  page.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-saves]");
    if (!form) return;
    unsaved.add(form);
    form.dataset.typed = String(Number(form.dataset.typed || 0) + 1);
    keep(form);
    say(form, page.dataset.typing);
    if (event.target.dataset.price) total(event.target);
    conditions();
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (!button) return;
    const next = button.parentElement.querySelector("[data-group-row][hidden]");
    next?.removeAttribute("hidden");
    next?.querySelector("input,textarea,select")?.focus();
    button.hidden = !button.parentElement.querySelector("[data-group-row][hidden]");
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("form[data-saves]")) form.dataset.sent = form.dataset.typed || "0";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form[data-saves]") || event.detail.successful) return;
    say(form, page.dataset.lost);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const form of [...unsaved]) {
      if (form.dataset.sent === (form.dataset.typed || "0") && line(form)?.hasAttribute("data-ok")) forget(form);
    }
    conditions();
  });
  // What waits for the person (a conflict, a refusal) or is on its way is left alone.
  const again = () => unsaved.forEach((form) => {
    if (!line(form)?.querySelector(".note") && !form.classList.contains("htmx-request")) window.htmx.trigger(form, "again");
  });
  window.addEventListener("load", again); // htmx has read the page by then
  window.addEventListener("online", again);
  setInterval(again, RETRY_MS);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
  });
  forms().forEach(restore);
  conditions();
})();
