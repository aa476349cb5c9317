// Single keys. Off while typing, with a dialog open, or where the person switched them off.
// A page says what a key does by marking the element: data-key="n" clicks it or focuses it.
// Lists: data-rows on the container, data-row on each row, data-open on the row's main link.
(() => {
  "use strict";
  const SWITCH = "preau-keys";
  const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=true]";
  const enabled = () => {
    try {
      const choice = localStorage.getItem(SWITCH);
      if (choice) return choice === "on";
    } catch {
      /* storage refused: the account's choice holds */
    }
    return document.body.dataset.shortcuts !== "off";
  };
  const shown = (element) => element.getClientRects().length > 0;
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(shown);
  const current = () => document.querySelector("[data-row].is-focus");

  const focusRow = (row) => {
    if (!row) return;
    for (const other of document.querySelectorAll("[data-row].is-focus")) {
      other.classList.remove("is-focus", "sel");
    }
    row.classList.add("is-focus", "sel");
    row.scrollIntoView({ block: "nearest" });
    const main = row.querySelector("[data-open], a[href]");
    main?.focus({ preventScroll: true });
    row.dispatchEvent(new CustomEvent("preau:row", { bubbles: true }));
  };

  const move = (step) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(current());
    focusRow(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]);
    return true;
  };

  const press = (key) => {
    const inRow = current()?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const element = inRow || [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(shown);
    if (!element || !shown(element)) return false;
    if (element.matches(TYPING)) {
      element.focus();
      element.select?.();
    } else if (element.matches("summary")) {
      element.click();
      element.focus();
    } else element.click();
    return true;
  };

  const onRow = (key) => {
    const row = current();
    if (!row) return false;
    if (key === "Enter") {
      const main = row.querySelector("[data-open], a[href]");
      if (!main || document.activeElement === main) return false;
      main.click();
      return true;
    }
    if (key === " ") {
      row.dispatchEvent(new CustomEvent("preau:preview", { bubbles: true }));
      return true;
    }
    if (key === "x") {
      const box = row.querySelector("input[type=checkbox]");
      box?.click();
      return Boolean(box);
    }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.(TYPING);
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && typing?.form) {
      event.preventDefault();
      const send = typing.form.querySelector('[data-key="Ctrl+Enter"]');
      return send ? send.click() : typing.form.requestSubmit();
    }
    if (event.key === "Escape") {
      if (typing) return typing.blur();
      return void press("Escape");
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing || !enabled()) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    const onControl = event.target.closest?.("button, summary, [role=button]");
    if (onControl && (event.key === " " || event.key === "Enter")) return;
    let done = false;
    if (event.key === "j" || event.key === "k") done = move(event.key === "j" ? 1 : -1) || press(event.key);
    else if (event.key === "?") {
      document.getElementById("keys")?.showModal?.();
      done = true;
    } else done = onRow(event.key) || (event.key.length === 1 && event.key !== " " && press(event.key));
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-rows] [data-row]");
    if (row && !event.target.closest("a, button, input, label, select, summary")) {
      focusRow(row);
      row.dispatchEvent(new CustomEvent("preau:preview", { bubbles: true }));
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-keys-switch]");
    if (!box) return;
    box.checked = enabled();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(SWITCH, box.checked ? "on" : "off");
      } catch {
        /* storage refused: nothing to keep */
      }
    });
  });
})();
